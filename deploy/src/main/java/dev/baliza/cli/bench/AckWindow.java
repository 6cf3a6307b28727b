package dev.baliza.cli.bench;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.MessageCodec;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.nio.ByteBuffer;

/**
 * What the devices of a lane have on the way: a few numbers each, sent again when nothing is heard of them. Thread: the lane's loop.
 * Spec: SPEC §4.4, §6.4.
 */
final class AckWindow extends SimpleChannelInboundHandler<DatagramPacket> {
    /** Most frames of a device on the way; a bit each. */
    static final int MAX_WINDOW = 32;

    private static final long RESEND_NANOS = 500_000_000L;

    private final Lane lane;
    private final Ring ring;
    private final AckLevel level;
    private final int window;
    private final long[] floor;
    /** Bit i: number floor + i is on the way. */
    private final int[] waiting;

    private final long[] dueNanos;
    private final long[] heardNanos;
    private final Latencies latencies;
    private final Frame view = new Frame();
    private int position;
    private long acknowledged;
    private long resent;
    private int onTheWay;
    private String refusal = "";

    AckWindow(Lane lane, AckLevel level, int window, Latencies latencies) {
        this.lane = lane;
        this.level = level;
        this.window = window;
        this.latencies = latencies;
        ring = lane.ring();
        floor = new long[ring.devices()];
        waiting = new int[ring.devices()];
        dueNanos = new long[ring.devices() * MAX_WINDOW];
        heardNanos = new long[ring.devices()];
        for (int device = 0; device < floor.length; device++) {
            floor[device] = ring.peek(device);
        }
    }

    /** Sends the next frames of devices side by side that have room; returns how many, 0 when there are none. */
    int send(int atMost, long dueAtNanos) {
        if (!lane.isReady()) {
            return 0;
        }
        for (int skipped = 0; skipped < floor.length; skipped++) {
            int count = 0;
            while (count < Math.min(atMost, lane.most())
                    && position + count < floor.length
                    && hasRoom(position + count)) {
                begin(position + count, dueAtNanos);
                count++;
            }
            if (count > 0) {
                lane.transmit(position, count);
                position = (position + count) % floor.length;
                return count;
            }
            position = (position + 1) % floor.length;
        }
        return 0;
    }

    private boolean hasRoom(int device) {
        return ring.peek(device) - floor[device] < window;
    }

    private void begin(int device, long dueAtNanos) {
        long seq = ring.take(device);
        if (waiting[device] == 0) {
            heardNanos[device] = System.nanoTime();
        }
        waiting[device] |= 1 << (int) (seq - floor[device]);
        dueNanos[slot(device, seq)] = dueAtNanos;
        ring.stamp(device, seq, (int) (seq - floor[device]));
        onTheWay++;
    }

    private static int slot(int device, long seq) {
        return device * MAX_WINDOW + (int) (seq % MAX_WINDOW);
    }

    /** Sends the lowest number of each device again that has heard nothing for a while. */
    void resend(long now) {
        for (int device = 0; device < floor.length && lane.isReady(); device++) {
            if (waiting[device] != 0 && now - heardNanos[device] > RESEND_NANOS) {
                heardNanos[device] = now;
                ring.stamp(device, floor[device], 0);
                lane.transmit(device, 1);
                resent++;
            }
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) throws ProtocolException {
        ByteBuffer bytes = packet.content().nioBuffer();
        for (int at = 0; at < bytes.limit(); ) {
            int length = FrameCodec.frameLengthInDatagram(bytes, at, bytes.limit() - at);
            take(view.wrap(bytes, at, length));
            at += length;
        }
    }

    private void take(Frame answer) throws ProtocolException {
        answer.readExtensions();
        if (answer.type() == MessageType.NACK) {
            refusal = String.valueOf(MessageCodec.read(MessageType.NACK, answer.payload()));
        }
        if (answer.type() != MessageType.ACK
                || !(MessageCodec.read(MessageType.ACK, answer.payload()) instanceof Message.Ack ack)
                || ack.level().compareTo(level) < 0) {
            return;
        }
        int device = ring.indexOf(answer.device());
        long now = System.nanoTime();
        heardNanos[device] = now;
        long from = floor[device];
        for (long seq = from; seq < Math.min(ack.next(), from + MAX_WINDOW); seq++) {
            settle(device, seq, now);
        }
        for (int i = 0; i < Math.min(ack.settled().size() * Long.SIZE, Limits.WINDOW); i++) {
            if (ack.settled().get(i / Long.SIZE) << i < 0) {
                settle(device, ack.next() + i, now);
            }
        }
        while (floor[device] < ring.peek(device) && (waiting[device] & 1) == 0) {
            waiting[device] >>>= 1;
            floor[device]++;
        }
    }

    private void settle(int device, long seq, long now) {
        long bit = seq - floor[device];
        if (bit >= 0 && bit < MAX_WINDOW && (waiting[device] & 1 << (int) bit) != 0) {
            waiting[device] &= ~(1 << (int) bit);
            latencies.add(now - dueNanos[slot(device, seq)]);
            acknowledged++;
            onTheWay--;
        }
    }

    long acknowledged() {
        return acknowledged;
    }

    long resent() {
        return resent;
    }

    int onTheWay() {
        return onTheWay;
    }

    /** What the server refused; empty when nothing. */
    String refusal() {
        return refusal;
    }
}
