package dev.baliza.sim.device;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A device's sequenced frames on their way: numbers them, sends them again, takes what the server says of them. Confined to one thread.
 * Spec: SPEC §6.4, §6.5, §8.
 */
final class Outbox {
    private static final long RETRY_UNIT_MICROS = 100_000;

    private final Plan plan;
    private final Lives lives;
    private final FrameWriter writer;
    private final LongConsumer ackLatencyMicros;
    private final RoundTrip roundTrip = new RoundTrip();
    private AckLevel level = AckLevel.STORED;
    private long rejected;

    Outbox(Plan plan, Lives lives, FrameWriter writer, LongConsumer ackLatencyMicros) {
        this.plan = plan;
        this.lives = lives;
        this.writer = writer;
        this.ackLatencyMicros = ackLatencyMicros;
    }

    /** Frames that an ACK listed as rejected. */
    long rejected() {
        return rejected;
    }

    /** A frame with the next number of a life leaves. */
    Issued issue(Life life, Message message, boolean reliable, Batch batch, long nowMicros) {
        Issued frame = life.issue(message, reliable, batch);
        transmit(frame, nowMicros);
        return frame;
    }

    /** Sends again what is due in all epochs that are held. */
    void resend(Life now, long nowMicros) {
        lives.held().forEach(old -> resendOf(old, nowMicros));
        resendOf(now, nowMicros);
        lives.retireSettled();
    }

    private void resendOf(Life of, long nowMicros) {
        of.forEachDue(plan, roundTrip, nowMicros, frame -> transmit(frame, nowMicros));
    }

    private void transmit(Issued frame, long nowMicros) {
        writer.sequenced(frame, level, nowMicros);
    }

    /** As control frames tell it. */
    long back(Life of) {
        return of.issued() - of.floor();
    }

    /** The server says what level it can reach and what it has. */
    void welcomed(Message.Welcome welcome, long nowMicros) {
        level = AckLevel.STORED.compareTo(welcome.highestLevel()) < 0 ? AckLevel.STORED : welcome.highestLevel();
        for (Message.Welcome.Known known : welcome.known()) {
            Life told = lives.find(known.epoch());
            if (told != null) {
                told.settle(known.next(), List.of(known.settled()), AckLevel.FORWARDED, f -> settled(f, nowMicros));
            }
        }
        lives.resendAll();
    }

    void acknowledged(Message.Ack ack, long nowMicros) {
        Life told = lives.find(ack.epoch());
        if (told == null) {
            return;
        }
        writer.token(null); // an answer came: the address is known to the server
        for (Message.Ack.Rejected one : ack.rejected()) {
            if (told.settleRejected(one.seq(), frame -> settled(frame, nowMicros))) {
                rejected++;
            }
        }
        told.settle(ack.next(), ack.settled(), ack.level(), frame -> settled(frame, nowMicros));
    }

    private void settled(Issued frame, long nowMicros) {
        ackLatencyMicros.accept(Math.max(0, nowMicros - frame.batch().intendedMicros()));
        if (frame.tries() == 1) {
            roundTrip.measured(nowMicros - frame.lastSentMicros());
        }
    }

    /** How long a NACK asks to wait. */
    static long retryAfterMicros(Message.Nack nack) {
        return nack.retryAfter() * RETRY_UNIT_MICROS;
    }

    /**
     * One frame was not accepted.
     *
     * @param describeAt when the description will be sent again; asked only when the server does not know it
     */
    void refused(Message.Nack nack, @Nullable ErrorCode code, long nowMicros, LongSupplier describeAt) {
        Life told = lives.find(nack.epoch());
        boolean sequenced = MessageType.isSequenced(nack.frameType());
        Issued frame = told == null || !sequenced ? null : told.waiting(nack.seq());
        if (frame == null || code == ErrorCode.CLOCK_UNSET) {
            return;
        }
        long wait = retryAfterMicros(nack);
        if (!nack.retriable()) {
            lives.giveUp(frame);
        } else if (code == ErrorCode.UNKNOWN_SCHEMA) {
            frame.holdUntil(describeAt.getAsLong() + 1);
        } else if (code == ErrorCode.LEVEL_UNAVAILABLE) {
            level = lower(frame.level(), nack.argument());
            frame.holdUntil(nowMicros);
        } else if (wait > 0) {
            frame.holdUntil(nowMicros + wait);
        }
    }

    private static AckLevel lower(AckLevel asked, long highest) {
        long lower = Math.min(asked.ordinal() - 1L, highest);
        return AckLevel.of((int) Math.max(AckLevel.COUNTED.ordinal(), lower));
    }
}
