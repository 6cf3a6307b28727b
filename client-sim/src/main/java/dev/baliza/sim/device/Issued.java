package dev.baliza.sim.device;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Message;

/** A sequenced frame that got its identity: what it says never changes, only how often it was sent. Confined to one thread. */
final class Issued implements Departure {
    private final Life life;
    private final long seq;
    private final Message message;
    private final boolean reliable;
    private final Batch batch;

    private AckLevel level = AckLevel.NONE;
    private long lastPn;
    private long lastSentMicros;
    private long notBeforeMicros;
    private int tries;
    private boolean wasOnWire;

    Issued(Life life, long seq, Message message, boolean reliable, Batch batch) {
        this.life = life;
        this.seq = seq;
        this.message = message;
        this.reliable = reliable;
        this.batch = batch;
    }

    Life life() {
        return life;
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

    Batch batch() {
        return batch;
    }

    void sent(long pn, AckLevel asked, long nowMicros) {
        lastPn = pn;
        level = asked;
        lastSentMicros = nowMicros;
        tries++;
    }

    /** What it asked for when it was last sent. */
    AckLevel level() {
        return level;
    }

    /** The server wants it later. */
    void holdUntil(long micros) {
        notBeforeMicros = micros;
    }

    long notBeforeMicros() {
        return notBeforeMicros;
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

    @Override
    public void onWire() {
        life.left(this, !wasOnWire);
        wasOnWire = true;
    }
}
