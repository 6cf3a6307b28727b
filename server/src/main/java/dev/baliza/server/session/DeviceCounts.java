package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What became of the frames of one device. Thread: its shard's. */
final class DeviceCounts {
    private final long[] outcomes = new long[Outcome.values().length];
    /** Made when there is something to count, as the next. */
    private long[] refused = {};

    private Map<ErrorCode, Long> rejected = Map.of();

    /** Settled before this process began. */
    private long acceptedBefore;

    private long rejectedBefore;

    void count(Outcome outcome) {
        outcomes[outcome.ordinal()]++;
    }

    void count(RefusalReason reason) {
        if (refused.length == 0) {
            refused = new long[RefusalReason.values().length];
        }
        refused[reason.ordinal()]++;
    }

    void countRejected(ErrorCode code) {
        countRejected(code, 1);
    }

    /** Rejected frames by reason, those before this process included. */
    Map<ErrorCode, Long> rejections() {
        return rejected;
    }

    void countRejected(ErrorCode code, long times) {
        if (rejected.isEmpty()) {
            rejected = new EnumMap<>(ErrorCode.class);
        }
        rejected.merge(code, times, Long::sum);
    }

    /** All that the ledger has settled so far was settled before this process began. */
    void beginAt(LedgerTotals totals) {
        acceptedBefore = totals.accepted();
        rejectedBefore = totals.rejected();
    }

    /** Accepted before this process began. */
    long acceptedBefore() {
        return acceptedBefore;
    }

    long rejectedBefore() {
        return rejectedBefore;
    }

    Map<Outcome, Long> outcomes() {
        return ShardCounters.toMap(outcomes);
    }

    /** By reason; only those that happened. */
    Map<String, Long> refusals() {
        Map<String, Long> refusals = new TreeMap<>();
        for (RefusalReason reason : RefusalReason.values()) {
            if (refused.length > 0 && refused[reason.ordinal()] > 0) {
                refusals.put(reason.label(), refused[reason.ordinal()]);
            }
        }
        return refusals;
    }

    /** What these counts and a ledger disagree on; 0 unless there is a bug. */
    long residual(LedgerTotals totals) {
        return totals.imbalance()
                + Math.abs(totals.accepted() - acceptedBefore - outcomes[Outcome.ACCEPTED.ordinal()])
                + Math.abs(totals.rejected() - rejectedBefore - outcomes[Outcome.REJECTED.ordinal()]);
    }
}
