package dev.baliza.server.session;

import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import java.util.Map;
import java.util.TreeMap;

/** What became of the frames of one device. Thread: its shard's. */
final class DeviceCounts {
    private final long[] outcomes = new long[Outcome.values().length];
    private final long[] refused = new long[RefusalReason.values().length];

    void count(Outcome outcome) {
        outcomes[outcome.ordinal()]++;
    }

    void count(RefusalReason reason) {
        refused[reason.ordinal()]++;
    }

    Map<Outcome, Long> outcomes() {
        return ShardCounters.toMap(outcomes);
    }

    /** By reason; only those that happened. */
    Map<String, Long> refusals() {
        Map<String, Long> refusals = new TreeMap<>();
        for (RefusalReason reason : RefusalReason.values()) {
            if (refused[reason.ordinal()] > 0) {
                refusals.put(reason.label(), refused[reason.ordinal()]);
            }
        }
        return refusals;
    }

    /** What these counts and a ledger disagree on; 0 unless there is a bug. */
    long residual(LedgerTotals totals) {
        return totals.imbalance()
                + Math.abs(totals.accepted() - outcomes[Outcome.ACCEPTED.ordinal()])
                + Math.abs(totals.rejected() - outcomes[Outcome.REJECTED.ordinal()]);
    }
}
