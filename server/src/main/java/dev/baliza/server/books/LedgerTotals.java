package dev.baliza.server.books;

/**
 * Sums over the ledgers of epochs, closed ones included. Numbers of frames.
 *
 * @param expected next − base
 * @param late attribute of accepted, not a term of the law
 * @param imbalance sum of absolute residuals of {@code expected = accepted + rejected + lost + missing + outstanding}
 *     (SPEC §5.1); anything but 0 is a bug
 */
public record LedgerTotals(
        long expected,
        long accepted,
        long rejected,
        long lost,
        long missing,
        long outstanding,
        long late,
        long imbalance) {
    public static final LedgerTotals ZERO = new LedgerTotals(0, 0, 0, 0, 0, 0, 0, 0);

    public LedgerTotals plus(LedgerTotals o) {
        return new LedgerTotals(
                expected + o.expected,
                accepted + o.accepted,
                rejected + o.rejected,
                lost + o.lost,
                missing + o.missing,
                outstanding + o.outstanding,
                late + o.late,
                imbalance + o.imbalance);
    }
}
