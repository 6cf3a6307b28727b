package dev.baliza.sim.report;

import com.fasterxml.jackson.databind.JsonNode;

/** States of a ledger's numbers, as counts. {@code lost}: lost and missing. */
record LedgerSums(long accepted, long rejected, long lost, long outstanding) {
    static final LedgerSums ZERO = new LedgerSums(0, 0, 0, 0);

    /** Reads the {@code ledger} object of the API. */
    static LedgerSums of(JsonNode ledger) {
        return new LedgerSums(
                ledger.path("accepted").asLong(),
                ledger.path("rejected").asLong(),
                ledger.path("lost").asLong() + ledger.path("missing").asLong(),
                ledger.path("outstanding").asLong());
    }

    LedgerSums plus(LedgerSums other) {
        return new LedgerSums(
                accepted + other.accepted,
                rejected + other.rejected,
                lost + other.lost,
                outstanding + other.outstanding);
    }

    LedgerSums minus(LedgerSums other) {
        return new LedgerSums(
                accepted - other.accepted,
                rejected - other.rejected,
                lost - other.lost,
                outstanding - other.outstanding);
    }

    long all() {
        return accepted + rejected + lost + outstanding;
    }
}
