package dev.baliza.cli.store;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.server.session.DeviceFact;
import dev.baliza.server.store.JournalRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Sends stored frames as their devices sent them: the same device, epoch, number, floor and content; only the packet number is new. What
 * else the records say of an epoch goes as control frames, so that the other ledger begins where this one did. Thread: one. Spec: SPEC §4,
 * §6.4, §6.5.
 */
final class Resender {
    private static final long RETRY_UNIT_NANOS = 100_000_000;
    private static final int MOST_TRIES = 8;
    private static final int MOST_REFUSALS = 20;
    private static final int MOST_REASONS = 20;
    private static final int NAME_ROOM = Limits.MIN_FRAME_BYTES + 2 + 2 + Limits.MAX_NAME_BYTES;
    private static final AckLevel[] LEVELS = AckLevel.values();

    /** An epoch of a device. */
    private record Key(long device, long epoch) {}

    private static final class Lane {
        final TreeMap<Long, Resent> waiting = new TreeMap<>();
        long pn;
        boolean closed;
    }

    private final Consumer<ByteBuffer> wire;
    private final Map<Long, String> names;
    private final Map<Key, Lane> lanes = new HashMap<>();
    private final Set<Key> given = new HashSet<>();
    private final List<String> reasons = new ArrayList<>();
    private AckLevel level = AckLevel.STORED;
    private int waiting;
    private long acknowledged;
    private long failed;
    private long unsendable;

    /**
     * @param wire takes whole frames
     * @param names of the devices that have one
     */
    Resender(Consumer<ByteBuffer> wire, Map<Long, String> names) {
        this.wire = wire;
        this.names = names;
    }

    /** Sends what a record says. */
    void send(JournalRecord record, long nowNanos, long nowMicros) {
        Key key = new Key(record.device(), record.epoch());
        switch (record.kind()) {
            case FRAME -> sequenced(key, record, record.code(), nowNanos);
            case DESCRIPTION -> sequenced(key, record, MessageType.DESCRIBE.code(), nowNanos);
            case REJECTED -> unsendable++; // why it was rejected is stored, not what it was
            case EPOCH -> given.add(key);
            case DEVICE -> fact(key, record, nowMicros);
            case SNAPSHOT, OPENED, CLOSED -> {}
        }
    }

    private void fact(Key key, JournalRecord record, long nowMicros) {
        DeviceFact fact = DeviceFact.of(record.code());
        if (fact == DeviceFact.CLAIM) {
            Lane lane = lane(key);
            Message ping = new Message.Ping(nowMicros, ByteBuffer.allocate(0));
            control(key, lane, record.seq(), record.back(), ping);
            control(key, lane, record.seq(), record.back(), ping); // a jump must be said twice (SPEC §5.2)
        } else if (fact == DeviceFact.TOLD) {
            DeviceFact.Told told = DeviceFact.Told.read(record.payload());
            long uptime = Math.max(0, nowMicros - told.bootMicros());
            Message beat = new Message.Heartbeat(uptime, told.lowestHeld(), 0, 0, 0, 0);
            control(key, lane(key), 0, Limits.BACK_UNSET, beat);
        }
    }

    private Lane lane(Key key) {
        Lane known = lanes.get(key);
        if (known != null) {
            return known;
        }
        Lane lane = new Lane();
        lanes.put(key, lane);
        if (given.contains(key)) { // the server here gave the epoch, so it began at 0
            control(key, lane, 0, 0, new Message.Ping(0, ByteBuffer.allocate(0)));
        }
        return lane;
    }

    private void control(Key key, Lane lane, long seq, int back, Message message) {
        ByteBuffer frame = ByteBuffer.allocate(Limits.MIN_HELLO_BYTES + Limits.MAX_NAME_BYTES);
        FrameHeader header = new FrameHeader(key.device, key.epoch, seq, lane.pn++, back, 0);
        FrameCodec.write(frame, header, Extensions.named(names.get(key.device)), message);
        wire.accept(frame.flip());
    }

    private void sequenced(Key key, JournalRecord record, int type, long nowNanos) {
        Lane lane = lane(key);
        if (lane.closed) {
            failed++;
            return;
        }
        ByteBuffer content = record.payload();
        ByteBuffer copy = ByteBuffer.allocate(content.remaining()).put(content).flip();
        Resent frame = new Resent(record.seq(), type, record.back(), copy);
        lane.waiting.put(frame.seq, frame);
        waiting++;
        transmit(key, lane, frame, nowNanos);
    }

