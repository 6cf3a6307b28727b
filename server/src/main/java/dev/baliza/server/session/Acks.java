package dev.baliza.server.session;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledgements of one epoch that wait to be sent together, to where the newest frame of the epoch came from. Thread: its
 * shard's. Spec: SPEC §6.4, §8.2, §9.1.
 */
final class Acks {
    private static final int ACK_FRAME_BYTES = Limits.MIN_FRAME_BYTES + 12;
    private static final int REJECTED_BYTES = 6;
    private static final int MAX_REJECTED = 255;

    final EpochLedger ledger;
    private final List<Message.Ack.Rejected> rejected = new ArrayList<>(0);
    private final List<Message.Ack.Rejected> storedRejected = new ArrayList<>(0);
    private Peer to;
    private long pn = -1;
    private long credit;
    private int waiting;
    private boolean now;

    /** Whether frames wait for their commit, and whether one of them has come so far. */
    private boolean storing;

    private boolean stored;

    Acks(EpochLedger ledger, Peer to) {
        this.ledger = ledger;
        this.to = to;
    }

    /**
     * A reliable frame waits for an answer; its bytes are credit for it until the address is validated.
     *
     * @param pending whether its commit is still to come
     */
    void add(Frame frame, Peer from, boolean atOnce, boolean pending) {
        if (frame.level() == AckLevel.COUNTED) {
            waiting++;
            now |= atOnce;
        } else {
            storing |= pending;
            stored |= !pending;
        }
        if (frame.pn() > pn) {
            pn = frame.pn();
            credit = from.isSameWay(to) ? credit : 0;
            to = from;
        }
        credit += from.isSameWay(to) ? frame.length() : 0;
    }

    /** Where the answer goes. */
    Peer to() {
        return to;
    }

    /** A reason for the next ACK of this level, which its frame has reached. */
    void addRejected(AckLevel level, long seq, int code) {
        List<Message.Ack.Rejected> reasons = reasons(level);
        if (reasons.size() < MAX_REJECTED) {
            reasons.add(new Message.Ack.Rejected(seq, code));
        }
    }

    private List<Message.Ack.Rejected> reasons(AckLevel level) {
        return level == AckLevel.COUNTED ? rejected : storedRejected;
    }

    /** Frames of the epoch are on disk; returns whether an answer waited for that. */
    boolean committed() {
        if (!storing) {
            return false;
        }
        stored = true;
        storing = ledger.pendingCount() > 0;
        return true;
    }

    /** Whether an answer of this level can go. */
    boolean isWaiting(AckLevel level) {
        return level == AckLevel.COUNTED ? waiting > 0 : stored;
    }

    /** Whether none is to come. */
    boolean isDone() {
        return waiting == 0 && !stored && !storing;
    }

    /** Whether the end of this burst is late enough. */
    boolean isDue() {
        return now || stored || waiting >= 16;
    }

    /**
     * The ACK for all that waits for this level; nothing does afterwards.
     *
     * @param validated whether the answer may be longer than what came; else the bitmap and the list are cut to the credit
     * @return null when not even the shortest ACK fits
     */
    Message.@Nullable Ack take(AckLevel level, boolean validated) {
        boolean withPending = level == AckLevel.COUNTED;
        if (withPending) {
            waiting = 0;
            now = false;
        } else {
            stored = false;
        }
        List<Message.Ack.Rejected> reasons = List.copyOf(reasons(level));
        reasons(level).clear();
        long room = (validated ? Replies.UNLIMITED : credit) - ACK_FRAME_BYTES;
        if (room < 0) {
            return null;
        }
        long[] words = ledger.settledWords((int) Math.min(Limits.WINDOW / Long.SIZE, room / Long.BYTES), withPending);
        room -= (long) words.length * Long.BYTES;
        int fits = (int) Math.min(reasons.size(), room / REJECTED_BYTES);
        credit = validated ? 0 : room - (long) fits * REJECTED_BYTES;
        return new Message.Ack(
                ledger.epoch(),
                ledger.cum(),
                level,
                Arrays.stream(words).boxed().toList(),
                reasons.subList(0, fits));
    }
}
