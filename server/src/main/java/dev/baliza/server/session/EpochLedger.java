package dev.baliza.server.session;

import dev.baliza.protocol.Limits;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;

/**
 * The window of one epoch of one device: which numbers are settled, missing, lost or outstanding.
 *
 * <p>Numbers below {@link #cum} are decided. A fresh frame goes {@link #judge} → {@link #begin} → {@link #commit} or
 * {@link #abort}; between the last two it is pending and counts as outstanding. Thread: its shard's. Limits: fixed arrays, W =
 * 1,024 numbers on either side of cum. Spec: SPEC §5.
 */
final class EpochLedger {
    /** What a sequenced frame is, before its content is looked at. */
    enum Judgement {
        /** Not seen yet: begin it. */
        FRESH,
        DUPLICATE,
        CONFLICT,
        TOO_OLD,
        OVERFLOW
    }

    /** Whether a frame's own claims about numbers were applied. */
    enum Claim {
        APPLIED,
        /** Jumps by more than W; waits for a second frame (SPEC §5.3). */
        JUMP,
        /** The epoch has no base yet and the frame names no floor. */
        NO_FLOOR
    }

    private static final int HASHES = 64;

    private final long epoch;
    private final Bits settled = new Bits();
    private final Bits pending = new Bits();
    private final Bits missing = new Bits();
    private final int[] hashes = new int[HASHES];

    private boolean based;
    private long base;
    private long floor;
    private long cum;
    private long next;
    private long highest = -1;

    /** Missing numbers below it are lost for good. */
    private long finalBelow;

    private long mark;
    private boolean jumpWaits;
    private long jumpSeq;
    private long jumpPn;

    private long accepted;
    private long rejected;
    private long lost;
    private long late;
    private long reordered;
    private int pendingAhead;
    private int pendingLate;

    private EpochLedger(long epoch) {
        this.epoch = epoch;
    }

    /** An epoch that is known from its first number on. */
    static EpochLedger fromStart(long epoch) {
        EpochLedger ledger = new EpochLedger(epoch);
        ledger.based = true;
        return ledger;
    }

    /** An epoch met in mid-life: its base is the floor of the first frame that names one. */
    static EpochLedger fromFloor(long epoch) {
        return new EpochLedger(epoch);
    }

    long epoch() {
        return epoch;
    }

    /** Lowest number that is not decided. */
    long cum() {
        return cum;
    }

    /** Frames begun and neither committed nor aborted. */
    int pendingCount() {
        return pendingAhead + pendingLate;
    }

    /** Fresh frames that came after a higher number. */
    long reordered() {
        return reordered;
    }

    /**
     * Applies what a frame says of its epoch besides its content: base, floor and, for a control frame, next.
     *
     * @param back as on the wire
     */
    Claim claim(long seq, int back, long pn, boolean sequenced) {
        boolean namesFloor = back != Limits.BACK_UNSET;
        long newFloor = Math.max(0, seq - back);
        if (!based) {
            if (!namesFloor) {
                return Claim.NO_FLOOR;
            }
            based = true;
            base = newFloor;
            floor = newFloor;
            cum = newFloor;
            next = newFloor;
            finalBelow = newFloor;
            mark = newFloor;
        }
        long newNext = sequenced ? seq + 1 : seq;
        boolean jumps = newNext > next + Limits.WINDOW || (namesFloor && newFloor > floor + Limits.WINDOW);
        if (jumps && !confirms(seq, pn)) {
            jumpWaits = true;
            jumpSeq = seq;
            jumpPn = pn;
            return Claim.JUMP;
        }
        if (jumps) {
            jumpWaits = false;
        }
        if (namesFloor && newFloor > floor) {
            floor = newFloor;
            next = Math.max(next, floor);
            advance();
        }
        if (!sequenced) {
            next = Math.max(next, newNext);
        }
        return Claim.APPLIED;
    }

    private boolean confirms(long seq, long pn) {
        return jumpWaits && pn != jumpPn && Math.abs(seq - jumpSeq) <= Limits.WINDOW;
    }

    /** What the number is; changes nothing. Call after {@link #claim} applied. */
    Judgement judge(long seq, int contentHash) {
        if (seq >= cum + Limits.WINDOW) {
            return Judgement.OVERFLOW;
        }
        if (seq < base || seq < cum - Limits.WINDOW) {
            return Judgement.TOO_OLD;
        }
        if (seq >= cum) {
            return settled.get(seq) || pending.get(seq) ? repeated(seq, contentHash) : Judgement.FRESH;
        }
        if (!missing.get(seq)) {
            return repeated(seq, contentHash);
        }
        return seq < finalBelow ? Judgement.TOO_OLD : Judgement.FRESH;
    }

    private Judgement repeated(long seq, int contentHash) {
        boolean remembered = seq > highest - HASHES;
        return remembered && hashes[hashSlot(seq)] != contentHash ? Judgement.CONFLICT : Judgement.DUPLICATE;
    }

