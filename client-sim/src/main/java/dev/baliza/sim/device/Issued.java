package dev.baliza.sim.device;

import dev.baliza.protocol.Message;

/** A sequenced frame that got its identity: what it says never changes, only how often it was sent. Confined to one thread. */
public final class Issued {
    private final Tally tally;
    private final long seq;
    private final Message message;
    private final boolean reliable;
    private final long intendedMicros;
    private final int vectors;
    private final long[] raws;
    private final long[] times;

    private long lastPn;
    private long lastSentMicros;
    private int tries;
    private boolean wasOnWire;

    /** @param raws vector after vector, as integers; times in milliseconds, one per vector */
    Issued(
            Tally tally,
            long seq,
            Message message,
            boolean reliable,
            long intendedMicros,
            int vectors,
            long[] raws,
            long[] times) {
        this.tally = tally;
        this.seq = seq;
        this.message = message;
        this.reliable = reliable;
        this.intendedMicros = intendedMicros;
        this.vectors = vectors;
        this.raws = raws;
        this.times = times;
    }

    long seq() {
        return seq;
    }

    Message message() {
        return message;
    }

    boolean reliable() {
        return reliable;
    }

    long intendedMicros() {
        return intendedMicros;
    }

    int vectors() {
        return vectors;
    }

    long raw(int vector, int channel) {
        return raws[vector * (raws.length / vectors) + channel];
    }

    long timeMillis(int vector) {
        return times[vector];
    }

    void sent(long pn, long nowMicros) {
        lastPn = pn;
        lastSentMicros = nowMicros;
        tries++;
    }

    long lastPn() {
        return lastPn;
    }

    long lastSentMicros() {
        return lastSentMicros;
    }

    int tries() {
        return tries;
    }

    /** A copy really left, after all faults. */
    public void onWire() {
        tally.left(this, !wasOnWire);
        wasOnWire = true;
    }
}
