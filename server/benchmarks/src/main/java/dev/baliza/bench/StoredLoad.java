package dev.baliza.bench;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.MessageCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What a server stores and acknowledges: devices that each keep a window of reliable frames on the way, 300 readings in a frame,
 * level STORED. One thread.
 *
 * <p>Run: {@code java -cp server/benchmarks/target/benchmarks.jar dev.baliza.bench.StoredLoad HOST:PORT udp|tcp [seconds] [devices]
 * [window] [frames a second of all; 0: as many as are acknowledged]}.
 */
public final class StoredLoad {
    private static final int CHANNELS = 3;
    private static final int ROWS = 100;
    private static final int MAX_SAMPLES = 1 << 22;
    private static final long RESEND_NANOS = 500_000_000L;
    private static final int SOCKET_BYTES = 4 << 20;

    private final Selector selector;
    private final boolean stream;
    private final int window;
    private final List<Device> devices = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
    private final Frame view = new Frame();
    private final float[] waitedMillis = new float[MAX_SAMPLES];
    private int samples;
    private long acknowledged;
    private long again;

    private StoredLoad(boolean stream, int window) throws IOException {
        selector = Selector.open();
        this.stream = stream;
        this.window = window;
    }

    /** One socket, one epoch. */
    private final class Device {
        private final long id;
        private final long epoch = System.currentTimeMillis() / 1_000;
        private final SelectableChannel channel;
        private final long[] dueNanos = new long[Limits.WINDOW];
        private final BitSet waiting = new BitSet(Limits.WINDOW);
        private final ByteBuffer frame;
        private final ByteBuffer partial = ByteBuffer.allocate(1 << 17);
        private long floor;
        private long next;
        private long pn;
        private long lastAckNanos = System.nanoTime();

        Device(long id, SocketAddress server) throws IOException {
            this.id = id;
            if (stream) {
                SocketChannel socket = SocketChannel.open(server);
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel = socket;
            } else {
                DatagramChannel socket = DatagramChannel.open();
                socket.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BYTES);
                channel = socket.connect(server);
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
            ChannelSet set = Readings.set(CHANNELS);
            frame = frame(
                    Readings.rows(DescribeCodec.hash(set), ROWS, CHANNELS, System.currentTimeMillis() - 10_000, 10));
            send(frame(new Message.Describe(set)), next++, System.nanoTime());
        }

        private ByteBuffer frame(Message message) {
            ByteBuffer out = ByteBuffer.allocateDirect(4_096);
            int flags = FrameHeader.flags(AckLevel.STORED, false);
            FrameCodec.write(
                    out,
                    new FrameHeader(id, epoch, 0, 0, 0, flags),
                    Extensions.NONE.padTo(Limits.MIN_RELIABLE_BYTES),
                    message);
            return out.flip();
        }

        boolean isDescribed() {
            return floor > 0;
        }

        boolean hasRoom() {
            return isDescribed() && next - floor < window;
        }

        void sendNext(long intendedNanos) throws IOException {
            send(frame, next++, intendedNanos);
        }

        private void send(ByteBuffer bytes, long seq, long intendedNanos) throws IOException {
            int slot = (int) (seq % Limits.WINDOW);
            dueNanos[slot] = intendedNanos;
            waiting.set(slot);
            transmit(bytes, seq);
        }

        private void transmit(ByteBuffer bytes, long seq) throws IOException {
            bytes.clear().limit(bytes.getShort(Frame.LENGTH_OFFSET) & 0xFFFF);
            bytes.putInt(Frame.SEQ_OFFSET, (int) seq).putInt(Frame.PN_OFFSET, (int) pn++);
            bytes.putShort(Frame.BACK_OFFSET, (short) (seq - floor));
            FrameCodec.writeChecksum(bytes, 0, bytes.limit());
            if (channel instanceof SocketChannel socket) {
                while (bytes.hasRemaining() && socket.write(bytes) >= 0) {
                    if (bytes.hasRemaining()) {
                        Thread.onSpinWait();
                    }
                }
            } else {
                ((DatagramChannel) channel).write(bytes);
            }
        }

        /** What was lost on the way: nothing has been heard for a while. */
        void resendIfStuck(long now) throws IOException {
            if (floor < next && isDescribed() && now - lastAckNanos > RESEND_NANOS) {
                lastAckNanos = now;
                for (long seq = floor; seq < next; seq++) {
                    if (waiting.get((int) (seq % Limits.WINDOW))) {
                        transmit(frame, seq);
                        again++;
                    }
                }
            }
        }

