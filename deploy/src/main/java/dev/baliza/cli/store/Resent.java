package dev.baliza.cli.store;

import dev.baliza.protocol.AckLevel;
import java.nio.ByteBuffer;

/** A stored frame that waits for the other server's word. Thread: one. */
final class Resent {
    private static final long FIRST_WAIT_NANOS = 1_000_000_000;
    private static final int MOST_DOUBLINGS = 3;

    final long seq;
    final int type;
    final int back;
    final ByteBuffer payload;
    private AckLevel asked = AckLevel.STORED;
    private int tries;
    private int refusals;
    private long dueNanos;

    /** @param payload a copy of its own */
    Resent(long seq, int type, int back, ByteBuffer payload) {
        this.seq = seq;
        this.type = type;
        this.back = back;
        this.payload = payload;
    }

    /** It leaves now, and again after a second, two, four … when there is no answer. */
    void sent(AckLevel level, long nowNanos) {
        asked = level;
        dueNanos = nowNanos + (FIRST_WAIT_NANOS << Math.min(tries, MOST_DOUBLINGS));
        tries++;
    }

    void holdUntil(long nanos) {
        dueNanos = nanos;
    }

    boolean isDue(long nowNanos) {
        return nowNanos - dueNanos >= 0;
    }

    int tries() {
        return tries;
    }

    /** Counts one more refusal that invites to try again. */
    int refused() {
        return ++refusals;
    }

    boolean isSettledBy(AckLevel level) {
        return asked.compareTo(level) <= 0;
    }
}
