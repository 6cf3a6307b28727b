package dev.baliza.server.session;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shard with a clock that stands still and a wire that remembers what it carried. */
final class ShardHarness {
    static final long DEVICE = 0xD0D0_0001L;
    static final long INSTANCE = 0xABCD_EF01L;
    static final long START_MICROS = 1_800_000_000_000_000L;
    static final ChannelSet SET = new ChannelSet(
            0,
            TimeUnit.MILLISECONDS,
            List.of(
                    new ChannelDescription(
                            0,
                            SensorType.I16,
                            dev.baliza.protocol.Kind.GAUGE,
                            -2,
                            1_000,
                            "temperature",
                            "inlet",
                            "Cel",
                            -50,
                            150,
                            List.of(),
                            List.of()),
                    ChannelDescription.gauge(1, SensorType.F32, "power", "", "W")));
    /** Lowest and highest values of one quantity, and of one channel of one device. */
    static final SeriesRules RULES = SeriesRules.of(100_000_000, 60_000_000, List.of("windowed", "lab-1/moved/c"));

    static final int SET_HASH = DescribeCodec.hash(SET);

    /** An answer as it left. */
    record Answer(Peer to, int length, FrameHeader header, Message message) {}

    final List<Answer> answers = new ArrayList<>();
    final Outlet outlet = this::remember;
    final Peer tcp = new Peer(Transport.TCP, new InetSocketAddress("127.0.0.1", 40_001), outlet);
    final Peer udp = new Peer(Transport.UDP, new InetSocketAddress("127.0.0.1", 40_002), outlet);
    KeyRing keys = KeyRing.EMPTY;
    final NameRegistry names = new NameRegistry();
    final Shard shard = shard(AckLevel.COUNTED, 100);

    @Nullable
    Seal lastSeal;

    long nowMicros = START_MICROS;
    long pn;

    Shard shard(AckLevel highest, int maxDevices) {
        return new Shard(
                new ServerIdentity(INSTANCE, highest, false, false, 65_535, 65_507, 60),
                new Aggregator(new Families(100, 1_000), RULES, 3_600_000_000L),
                names,
                new AddressTokens(new byte[32]),
                () -> keys,
                maxDevices);
    }

    private void remember(Peer to, FrameHeader header, Message message, @Nullable Seal seal) {
        lastSeal = seal;
        ByteBuffer bytes = ByteBuffer.allocate(70_000);
        FrameCodec.write(bytes, header, Extensions.NONE, message);
        try {
            int length = bytes.position();
            Frame frame = new Frame().wrap(bytes.flip(), 0, length).copy();
            MessageType type = frame.type();
            if (type == null) {
                throw new IllegalStateException("an answer of no known type");
            }
            answers.add(new Answer(to, length, header, MessageCodec.read(type, frame.payload())));
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    static Frame encode(FrameHeader header, Extensions extensions, Message message) {
        ByteBuffer bytes = ByteBuffer.allocate(70_000);
        FrameCodec.write(bytes, header, extensions, message);
        int length = bytes.position();
        return new Frame().wrap(bytes.flip(), 0, length);
    }

    /** Sends one frame and ends the burst. */
    void send(Peer from, FrameHeader header, Extensions extensions, Message message) {
        shard.onFrame(encode(header, extensions, message), from, nowMicros);
        shard.endOfBurst();
    }

    /** A reliable frame, padded as SPEC §9.1 advises. */
    void reliable(Peer from, long epoch, long seq, long floor, Message message) {
        FrameHeader header = new FrameHeader(
                DEVICE, epoch, seq, pn++, (int) (seq - floor), FrameHeader.flags(AckLevel.COUNTED, false));
        send(from, header, Extensions.NONE.padTo(Limits.MIN_RELIABLE_BYTES), message);
    }

    void bestEffort(Peer from, long epoch, long seq, Message message) {
        send(from, new FrameHeader(DEVICE, epoch, seq, pn++, 0, 0), Extensions.NONE, message);
    }

    void control(Peer from, long epoch, long seq, int back, Message message) {
        send(from, new FrameHeader(DEVICE, epoch, seq, pn++, back, 0), Extensions.NONE, message);
    }

    void hello(Peer from, long epoch, BootNonce nonce, long lowestHeld) {
        Message hello = new Message.Hello(nonce, 0, lowestHeld, 65_535, 1);
        FrameHeader header = new FrameHeader(DEVICE, epoch, 0, pn++, epoch == 0 ? Limits.BACK_UNSET : 0, 0);
        send(from, header, Extensions.NONE.padTo(Limits.MIN_HELLO_BYTES), hello);
    }

    static Message describe() {
        return new Message.Describe(SET);
    }

    static Message named(double value) {
        return new Message.NamedReadings(
                TimeMode.ON_ARRIVAL,
                false,
                false,
                TimeUnit.MICROSECONDS,
                List.of(new NamedReading(0, "temperature", "inlet", "Cel", SensorType.F64, 0, new Value.Real(value))));
    }

    /** One row of {@link #SET}. */
    static Message row(int hundredths, float watts, long millis) {
        ByteBuffer rows =
                ByteBuffer.allocate(10).putInt(0).putShort((short) hundredths).putFloat(watts);
        return new Message.RowReadings(TimeMode.ABSOLUTE, false, false, 1, SET_HASH, millis, rows.flip());
    }

    DeviceView device() {
        return shard.device(DEVICE).orElseThrow();
    }

    long count(Outcome outcome) {
        return device().outcomes().getOrDefault(outcome, 0L);
    }

    <M extends Message> M lastAnswer(Class<M> type) {
        if (answers.isEmpty()) {
            throw new AssertionError("no answer");
        }
        return type.cast(answers.get(answers.size() - 1).message());
    }
}
