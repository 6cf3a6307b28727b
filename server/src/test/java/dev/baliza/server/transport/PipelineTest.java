package dev.baliza.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;
import dev.baliza.server.tap.Tap;
import dev.baliza.server.tap.TapEvent;
import dev.baliza.server.tap.TapFilter;
import dev.baliza.server.tap.TapHub;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both pipelines from bytes to answers, with a clock that stands still. SPEC §2. */
class PipelineTest {
    private static final long NOW = 1_800_000_000_000_000L;
    private static final InetSocketAddress DEVICE = new InetSocketAddress("127.0.0.1", 40_000);
    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 7_367);

    /** A pipeline with a server of its own behind it. */
    private static final class Wire {
        final EmbeddedChannel channel;
        final ShardLoop loop;
        final boolean udp;
        KeyRing keys = KeyRing.EMPTY;

        Wire(boolean udp) {
            this(udp, false);
        }

        Wire(boolean udp, boolean insecure) {
            this.udp = udp;
            channel = new EmbeddedChannel() {
                @Override
                protected SocketAddress remoteAddress0() {
                    return isActive() ? DEVICE : super.remoteAddress0();
                }
            };
            channel.freezeTime(); // timers fire when a test says so, however busy the machine is
            loop = new ShardLoop(0, channel.eventLoop(), shard(() -> keys), () -> keys, insecure, () -> NOW);
            ShardLoop.connect(List.of(loop));
            AddressGate gate = new AddressGate(AddressFilter.OPEN);
            if (udp) {
                channel.pipeline().addLast(new DatagramHandler(loop, gate, 65_507));
                loop.useUdp(channel);
            } else {
                channel.pipeline().addLast(new ConnectionInitializer(List.of(loop), gate, 10, 65_535, null));
            }
            channel.pipeline().fireChannelActive();
        }

        private static Shard shard(Supplier<KeyRing> keys) {
            return new Shard(
                    new ServerIdentity(77, AckLevel.COUNTED, false, false, 65_535, 65_507, 60),
                    new Aggregator(new Families(10, 100), SeriesRules.DEFAULT, 3_600_000_000L),
                    new NameRegistry(),
                    new AddressTokens(new byte[32]),
                    keys,
                    10);
        }

        /** One read of these bytes, then all timers of the next 5 ms. */
        List<Frame> exchange(byte[] bytes) {
            ByteBuf buf = Unpooled.wrappedBuffer(bytes);
            channel.writeInbound(udp ? new DatagramPacket(buf, SERVER, DEVICE) : buf);
            channel.advanceTimeBy(6, java.util.concurrent.TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
            List<Frame> answers = new ArrayList<>();
            for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                ByteBuf answer = out instanceof DatagramPacket packet ? packet.content() : (ByteBuf) out;
                byte[] copy = new byte[answer.readableBytes()];
                answer.readBytes(copy);
                answer.release();
                answers.add(new Frame().wrap(ByteBuffer.wrap(copy), 0, copy.length));
            }
            return answers;
        }
    }

    private final Wire tcp = new Wire(false);
    private final Wire udp = new Wire(true);

    @AfterEach
    void nothingIsLeftInThePipelines() {
        assertThat(tcp.channel.finishAndReleaseAll()).isFalse();
        assertThat(udp.channel.finishAndReleaseAll()).isFalse();
    }

    private static byte[] frame(long device, long epoch, long seq, long pn, int flags, int minBytes, Message message) {
        ByteBuffer bytes = ByteBuffer.allocate(2_000);
        int back = MessageType.HELLO == message.type() ? 0xFFFF : (int) Math.min(seq, 3);
        FrameHeader header = new FrameHeader(device, epoch, seq, pn, back, flags);
        FrameCodec.write(bytes, header, Extensions.named("lab-1").padTo(minBytes), message);
        byte[] frame = new byte[bytes.position()];
        bytes.flip().get(frame);
        return frame;
    }

    private static Message named(double value) {
        return new Message.NamedReadings(
                TimeMode.ON_ARRIVAL,
                false,
                false,
                TimeUnit.SECONDS,
                List.of(new NamedReading(0, "level", "", "%", SensorType.F64, 0, new Value.Real(value))));
    }

    private static byte[] hello() {
        return frame(5, 0, 0, 0, 0, 136, new Message.Hello(new BootNonce(1, 2), 5, 0, 65_535, 1));
    }

    /** Everything a device may say after HELLO, right and wrong; the token lets UDP answers be as long as TCP's. */
    private static List<byte[]> recording(long token) {
        int reliable = AckLevel.COUNTED.ordinal();
        long epoch = NOW / 1_000_000;
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer first = ByteBuffer.allocate(200);
        FrameHeader header = new FrameHeader(5, epoch, 0, 1, 0, reliable);
        FrameCodec.write(first, header, Extensions.NONE.withToken(token), new Message.Goodbye(0, ""));
        frames.add(java.util.Arrays.copyOf(first.array(), first.position()));
        for (int seq : new int[] {0, 1, 5, 2, 2, 4, 3, 9, 8, 9}) {
            frames.add(frame(5, epoch, seq, frames.size() + 2, reliable, 100, named(seq)));
        }
        frames.add(frame(5, epoch, 9, frames.size(), reliable, 100, named(-1)));
        frames.add(frame(5, epoch, 40, frames.size(), reliable | 2, 100, named(40)));
        frames.add(frame(5, epoch, 5_000, frames.size(), reliable, 100, named(1)));
        frames.add(frame(5, 7, 0, frames.size(), reliable, 100, named(1)));
        frames.add(frame(5, epoch, 41, frames.size(), 0, 100, new Message.Ping(9, ByteBuffer.wrap(new byte[20]))));
        frames.add(frame(5, epoch, 41, frames.size(), 0, 0, new Message.Heartbeat(1, 0, 1, 2, 3, 4)));
        frames.add(frame(0, 0, 0, 0, 0, 0, new Message.Ping(1, ByteBuffer.wrap(new byte[100]))));
        frames.add(frame(5, epoch, 41, frames.size(), 0, 0, new Message.Goodbye(0, "bye")));
        return frames;
    }

    @Test
    void theSameFramesGetTheSameAnswersOverBothTransports() throws Exception {
        Frame welcome = tcp.exchange(hello()).get(0);
        assertThat(describe(udp.exchange(hello()).get(0))).isEqualTo(describe(welcome));
        long token = ((Message.Welcome) MessageCodec.read(MessageType.WELCOME, welcome.payload())).token();
        for (byte[] frame : recording(token)) {
            List<Frame> overTcp = tcp.exchange(frame);
            List<Frame> overUdp = udp.exchange(frame);
            assertThat(overUdp).hasSameSizeAs(overTcp);
            for (int i = 0; i < overTcp.size(); i++) {
                assertThat(describe(overUdp.get(i))).isEqualTo(describe(overTcp.get(i)));
            }
        }
        assertThat(udp.loop.shard().device(5).orElseThrow().ledger())
                .isEqualTo(tcp.loop.shard().device(5).orElseThrow().ledger());
        assertThat(udp.loop.shard().device(5).orElseThrow().epochs())
                .isEqualTo(tcp.loop.shard().device(5).orElseThrow().epochs());
        assertThat(udp.loop.shard().device(5).orElseThrow().series())
                .isEqualTo(tcp.loop.shard().device(5).orElseThrow().series());
        assertThat(udp.loop.books().residual() + tcp.loop.books().residual()).isZero();
    }

    /** All of an answer but its packet number and checksum. */
    private static String describe(Frame frame) throws Exception {
        MessageType type = frame.type();
        assertThat(type).isNotNull();
        Message message = MessageCodec.read(java.util.Objects.requireNonNull(type), frame.payload());
        return "%d %d %d %d %04x %s"
                .formatted(frame.device(), frame.epoch(), frame.seq(), frame.back(), frame.flags(), message);
    }

    @Test
    void aStreamCutAnywhereIsTheSameStream() { // SPEC §2.3
        byte[] one = frame(5, 7, 0, 0, 1, 100, named(1));
        byte[] two = frame(5, 7, 1, 1, 1, 100, named(2));
        byte[] stream = new byte[one.length + two.length];
        System.arraycopy(one, 0, stream, 0, one.length);
        System.arraycopy(two, 0, stream, one.length, two.length);
        for (byte b : stream) {
            tcp.channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        assertThat(tcp.exchange(new byte[0])).hasSize(1);
        assertThat(tcp.loop.shard().device(5).orElseThrow().ledger().accepted()).isEqualTo(2);
    }

    @Test
    void onlookersSeeWhatNeverBecomesAFrame() {
        TapHub taps = new TapHub();
        udp.loop.useTaps(taps);
        Tap tap = java.util.Objects.requireNonNull(taps.open(TapFilter.ALL, () -> {}));
        InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", 0);
        udp.channel.writeInbound(new DatagramPacket(Unpooled.wrappedBuffer(new byte[40]), SERVER, nobody));
        udp.exchange(new byte[65_508]);
        udp.exchange(new byte[40]);
        udp.exchange(frame(5, 7, 0, 0, Frame.FROM_SERVER, 0, named(1)));

        List<String> outcomes = new ArrayList<>();
        for (TapEvent event = tap.poll(); event != null; event = tap.poll()) {
            outcomes.add(event.outcome() + " " + event.code());
        }
        assertThat(outcomes)
                .containsExactly("denied null", "oversize TOO_LARGE", "malformed BAD_MAGIC", "from_server UNEXPECTED");
        assertThat(udp.loop.books().residual()).isZero();
    }

    @Test
    void aWrongChecksumCostsTheRestOfTheDatagram() { // SPEC §2.4, SPEC §3.1.4
        byte[] good = frame(5, 7, 0, 0, 0, 0, named(1));
        byte[] bad = frame(5, 7, 1, 1, 0, 0, named(2));
        bad[bad.length - 1] ^= 1;
        ByteBuf datagram = Unpooled.wrappedBuffer(good, bad, frame(5, 7, 2, 2, 0, 0, named(3)));
        byte[] bytes = new byte[datagram.readableBytes()];
        datagram.readBytes(bytes);
        datagram.release();
        assertThat(udp.exchange(bytes)).isEmpty();
        assertThat(udp.loop.shard().device(5).orElseThrow().ledger().accepted()).isEqualTo(1);
        assertThat(udp.loop.books().faults().get(Transport.UDP)).containsEntry(FrameFault.BAD_CHECKSUM, 1L);
        assertThat(udp.loop.books().residual()).isZero();
    }

    @Test
    void aWrongChecksumEndsTheConnectionAfterANack() throws Exception { // SPEC §2.4, SPEC §6.5.1
        byte[] bad = frame(5, 7, 1, 1, 0, 0, named(2));
        bad[40] ^= 1;
        List<Frame> answers = tcp.exchange(bad);
        assertThat(answers).hasSize(1);
        Message message = MessageCodec.read(MessageType.NACK, answers.get(0).payload());
        assertThat(((Message.Nack) message).code()).isEqualTo(ErrorCode.BAD_CHECKSUM.number());
        assertThat(tcp.exchange(frame(5, 7, 2, 2, 1, 100, named(3))))
                .as("discarded")
                .isEmpty();
        tcp.channel.advanceTimeBy(1, java.util.concurrent.TimeUnit.SECONDS);
        tcp.channel.runScheduledPendingTasks();
        assertThat(tcp.channel.isActive()).isFalse();
        assertThat(tcp.loop.books().streamErrors()).isEqualTo(1);
    }

    @Test
    void bytesThatAreNoFrameAreCountedOnce() {
        udp.exchange(new byte[] {1, 2, 3});
        udp.exchange(new byte[0]);
        assertThat(udp.loop.books().datagrams()).containsEntry(DatagramOutcome.MALFORMED, 2L);
        assertThat(udp.loop.books().residual()).isZero();
    }

    @Test
    void aSealedFrameWithoutKeysIsCountedAndDroppedUnanswered() { // SPEC §10.1.1
        byte[] sealed = frame(5, 7, 0, 0, 1 | Frame.SEALED, 100, named(1));
        assertThat(udp.exchange(sealed)).isEmpty();
        assertThat(udp.loop.books().faults().get(Transport.UDP)).containsEntry(FrameFault.UNKNOWN_KEY, 1L);
    }

    @Test
    void aDeviceWithAKeyIsNotAcceptedWithoutIt() { // SPEC §10.2.4
        DeviceKey key = new DeviceKey(5, 1, true, new byte[16]);
        byte[] unsealed = frame(5, 7, 0, 0, 1, 100, named(1));
        for (boolean insecure : new boolean[] {false, true}) {
            Wire wire = new Wire(true, insecure);
            wire.keys = new KeyRing(List.of(key));
            assertThat(wire.exchange(unsealed)).isEmpty();
            assertThat(wire.loop.books().faults().get(Transport.UDP)).containsEntry(FrameFault.UNSEALED, 1L);
            assertThat(wire.exchange(frame(6, 7, 0, 0, 1, 100, named(1))))
                    .as("another device, without a key")
                    .hasSize(insecure ? 1 : 0);
            assertThat(wire.loop.books().residual()).isZero();
            assertThat(wire.channel.finishAndReleaseAll()).isFalse();
        }
    }

    @Test
    void aSealedFrameIsAnsweredSealed() { // SPEC §10.2.1
        DeviceKey key = new DeviceKey(5, 1, true, new byte[16]);
        for (Wire wire : List.of(udp, tcp)) {
            FrameSealer sealer = new FrameSealer();
            wire.keys = new KeyRing(List.of(key));
            byte[] open = frame(5, 7, 0, 0, 1, 100, named(1));
            ByteBuffer sealed = ByteBuffer.allocate(200);
            sealer.seal(ByteBuffer.wrap(open), key.up(7), 1, null, sealed);
            byte[] bytes = new byte[sealed.flip().remaining()];
            sealed.get(bytes);
            List<Frame> answers = wire.exchange(bytes);
            assertThat(answers).hasSize(1);
            Frame answer = answers.get(0);
            assertThat(answer.has(Frame.SEALED)).isTrue();
            assertThat(answer.length()).isLessThanOrEqualTo(bytes.length);
            Frame inside = sealer.open(answer.whole(), 0, answer.length(), key.down(77, 7));
            assertThat(inside).isNotNull().extracting(Frame::type).isEqualTo(MessageType.ACK);
            bytes[bytes.length - 1] ^= 1;
            assertThat(wire.exchange(bytes)).as("a wrong tag is not answered").isEmpty();
            assertThat(wire.loop.books().residual()).isZero();
        }
    }

    @Test
    void aServersFrameIsDropped() { // SPEC §2.7
        assertThat(udp.exchange(frame(0, 7, 0, 0, Frame.FROM_SERVER, 0, new Message.Ping(1, ByteBuffer.allocate(0)))))
                .isEmpty();
        assertThat(udp.loop.books().faults().get(Transport.UDP)).containsEntry(FrameFault.FROM_SERVER, 1L);
    }

    @Test
    void anotherVersionIsCountedAndTheNextFrameStillRead() { // SPEC §3.1.3
        byte[] next = frame(5, 7, 0, 0, 1, 100, named(1));
        byte[] other = next.clone();
        other[Frame.VERSION_OFFSET] = 2;
        ByteBuf both = Unpooled.wrappedBuffer(other, next);
        byte[] bytes = new byte[both.readableBytes()];
        both.readBytes(bytes);
        both.release();
        assertThat(tcp.exchange(bytes)).hasSize(1);
        assertThat(tcp.loop.books().faults().get(Transport.TCP)).containsEntry(FrameFault.UNKNOWN_VERSION, 1L);
    }

    /** What an onlooker sees of the connection from now on, as outcome, size and reason. */
    private Tap watch() {
        TapHub taps = new TapHub();
        tcp.loop.useTaps(taps);
        return java.util.Objects.requireNonNull(taps.open(TapFilter.ALL, () -> {}));
    }

    private static List<String> overdue(Tap tap) {
        List<String> lines = new ArrayList<>();
        for (TapEvent event = tap.poll(); event != null; event = tap.poll()) {
            if (event.outcome().equals(TapFilter.CONNECTION_OVERDUE)) {
                lines.add(event.size() + " " + event.detail());
            }
        }
        return lines;
    }

    @Test
    void aPeerThatReadsNoAnswersIsClosedAtItsDeadline() {
        Tap tap = watch();
        tcp.exchange(frame(5, 7, 0, 0, 1, 100, named(1)));
        tcp.channel.write(Unpooled.wrappedBuffer(new byte[300_000])); // its receive buffer is full: nothing is flushed
        assertThat(tcp.channel.isWritable()).isFalse();
        tcp.channel.advanceTimeBy(9, java.util.concurrent.TimeUnit.SECONDS);
        tcp.channel.runScheduledPendingTasks();
        assertThat(tcp.channel.isActive()).isTrue();
        tcp.channel.advanceTimeBy(2, java.util.concurrent.TimeUnit.SECONDS);
        tcp.channel.runScheduledPendingTasks();
        assertThat(tcp.channel.isActive()).isFalse();
        assertThat(overdue(tap))
                .containsExactly("0 the device read none of its answers for 10 s; the connection is closed");
    }

    @Test
    void aConnectionThatSaysNothingIsClosedAtItsDeadline() {
        Tap tap = watch();
        tcp.channel.advanceTimeBy(6, java.util.concurrent.TimeUnit.SECONDS);
        tcp.channel.runScheduledPendingTasks();
        assertThat(tcp.channel.isActive()).isFalse();
        assertThat(overdue(tap)).containsExactly("0 no whole frame came in the first 5 s; the connection is closed");
    }

    @Test
    void aFrameThatTricklesInIsClosedAtItsDeadline() {
        Tap tap = watch();
        byte[] frame = frame(5, 7, 0, 0, 1, 100, named(1));
        tcp.exchange(frame);
        for (int i = 0; i < 12 && tcp.channel.isActive(); i++) {
            tcp.channel.writeInbound(Unpooled.wrappedBuffer(frame, i, 1));
            tcp.channel.advanceTimeBy(1, java.util.concurrent.TimeUnit.SECONDS);
            tcp.channel.runScheduledPendingTasks();
        }
        assertThat(tcp.channel.isActive()).isFalse();
        assertThat(overdue(tap))
                .containsExactly("10 a frame that began did not come whole within 10 s; the connection is closed");
    }
}
