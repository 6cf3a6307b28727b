package dev.baliza.server.session;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds WELCOME. Spec: SPEC §6.2, §9.1. */
final class Welcomes {
    private static final int FIXED_BYTES = 52;
    private static final int ENTRY_BYTES = 16;

    private Welcomes() {}

    /**
     * What the server tells a device of itself and of what it has.
     *
     * @param open epochs, newest first; as many are named as fit
     * @param budget bytes the frame may have
     * @return null when not even the shortest WELCOME fits
     */
    static Message.@Nullable Welcome of(
            BootNonce bootNonce,
            long epoch,
            ServerIdentity identity,
            List<EpochLedger> open,
            long token,
            long nowMicros,
            long budget) {
        long room = budget - Limits.MIN_FRAME_BYTES - FIXED_BYTES;
        if (room < 0) {
            return null;
        }
        List<Message.Welcome.Known> known = new ArrayList<>();
        for (EpochLedger ledger : open) {
            if ((known.size() + 1L) * ENTRY_BYTES <= room) {
                long[] words = ledger.settledWords(1, false);
                known.add(new Message.Welcome.Known(ledger.epoch(), ledger.cum(), words.length == 0 ? 0 : words[0]));
            }
        }
        return new Message.Welcome(
                bootNonce,
                epoch,
                identity.highestLevel(),
                identity.storeEnabled(),
                identity.insecure(),
                Limits.WINDOW,
                identity.maxFrameBytes(),
                identity.maxDatagramBytes(),
                token,
                nowMicros,
                identity.heartbeatSeconds(),
                known);
    }
}
