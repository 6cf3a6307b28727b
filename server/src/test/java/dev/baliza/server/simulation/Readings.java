package dev.baliza.server.simulation;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.ColumnsEncoder;
import dev.baliza.protocol.codec.DescribeCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a device measures, as messages and as the numbers that must come of them. */
final class Readings {
    static final String SCALED = "temperature";
    static final double SCALE = 0.01;

    private static final String COUNTED = "items";
    private static final String NAMED = "pressure";
    private static final String LONG = "image";
    private static final int VERSIONS = 5;
    private static final SensorType[] TYPES = {SensorType.I16, SensorType.I32};
    private static final SensorType[] REVERSED = {SensorType.I32, SensorType.I16};
    private static final int UNKNOWN_TYPE = 0x9F;

    /** A message with what it says. */
    record Made(Message message, int typeCode, List<Issue.Sample> samples) {
        static Made of(Message message) {
            return new Made(message, Issue.OWN_TYPE, List.of());
        }
    }

    private final Random random;

    Readings(Random random) {
        this.random = random;
    }

    /** The same channels under the same slot, described a little differently; in odd versions the other way round. */
    static ChannelSet set(int version) {
        boolean reversed = isReversed(version);
        ChannelDescription scaled = new ChannelDescription(
                reversed ? 1 : 0,
                SensorType.I16,
                Kind.GAUGE,
                -2,
                1_000L + version,
                SCALED,
                "inlet",
                "Cel",
                -50,
                150,
                List.of(),
                List.of());
        ChannelDescription counted = ChannelDescription.gauge(reversed ? 0 : 1, SensorType.I32, COUNTED, "", "");
        return new ChannelSet(0, TimeUnit.MILLISECONDS, reversed ? List.of(counted, scaled) : List.of(scaled, counted));
    }

    private static boolean isReversed(int version) {
        return version % 2 == 1;
    }

    static int hash(int version) {
        return DescribeCodec.hash(set(version));
    }

    /** The version with this hash; 0 when it is none's. */
    static int version(long hash) {
        for (int version = 0; version < VERSIONS; version++) {
            if (hash(version) == (int) hash) {
                return version;
            }
        }
        return 0;
    }

    int anotherVersion() {
        return random.nextInt(VERSIONS);
    }

    /** Mostly readings, in rows or with names. */
    Made any(boolean asRows, int version, long nowMicros) {
        int dice = random.nextInt(40);
        if (dice < 3) {
            return unknown();
        }
        if (dice < 5) {
            return event(1 + random.nextInt(20));
        }
        return asRows ? rows(version, nowMicros) : named();
    }

    /** Of a type that no server knows. */
    private Made unknown() {
        return new Made(new Message.Text(random.nextLong(), "", "unknown"), UNKNOWN_TYPE, List.of());
    }

    private Made event(int bytes) {
        return Made.of(new Message.Event(false, 6, TimeMode.ON_ARRIVAL, 0, "e".repeat(bytes)));
    }

    private Made rows(int version, long nowMicros) {
        int count = 1 + random.nextInt(3);
        boolean onArrival = random.nextInt(3) == 0;
        long base = nowMicros / 1_000 - random.nextInt(3);
        ByteBuffer rows = ByteBuffer.allocate(count * (onArrival ? 6 : 10));
        List<Issue.Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int later = random.nextInt(3);
            short scaled = (short) (random.nextInt(20_500) - 5_000); // some of them above 150.00
            int counted = random.nextInt();
            long micros = onArrival ? Issue.ON_ARRIVAL : (base + later) * 1_000;
            if (!onArrival) {
                rows.putInt(later);
            }
            if (isReversed(version)) {
                rows.putInt(counted).putShort(scaled);
            } else {
                rows.putShort(scaled).putInt(counted);
            }
            samples.add(new Issue.Sample(SCALED, scaled, micros, scaled > 15_000));
            samples.add(new Issue.Sample(COUNTED, counted, micros, false));
        }
        TimeMode mode = onArrival ? TimeMode.ON_ARRIVAL : TimeMode.ABSOLUTE;
        long baseTime = onArrival ? 0 : base;
        Message.RowReadings batch =
                new Message.RowReadings(mode, false, false, count, hash(version), baseTime, rows.flip());
        SensorType[] types = isReversed(version) ? REVERSED : TYPES;
        return new Made(random.nextBoolean() ? ColumnsEncoder.of(batch, types) : batch, Issue.OWN_TYPE, samples);
    }

    Made named() {
        int raw = random.nextInt(100_000);
        return named(
                NAMED, SensorType.I32, new Value.Whole(raw), new Issue.Sample(NAMED, raw, Issue.ON_ARRIVAL, false));
    }

    /** One that takes room in the store. */
    Made bulky(int bytes) {
        Value octets = new Value.Octets(ByteBuffer.allocate(bytes));
        return named(LONG, SensorType.BYTES, octets, new Issue.Sample(LONG, 0, Issue.ON_ARRIVAL, false));
    }

    private static Made named(String quantity, SensorType type, Value value, Issue.Sample sample) {
        NamedReading reading = new NamedReading(0, quantity, "", "", type, 0, value);
        Message message =
                new Message.NamedReadings(TimeMode.ON_ARRIVAL, false, false, TimeUnit.MICROSECONDS, List.of(reading));
        return new Made(message, Issue.OWN_TYPE, List.of(sample));
    }
}
