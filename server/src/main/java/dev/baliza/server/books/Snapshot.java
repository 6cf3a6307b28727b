package dev.baliza.server.books;

import java.util.List;
import java.util.Map;

/**
 * The server's books at one moment; each shard is consistent in itself.
 *
 * @param received what came in, counted apart from what became of it
 * @param frames authenticated frames by transport and outcome
 * @param faults delimited frames that were not authenticated
 * @param datagrams by outcome
 * @param readings of accepted and unaccounted frames, skipped ones included
 * @param skipped readings counted but not used
 * @param seriesRefused channels that are not exported
 * @param refused frames by reason
 * @param rejected frames by error code name
 * @param events other things counted, by a fixed name: unknown extensions, answers withheld, names taken …
 * @param gauges devices, series, connections, frames in hand-over …, by a fixed name
 * @param kernelDrops datagrams that the kernel threw away because a socket of ours was full
 * @param imbalance sum of the absolute residuals of all laws; anything but 0 is a bug
 * @param samples series to export
 * @param clocks of devices that answer PING, to export
 */
public record Snapshot(
        Received received,
        Map<Transport, Map<Outcome, Long>> frames,
        Map<Transport, Map<FrameFault, Long>> faults,
        Map<DatagramOutcome, Long> datagrams,
        Map<Transport, Long> readings,
        Map<SkipReason, Long> skipped,
        Map<SeriesRefusal, Long> seriesRefused,
        Map<String, Long> refused,
        Map<String, Long> rejected,
        Map<String, Long> events,
        Map<String, Long> gauges,
        long kernelDrops,
        LedgerTotals ledger,
        long imbalance,
        List<Sample> samples,
        List<HistogramView> histograms,
        List<ClockSample> clocks) {}