        void read() throws IOException, ProtocolException {
            while (true) {
                in.clear();
                int bytes = channel instanceof SocketChannel socket
                        ? socket.read(in)
                        : ((DatagramChannel) channel).read(in);
                if (bytes < 0) {
                    throw new IOException("the server has closed the connection");
                }
                if (bytes == 0) {
                    return;
                }
                partial.put(in.flip()).flip();
                int at = 0;
                while (partial.limit() - at >= Limits.MIN_FRAME_BYTES) {
                    int length = FrameCodec.frameLength(partial, at, partial.limit() - at, Limits.MAX_FRAME_BYTES);
                    if (length > partial.limit() - at) {
                        break;
                    }
                    take(view.wrap(partial, at, length));
                    at += length;
                }
                partial.position(at);
                partial.compact();
            }
        }

        private void take(Frame answer) throws ProtocolException {
            answer.readExtensions();
            if (answer.type() == MessageType.NACK) {
                throw new IllegalStateException("refused: " + MessageCodec.read(MessageType.NACK, answer.payload()));
            }
            if (answer.type() != MessageType.ACK
                    || !(MessageCodec.read(MessageType.ACK, answer.payload()) instanceof Message.Ack ack)
                    || ack.level().compareTo(AckLevel.STORED) < 0) {
                return;
            }
            long now = System.nanoTime();
            lastAckNanos = now;
            for (long seq = floor; seq < Math.min(next, ack.next()); seq++) {
                settle(seq, now);
            }
            for (int bit = 0; bit < ack.settled().size() * Long.SIZE; bit++) {
                if ((ack.settled().get(bit / Long.SIZE) << bit) < 0 && ack.next() + bit >= floor) {
                    settle(ack.next() + bit, now);
                }
            }
            while (floor < next && !waiting.get((int) (floor % Limits.WINDOW))) {
                floor++;
            }
        }

        private void settle(long seq, long now) {
            int slot = (int) (seq % Limits.WINDOW);
            if (seq < next && waiting.get(slot)) {
                waiting.clear(slot);
                acknowledged++;
                if (samples < MAX_SAMPLES) {
                    waitedMillis[samples++] = (now - dueNanos[slot]) / 1e6f;
                }
            }
        }
    }

    /** Runs it; prints what came out. */
    public static void main(String... arguments) throws Exception {
        int colon = arguments[0].lastIndexOf(':');
        SocketAddress server = new InetSocketAddress(
                arguments[0].substring(0, colon), Integer.parseInt(arguments[0].substring(colon + 1)));
        boolean stream = arguments[1].equals("tcp");
        int seconds = number(arguments, 2, 10);
        int count = number(arguments, 3, 50);
        StoredLoad load = new StoredLoad(stream, number(arguments, 4, 64));
        for (int i = 0; i < count; i++) {
            load.devices.add(load.new Device(0x10AD_0000L + i, server));
        }
        load.run(2, 0); // warm
        load.run(seconds, number(arguments, 5, 0));
    }

    private static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private void run(int seconds, int rate) throws Exception {
        samples = 0;
        acknowledged = 0;
        again = 0;
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        long sent = 0;
        int turn = 0;
        for (long now = start; now - end < 0; now = System.nanoTime()) {
            long allowed = rate == 0 ? Long.MAX_VALUE : (long) ((now - start) / 1e9 * rate) - sent;
            boolean room = true;
            while (allowed > 0 && room) {
                room = false;
                for (int i = 0; i < devices.size() && allowed > 0; i++) {
                    Device device = devices.get(turn++ % devices.size());
                    if (device.hasRoom()) {
                        long intended = rate == 0 ? System.nanoTime() : start + (long) (sent * 1e9 / rate);
                        device.sendNext(intended);
                        sent++;
                        allowed--;
                        room = true;
                    }
                }
            }
            selector.select(key -> read((Device) key.attachment()), 1);
            for (Device device : devices) {
                device.resendIfStuck(now);
            }
        }
        report((System.nanoTime() - start) / 1e9);
    }

    private void read(Device device) {
        try {
            device.read();
        } catch (IOException | ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    private void report(double seconds) {
        float[] sorted = Arrays.copyOf(waitedMillis, samples);
        Arrays.sort(sorted);
        System.out.printf(
                "%s: %,.0f frames/s, %,.0f readings/s stored and acknowledged; %,d sent again%n",
                stream ? "tcp" : "udp", acknowledged / seconds, acknowledged * CHANNELS * ROWS / seconds, again);
        if (samples > 0) {
            System.out.printf(
                    "acknowledged after: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                    sorted[samples / 2], sorted[(int) (samples * 0.99)], sorted[samples - 1]);
        }
    }
}
