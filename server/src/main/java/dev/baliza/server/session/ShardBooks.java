package dev.baliza.server.session;

import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One shard's part of the server's books.
 *
 * @param residual sum over the devices of what their ledgers and outcomes disagree on
 */
public record ShardBooks(
        Map<Transport, Map<Outcome, Long>> outcomes,
        Map<Transport, Long> readings,
        Map<SkipReason, Long> skipped,
        Map<String, Long> refused,
        Map<String, Long> rejected,
        Map<String, Long> events,
        LedgerTotals ledger,
        long residual,
        int devices,
        List<Sample> samples,
        List<HistogramView> histograms) {

    static ShardBooks of(ShardCounters counters, Aggregator aggregator, Collection<Session> sessions) {
        LedgerTotals ledger = LedgerTotals.ZERO;
        long residual = 0;
        List<Sample> samples = new ArrayList<>();
        for (Session session : sessions) {
            ledger = ledger.plus(session.totals());
            residual += session.residual();
            session.samples(samples);
        }
        residual += Math.abs(counters.total(Outcome.ACCEPTED) - ledger.accepted());
        residual += Math.abs(counters.total(Outcome.REJECTED) - ledger.rejected());
        Map<String, Long> events = new TreeMap<>(counters.events());
        events.put("clock_unset", aggregator.clockUnset());
        return new ShardBooks(
                counters.outcomes(),
                counters.readings(),
                aggregator.skipped(),
                counters.refused(),
                counters.rejected(),
                events,
                ledger,
                residual,
                sessions.size(),
                samples,
                aggregator.histograms());
    }
}
