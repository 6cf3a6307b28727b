package dev.baliza.server.session;

import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.SampleSink;
import dev.baliza.server.books.ClockSample;
import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Transport;
import dev.baliza.server.downlink.DownlinkCounts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One shard's part of the server's books.
 *
 * @param residual sum over the devices of what their ledgers and outcomes disagree on
 * @param pending frames that wait for their commit
 * @param staleSeries series that left the scrape because nothing arrived for three of their intervals
 */
public record ShardBooks(
        Map<Transport, Map<Outcome, Long>> outcomes,
        Map<Transport, Long> readings,
        Map<SkipReason, Long> skipped,
        Map<SeriesRefusal, Long> seriesRefused,
        Map<String, Long> refused,
        Map<String, Long> rejected,
        Map<String, Long> events,
        LedgerTotals ledger,
        long residual,
        long pending,
        int devices,
        long staleSeries,
        List<Sample> samples,
        List<HistogramView> histograms,
        List<ClockSample> clocks) {

    static ShardBooks of(
            ShardCounters counters,
            DownlinkCounts downlink,
            Aggregator aggregator,
            Collection<Session> sessions,
            SampleSink sink,
            long nowMicros) {
        LedgerTotals ledger = LedgerTotals.ZERO;
        long residual = 0;
        long acceptedBefore = 0;
        long rejectedBefore = 0;
        List<ClockSample> clocks = new ArrayList<>();
        for (Session session : sessions) {
            ledger = ledger.plus(session.totals());
            residual += session.residual();
            acceptedBefore += session.counts().acceptedBefore();
            rejectedBefore += session.counts().rejectedBefore();
            session.clock().sample(clocks, nowMicros);
        }
        residual += Math.abs(counters.total(Outcome.ACCEPTED) + acceptedBefore - ledger.accepted());
        residual += Math.abs(counters.total(Outcome.REJECTED) + rejectedBefore - ledger.rejected());
        Map<String, Long> events = new TreeMap<>(counters.events());
        events.putAll(downlink.toMap());
        events.put("clock_unset", aggregator.clockUnset());
        events.put("counter_reset", aggregator.counterResets());
        events.put("unknown_unit", aggregator.unknownUnits());
        events.putAll(aggregator.derivedEvents());
        return new ShardBooks(
                counters.outcomes(),
                counters.readings(),
                aggregator.skipped(),
                aggregator.refused(),
                counters.refused(),
                counters.rejected(),
                events,
                ledger,
                residual,
                counters.pending(),
                (int) sessions.stream().filter(s -> !s.isOfOperator()).count(),
                sink.stale(),
                sink.samples(),
                aggregator.histograms(),
                clocks);
    }
}
