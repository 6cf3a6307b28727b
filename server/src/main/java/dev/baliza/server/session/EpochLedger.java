package dev.baliza.server.session;

import dev.baliza.protocol.Limits;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The window of one epoch of one device: which numbers are settled, missing, lost or outstanding.
 *
 * <p>Numbers below {@link #cum} are decided. A fresh frame goes {@link #hear} → {@link #judge} → {@link #begin} → {@link #commit};
 * between the last two it is pending: known so that it is not begun twice, but in no count. With a journal they are as far apart as
 * its commit, so that all counts follow from what is on disk. Thread: its shard's. Limits: fixed arrays, W = 1,024 numbers on either
 * side of cum. Spec: SPEC §5.
 */
final class EpochLedger {
    private static final int SETTLED = 0;
    private static final int PENDING = 1;
    private static final int MISSING = 2;

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
    private final Bits window = new Bits();
    private final int[] hashes = new int[HASHES];

    /** Beyond the next two by what is pending. */
    private long heardNext;

    private long heardFloor;
    private boolean based;
    private long base;
    private long floor;
    private long cum;
    private long next;
    private long highest = -1;

    /** Missing numbers below it are lost for good. */
    private long finalBelow;

    private long mark;
    private boolean closing;
    private boolean jumpWaits;
    private long jumpSeq;
    private long jumpPn;

    private long accepted;
    private long rejected;
    private long lost;
    private long late;
    private long reordered;
    private int pendingAhead;
    /** Missing numbers that came and wait for their commit. */
    private final LateNumbers lateOnes = new LateNumbers();

    /** A mark is being written down. */
    private boolean marking;

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

    /** Takes no more frames: that it closes is being written down. */
    void leave() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether its first number is known. */
    boolean isBased() {
        return based;
    }

    /** Lowest number that is not decided. */
    long cum() {
        return cum;
    }

    /** Frames begun and not committed. */
    int pendingCount() {
        return pendingAhead + lateOnes.size();
    }

    /** Fresh frames that came after a higher number. */
    long reordered() {
        return reordered;
    }

    /** Whether a number waits for its commit. */
    boolean isPending(long seq) {
        return seq >= cum ? window.get(PENDING, seq) : lateOnes.contains(seq);
    }

    /** Whether a number is decided, so that a frame of it will not be stored. */
    boolean isSettled(long seq) {
        return based
                && (seq < cum
                        ? !window.get(MISSING, seq) || seq < finalBelow
                        : window.get(SETTLED, seq) || window.get(PENDING, seq));
    }

    /**
     * Looks at what a frame says of its epoch besides its content: it sets the base, and must not jump.
     *
     * @param back as on the wire
     */
    Claim hear(long seq, int back, long pn, boolean sequenced) {
        boolean namesFloor = back != Limits.BACK_UNSET;
        long newFloor = Math.max(0, seq - back);
        if (!based && !namesFloor) {
            return Claim.NO_FLOOR;
        }
        long newNext = sequenced ? seq + 1 : seq;
        boolean jumps = newNext > (based ? heardNext : newFloor) + Limits.WINDOW
                || (based && namesFloor && newFloor > heardFloor + Limits.WINDOW);
        if (jumps && !confirms(seq, pn)) {
            jumpWaits = true;
            jumpSeq = seq;
            jumpPn = pn;
            return Claim.JUMP;
        }
        if (jumps) {
            jumpWaits = false;
        }
        if (!based) {
            baseAt(newFloor);
        }
        return Claim.APPLIED;
    }

    private void baseAt(long number) {
        based = true;
        base = number;
        floor = number;
        cum = number;
        next = number;
        heardNext = number;
        heardFloor = number;
        finalBelow = number;
        mark = number;
    }

    /** The base could not be written down: the next frame sets it. */
    void unbase() {
        baseAt(0);
        based = false;
    }

    /** Whether these numbers change a count, beyond what pending frames will. */
    boolean adds(long seq, int back) {
        long newFloor = Math.max(0, seq - back);
        return seq > heardNext || (back != Limits.BACK_UNSET && newFloor > heardFloor && newFloor > cum);
    }

    /** Whether the number can be judged only when its frame's floor is applied. */
    boolean needsFloor(long seq, int back) {
        return seq >= cum + Limits.WINDOW && back != Limits.BACK_UNSET && seq - back > cum;
    }

    /** Applies a floor and, for a control frame, next. */
    void apply(long seq, int back, boolean sequenced) {
        long newFloor = Math.max(0, seq - back);
        if (!based) {
            baseAt(newFloor);
        }
        if (back != Limits.BACK_UNSET && newFloor > floor) {
            floor = newFloor;
            heardFloor = Math.max(heardFloor, floor);
            raise(floor);
            advance();
        }
        if (!sequenced) {
            raise(seq);
        }
    }

    private void raise(long newNext) {
        next = Math.max(next, newNext);
        heardNext = Math.max(heardNext, next);
    }

    private boolean confirms(long seq, long pn) {
        return jumpWaits && pn != jumpPn && Math.abs(seq - jumpSeq) <= Limits.WINDOW;
    }

    /** What the number is; changes nothing. Call it after {@link #hear} has said APPLIED. */
    Judgement judge(long seq, int contentHash) {
        if (seq >= cum + Limits.WINDOW) {
            return Judgement.OVERFLOW;
        }
        if (seq < base || seq < cum - Limits.WINDOW) {
            return Judgement.TOO_OLD;
        }
        if (seq >= cum) {
            return window.get(SETTLED, seq) || window.get(PENDING, seq) ? repeated(seq, contentHash) : Judgement.FRESH;
        }
        if (!window.get(MISSING, seq) || lateOnes.contains(seq)) {
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
        raise(seq + 1);
    }

    /** Takes a fresh number in: pending until {@link #commit}. */
    void begin(long seq, int back, int contentHash) {
        if (seq < cum) {
            lateOnes.add(seq);
        } else {
            window.set(PENDING, seq);
            pendingAhead++;
        }
        if (seq < highest) {
            reordered++;
        }
        heardNext = Math.max(heardNext, seq + 1);
        if (back != Limits.BACK_UNSET) {
            heardFloor = Math.max(heardFloor, seq - back);
        }
        if (seq > highest - HASHES) {
            hashes[hashSlot(seq)] = contentHash;
        }
        highest = Math.max(highest, seq);
    }

    /** Settles a begun number, and applies its frame's floor. */
    void commit(long seq, int back, boolean accept) {
        raise(seq + 1);
        if (accept) {
            accepted++;
            late += seq < floor ? 1 : 0; // not by cum, which waits for frames that a replay knows nothing of
        } else {
            rejected++;
        }
        if (seq < cum) {
            lateOnes.remove(seq);
            if (seq >= Math.max(finalBelow, cum - Limits.WINDOW)) {
                window.clear(MISSING, seq);
            } else if (!lateOnes.settleSpared(seq)) {
                lost--; // in a replay, which knows of no frame that waited while others counted
            }
        } else {
            pendingAhead--;
            window.clear(PENDING, seq);
            window.set(SETTLED, seq);
            advance();
        }
        apply(seq, back, true);
    }

    /** Moves cum over what is settled and, below the floor, over what never came. */
    private void advance() {
        while (cum < floor || window.get(SETTLED, cum)) {
            if (window.get(SETTLED, cum)) {
                window.clear(SETTLED, cum);
                pass(false);
            } else if (window.get(PENDING, cum)) {
                return;
            } else if (floor - cum > 2L * Limits.WINDOW && windowIsEmpty()) {
                skipTo(floor - Limits.WINDOW);
            } else {
                pass(true);
            }
        }
    }

    private boolean windowIsEmpty() {
        return pendingAhead == 0 && window.count(SETTLED, cum, cum + Limits.WINDOW) == 0;
    }

    /** One step of cum; the missing number that falls W behind is lost. */
    private void pass(boolean isMissing) {
        if (window.get(MISSING, cum) && cum - Limits.WINDOW >= finalBelow) {
            lost += 1 - lateOnes.spare(cum - Limits.WINDOW, cum - Limits.WINDOW + 1);
        }
        if (isMissing) {
            window.set(MISSING, cum);
        } else {
            window.clear(MISSING, cum);
        }
        cum++;
        finalBelow = Math.max(finalBelow, cum - Limits.WINDOW);
    }

    /** Passes a gap longer than two windows in one go: all before the last W numbers of it are lost. */
    private void skipTo(long target) {
        long from = Math.max(finalBelow, cum - Limits.WINDOW);
        lost += window.count(MISSING, from, cum) - lateOnes.spare(from, cum) + (target - cum);
        window.setAll(MISSING);
        // the W numbers below target stand as lost, so that late ones of them are too old
        cum = target;
        finalBelow = target;
    }

    /** Whether {@link #markTime} is wanted: it would declare something lost, now or the next time. */
    boolean hasMissing() {
        return !marking && window.count(MISSING, Math.max(finalBelow, cum - Limits.WINDOW), cum) > 0;
    }

    /** {@link #markTime} follows as soon as it is written down. */
    void markComes() {
        marking = true;
    }

    /** Every 60 s: what was missing two marks ago is lost (SPEC §5). Bits stay, so a late one is too old, never a duplicate. */
    void markTime() {
        marking = false;
        long from = Math.max(finalBelow, cum - Limits.WINDOW);
        long to = Math.max(from, Math.min(mark, cum));
        lost += window.count(MISSING, from, to) - lateOnes.spare(from, to);
        finalBelow = to;
        mark = Math.max(cum, floor);
        while (window.get(SETTLED, mark) && mark < cum + Limits.WINDOW) {
            mark++; // to where cum would be if it did not wait for a frame's commit
        }
    }

    /**
     * Bits from cum on, number cum in bit 63 of the first word; without trailing empty words.
     *
     * @param withPending whether frames that wait for their commit count as settled
     */
    long[] settledWords(int maxWords, boolean withPending) {
        int words = (int) Math.min(maxWords, (heardNext - cum + 63) / 64);
        while (words > 0 && word(words - 1, withPending) == 0) {
            words--;
        }
        long[] bitmap = new long[words];
        for (int i = 0; i < words; i++) {
            bitmap[i] = word(i, withPending);
        }
        return bitmap;
    }

    private long word(int index, boolean withPending) {
        long from = cum + (long) index * Long.SIZE;
        return window.wordFrom(SETTLED, from) | (withPending ? window.wordFrom(PENDING, from) : 0);
    }

    /** The books of this epoch; missing and outstanding are counted afresh from the bitmaps, so the law is a real check. */
    LedgerTotals totals() {
        if (!based) {
            return LedgerTotals.ZERO;
        }
        long missingNow = window.count(MISSING, Math.max(finalBelow, cum - Limits.WINDOW), cum);
        long outstanding =
                lateOnes.spared() + next - cum - window.count(SETTLED, cum, Math.min(next, cum + Limits.WINDOW));
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

    /** For a snapshot: what follows from the records so far, as if no frame waited for its commit. */
    void save(DataOutput out) throws IOException {
        out.writeLong(epoch);
        out.writeBoolean(based);
        for (long field : new long[] {
            base,
            floor,
            cum,
            next,
            highest,
            finalBelow,
            mark,
            accepted,
            rejected,
            lost + lateOnes.spared(),
            late,
            reordered
        }) {
            out.writeLong(field);
        }
        window.save(SETTLED, out);
        window.save(MISSING, out);
        for (int hash : hashes) {
            out.writeInt(hash);
        }
    }

    /** What {@link #save} wrote. */
    static EpochLedger load(DataInput in) throws IOException {
        EpochLedger ledger = new EpochLedger(in.readLong());
        ledger.based = in.readBoolean();
        ledger.base = in.readLong();
        ledger.floor = in.readLong();
        ledger.cum = in.readLong();
        ledger.next = in.readLong();
        ledger.highest = in.readLong();
        ledger.finalBelow = in.readLong();
        ledger.mark = in.readLong();
        ledger.accepted = in.readLong();
        ledger.rejected = in.readLong();
        ledger.lost = in.readLong();
        ledger.late = in.readLong();
        ledger.reordered = in.readLong();
        ledger.window.load(SETTLED, in);
        ledger.window.load(MISSING, in);
        for (int i = 0; i < HASHES; i++) {
            ledger.hashes[i] = in.readInt();
        }
        ledger.heardNext = ledger.next;
        ledger.heardFloor = ledger.floor;
        ledger.advance(); // it may have waited for a frame
        return ledger;
    }

    EpochView view(EpochView.State state) {
        return new EpochView(epoch, state, based, base, floor, cum, next, pendingCount(), totals());
    }
}
