package dev.baliza.server.books;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server knows of a device.
 *
 * @param label unique: its name, {@code name#hex} for the second comer, else 16 hexadecimal digits
 * @param peer address of the last frame
 * @param currentEpoch 0 while there is none
 * @param outcomes of all its frames
 * @param refused by reason
 * @param ledger sum over all epochs, closed ones included
 * @param epochs open ones, newest first
 * @param readings of accepted and unaccounted frames, skipped ones included
 * @param talk events, texts and results of commands, of the same frames
 * @param clock null before it answered a PING with its time
 */
public record DeviceView(
        long id,
        String label,
        @Nullable String name,
        Transport transport,
        String peer,
        long firstSeenMicros,
        long lastSeenMicros,
        long currentEpoch,
        Map<Outcome, Long> outcomes,
        Map<String, Long> refused,
        LedgerTotals ledger,
        List<EpochView> epochs,
        long closedEpochs,
        long readings,
        long talk,
        @Nullable ClockView clock,
        List<SeriesView> series) {}
