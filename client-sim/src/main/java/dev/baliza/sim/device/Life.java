package dev.baliza.sim.device;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of a device: its numbers, the frames that wait to be acknowledged, and what left of them. Confined to one thread.
 * Spec: SPEC §4.2–§4.4, §8.3.
 */
public final class Life {
    private static final int REORDERING_PN = 3;

    private final long epoch;
    private final Tally tally;
    private final TreeMap<Long, Issued> waiting = new TreeMap<>();
    private long nextSeq;
    private long pn;
    private long highestAckedPn = -1;
    private long framesOnWire;
    private long copiesOnWire;
    private long heardNext;
    private boolean resendAll;

    Life(long epoch, Tally tally) {
        this.epoch = epoch;
        this.tally = tally;
    }

    public long epoch() {
        return epoch;
    }

    /** Frames that got an identity; also the next number. */
    public long issued() {
        return nextSeq;
    }

    /** Different frames of which a copy left. */
    public long framesOnWire() {
        return framesOnWire;
    }

    /** Copies that left, first ones included. */
    public long copiesOnWire() {
        return copiesOnWire;
    }

    /** One above the highest number that any frame which left told. */
    public long heardNext() {
        return heardNext;
    }

    /** Whether no frame waits for an acknowledgement. */
    public boolean isSettled() {
        return waiting.isEmpty();
    }

    /** Frames that wait for an acknowledgement. */
    public int waitingFrames() {
        return waiting.size();
    }

    Issued issue(Message message, boolean reliable, Batch batch) {
        Issued frame = new Issued(this, nextSeq++, message, reliable, batch);
        if (reliable) {
            waiting.put(frame.seq(), frame);
        }
        return frame;
    }

    long nextPn() {
        return pn++;
    }

    /** The higher of the two counters that must not wrap (SPEC §1.3). */
    long used() {
        return Math.max(nextSeq, pn);
    }

    /** The lowest number that may still be sent (SPEC §4.4.1). */
    long floor() {
        return waiting.isEmpty() ? nextSeq : waiting.firstKey();
    }

    boolean hasRoom() {
        return nextSeq - floor() < Limits.WINDOW - 1;
    }

    @Nullable
    Issued waiting(long seq) {
        return waiting.get(seq);
    }

    void giveUp(Issued frame) {
        waiting.remove(frame.seq());
    }

    /** Gives up all; how many they were. */
    int giveUpAll() {
        int count = waiting.size();
        waiting.clear();
        return count;
    }

    /** A new connection stands: what the old one took is worth nothing. */
    void resendAll() {
        resendAll = true;
    }

    /**
     * Takes what is settled off the queue: all below {@code next} and every set bit.
     *
     * @param level only frames that asked for this level or a lower one (SPEC §6.4.1)
     */
    void settle(long next, List<Long> bits, AckLevel level, Consumer<Issued> settled) {
        long end = next + 64L * bits.size();
        for (Iterator<Issued> it = waiting.values().iterator(); it.hasNext(); ) {
            Issued frame = it.next();
            if (frame.seq() >= end) {
                return;
            }
            if (isSettled(next, bits, frame.seq()) && frame.level().compareTo(level) <= 0) {
                it.remove();
                acknowledged(frame, settled);
            }
        }
    }

    /** One number of the list of rejected ones: it is settled too (SPEC §6.4.3). False when it does not wait. */
    boolean settleRejected(long seq, Consumer<Issued> settled) {
        Issued frame = waiting.remove(seq);
        if (frame != null) {
            acknowledged(frame, settled);
        }
        return frame != null;
    }

    private void acknowledged(Issued frame, Consumer<Issued> settled) {
        if (frame.tries() == 1) {
            highestAckedPn = Math.max(highestAckedPn, frame.lastPn());
        }
        settled.accept(frame);
    }

    private static boolean isSettled(long next, List<Long> bits, long seq) {
        long distance = seq - next;
        return distance < 0 || (bits.get((int) (distance / 64)) << (distance % 64)) < 0;
    }

    /** Hands out the frames that are lost by packet number or by the clock (SPEC §8.3). */
    void forEachDue(Plan plan, RoundTrip roundTrip, long nowMicros, Consumer<Issued> send) {
        boolean all = resendAll;
        resendAll = false;
        for (Issued frame : waiting.values()) {
            boolean asked = frame.notBeforeMicros() > 0 && nowMicros >= frame.notBeforeMicros();
            boolean byNumber = !plan.stream() && frame.lastPn() + REORDERING_PN <= highestAckedPn;
            boolean byClock = plan.timer() && nowMicros - frame.lastSentMicros() >= roundTrip.timeout(frame.tries());
            if (asked || (nowMicros >= frame.notBeforeMicros() && (all || byNumber || byClock))) {
                frame.holdUntil(0);
                send.accept(frame);
            }
        }
    }

    /** A copy of a sequenced frame left. */
    void left(Issued frame, boolean first) {
        copiesOnWire++;
        heard(frame.seq() + 1);
        if (first) {
            framesOnWire++;
            tally.left(frame.batch(), epoch, frame.seq());
            tally.said(frame.message());
        }
    }

    /** A frame left that tells the next number (SPEC §5.10). */
    void heard(long next) {
        heardNext = Math.max(heardNext, next);
    }
}
