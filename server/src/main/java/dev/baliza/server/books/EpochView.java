package dev.baliza.server.books;

/**
 * The ledger of one open epoch. Spec: SPEC §5.
 *
 * @param based false until a frame named its floor: nothing is counted yet
 * @param cum lowest number that is not decided yet
 * @param pending settled as soon as the store has them; part of outstanding
 */
public record EpochView(
        long epoch,
        State state,
        boolean based,
        long base,
        long floor,
        long cum,
        long next,
        long pending,
        LedgerTotals ledger) {
    /** Whether the epoch still takes frames, and for how long. */
    public enum State {
        CURRENT,
        /** Older, but the device says that it still holds frames of it. */
        HELD,
        /** Older; closes 300 s after the newer one began. */
        DRAINING
    }
}