    private static int hashSlot(long seq) {
        return (int) (seq & (HASHES - 1));
    }

    /** A frame that cannot be judged now: its number is known to exist, nothing more. */
    void refuse(long seq) {
        next = Math.max(next, seq + 1);
    }

    /** Takes a fresh number in: pending until {@link #commit} or {@link #abort}. */
    void begin(long seq, int contentHash) {
        if (seq < cum) {
            missing.clear(seq);
            pendingLate++;
        } else {
            pending.set(seq);
            pendingAhead++;
        }
        if (seq < highest) {
            reordered++;
        }
        next = Math.max(next, seq + 1);
        if (seq > highest - HASHES) {
            hashes[hashSlot(seq)] = contentHash;
        }
        highest = Math.max(highest, seq);
    }

    /** Settles a begun number. */
    void commit(long seq, boolean accept) {
        if (accept) {
            accepted++;
        } else {
            rejected++;
        }
        if (seq < cum) {
            pendingLate--;
            late += accept ? 1 : 0;
        } else {
            pendingAhead--;
            pending.clear(seq);
            settled.set(seq);
            advance();
        }
    }

    /** Takes a begun number back, as if it had never come. */
    void abort(long seq) {
        if (seq >= cum) {
            pendingAhead--;
            pending.clear(seq);
            advance();
        } else {
            pendingLate--;
            if (seq >= cum - Limits.WINDOW && seq >= finalBelow) {
                missing.set(seq);
            } else {
                lost++;
            }
        }
    }

    /** Moves cum over what is settled and, below the floor, over what never came. */
    private void advance() {
        while (cum < floor || settled.get(cum)) {
            if (settled.get(cum)) {
                settled.clear(cum);
                pass(false);
            } else if (pending.get(cum)) {
                return;
            } else if (floor - cum > 2L * Limits.WINDOW && windowIsEmpty()) {
                skipTo(floor - Limits.WINDOW);
            } else {
                pass(true);
            }
        }
    }

    private boolean windowIsEmpty() {
        return pendingAhead == 0 && settled.count(cum, cum + Limits.WINDOW) == 0;
    }

    /** One step of cum; the missing number that falls W behind is lost. */
    private void pass(boolean isMissing) {
        if (missing.get(cum) && cum - Limits.WINDOW >= finalBelow) {
            lost++;
        }
        if (isMissing) {
            missing.set(cum);
        } else {
            missing.clear(cum);
        }
        cum++;
        finalBelow = Math.max(finalBelow, cum - Limits.WINDOW);
    }

    /** Passes a gap longer than two windows in one go: all before the last W numbers of it are lost. */
    private void skipTo(long target) {
        lost += missing.count(Math.max(finalBelow, cum - Limits.WINDOW), cum) + (target - cum);
        missing.setAll();
        // the W numbers below target stand as lost, so that late ones of them are too old
        cum = target;
        finalBelow = target;
    }

    /** Every 60 s: what was missing two marks ago is lost (SPEC §5). Bits stay, so a late one is too old, never a duplicate. */
    void markTime() {
        lost += missing.count(Math.max(finalBelow, cum - Limits.WINDOW), Math.max(mark, finalBelow));
        finalBelow = Math.max(finalBelow, mark);
        mark = cum;
    }

    /** Bits from cum on, number cum in bit 63 of the first word; without trailing empty words. */
    long[] settledWords(int maxWords) {
        int words = (int) Math.min(maxWords, (next - cum + 63) / 64);
        while (words > 0 && settled.wordFrom(cum + 64L * (words - 1)) == 0) {
            words--;
        }
        long[] bitmap = new long[words];
        for (int i = 0; i < words; i++) {
            bitmap[i] = settled.wordFrom(cum + 64L * i);
        }
        return bitmap;
    }

    /** The books of this epoch; missing and outstanding are counted afresh from the bitmaps, so the law is a real check. */
    LedgerTotals totals() {
        if (!based) {
            return LedgerTotals.ZERO;
        }
        long missingNow = missing.count(Math.max(finalBelow, cum - Limits.WINDOW), cum);
        long outstanding = next - cum - settled.count(cum, Math.min(next, cum + Limits.WINDOW)) + pendingLate;
        long expected = next - base;
        long residual = expected - accepted - rejected - lost - missingNow - outstanding;
        return new LedgerTotals(expected, accepted, rejected, lost, missingNow, outstanding, late, Math.abs(residual));
    }

    /** The totals after the epoch is closed: what did not come by now is lost. */
    LedgerTotals closedTotals() {
        LedgerTotals t = totals();
        return new LedgerTotals(
                t.expected(),
                t.accepted(),
                t.rejected(),
                t.lost() + t.missing() + t.outstanding(),
                0,
                0,
                t.late(),
                t.imbalance());
    }

    EpochView view(EpochView.State state) {
        return new EpochView(epoch, state, based, base, floor, cum, next, pendingCount(), totals());
    }
}