    private void transmit(Key key, Lane lane, Resent frame, long nowNanos) {
        frame.sent(level, nowNanos);
        boolean room = frame.payload.remaining() + NAME_ROOM <= Limits.MAX_FRAME_BYTES;
        String name = room ? names.get(key.device) : null;
        ByteBuffer bytes = ByteBuffer.allocate(frame.payload.remaining() + NAME_ROOM);
        int flags = FrameHeader.flags(level, false);
        FrameHeader header = new FrameHeader(key.device, key.epoch, frame.seq, lane.pn++, frame.back, flags);
        FrameCodec.write(bytes, header, Extensions.named(name), frame.type, frame.payload);
        wire.accept(bytes.flip());
    }

    /** Sends again what had no answer for long, or, on a new connection, all that waits. */
    void resend(boolean all, long nowNanos) {
        lanes.forEach((key, lane) -> {
            for (Iterator<Resent> it = lane.waiting.values().iterator(); it.hasNext(); ) {
                Resent frame = it.next();
                if (frame.tries() >= MOST_TRIES && frame.isDue(nowNanos)) {
                    it.remove();
                    fail(key, frame, "no answer to " + MOST_TRIES + " attempts");
                } else if (all || frame.isDue(nowNanos)) {
                    transmit(key, lane, frame, nowNanos);
                }
            }
        });
    }

    /** What the other server says. */
    void heard(Frame frame, long nowNanos) throws ProtocolException {
        frame.readExtensions();
        MessageType type = frame.type();
        Message message = type == null ? null : MessageCodec.read(type, frame.payload());
        if (message instanceof Message.Ack ack) {
            acknowledged(new Key(frame.device(), ack.epoch()), ack);
        } else if (message instanceof Message.Nack nack && MessageType.isSequenced(nack.frameType())) {
            refused(new Key(frame.device(), nack.epoch()), nack, nowNanos);
        }
    }

    private void acknowledged(Key key, Message.Ack ack) {
        Lane lane = lanes.get(key);
        if (lane == null) {
            return;
        }
        for (Message.Ack.Rejected one : ack.rejected()) {
            Resent frame = lane.waiting.remove(one.seq());
            if (frame != null) {
                fail(key, frame, "rejected: " + name(one.code()));
            }
        }
        long end = ack.next() + 64L * ack.settled().size();
        for (Iterator<Resent> it = lane.waiting.headMap(end).values().iterator(); it.hasNext(); ) {
            Resent frame = it.next();
            long distance = frame.seq - ack.next();
            boolean settled = distance < 0 || (ack.settled().get((int) (distance / 64)) << (distance % 64)) < 0;
            if (settled && frame.isSettledBy(ack.level())) {
                it.remove();
                waiting--;
                acknowledged++;
            }
        }
    }

    private void refused(Key key, Message.Nack nack, long nowNanos) {
        Lane lane = lanes.get(key);
        Resent frame = lane == null ? null : lane.waiting.get(nack.seq());
        ErrorCode code = ErrorCode.of(nack.code());
        if (lane == null || frame == null || code == ErrorCode.CLOCK_UNSET) {
            return;
        }
        if (code == ErrorCode.STALE_EPOCH) {
            lane.closed = true;
            lane.waiting.values().forEach(one -> fail(key, one, "its epoch is closed there"));
            lane.waiting.clear();
        } else if (!nack.retriable() || frame.refused() > MOST_REFUSALS) {
            lane.waiting.remove(frame.seq);
            fail(key, frame, name(nack.code()) + ": " + nack.text());
        } else if (code == ErrorCode.LEVEL_UNAVAILABLE) {
            level = LEVELS[(int) Math.min(level.ordinal(), Math.max(1, nack.argument()))];
            transmit(key, lane, frame, nowNanos);
        } else {
            frame.holdUntil(nowNanos + Math.max(1, nack.retryAfter()) * RETRY_UNIT_NANOS);
        }
    }

    private static String name(int number) {
        ErrorCode code = ErrorCode.of(number);
        return code == null ? "code " + number : code.name();
    }

    private void fail(Key key, Resent frame, String why) {
        waiting--;
        failed++;
        if (reasons.size() < MOST_REASONS) {
            String name = names.get(key.device);
            String device = name == null ? "%016x".formatted(key.device) : name;
            reasons.add("%s epoch %d seq %d: %s".formatted(device, key.epoch, frame.seq, why));
        }
    }

    /** Frames that wait for an answer. */
    int waiting() {
        return waiting;
    }

    /** Frames that the other server has, those included that it had before. */
    long acknowledged() {
        return acknowledged;
    }

    /** Frames that it will not have. */
    long failed() {
        return failed;
    }

    /** Rejected frames: their content was not stored, so they cannot be sent. */
    long unsendable() {
        return unsendable;
    }

    /** The level that the other server offers. */
    AckLevel level() {
        return level;
    }

    /** Why frames failed, the first of them. */
    List<String> reasons() {
        return List.copyOf(reasons);
    }
}
