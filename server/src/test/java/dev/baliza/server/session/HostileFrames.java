package dev.baliza.server.session;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.ColumnsEncoder;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Frames made to break a scrape: names that clash, units nobody knows, values at every edge. The same ones for the same seed. */
public final class HostileFrames {
    public static final int DEVICES = 48;
    private static final int MAX_BYTES = 40_000;

    private static final String[] QUANTITIES = {
        "temperature",
        "temperature_celsius",
        "pressure",
        "x",
        "x_total",
        "x_bucket",
        "x_count",
        "x_sum",
        "x_created",
        "x_info",
        "x_gcount",
        "x_window_min",
        "x_window_max",
        "x_distribution",
        "x_distribution_bucket",
        "le",
        "job",
        "instance",
        "quantile",
        "a_",
        "a__b",
        "pos",
        "pos_latitude",
        "pos_latitude_degrees",
        "door",
        "baliza_frames",
        "sensor_x",
        "up",
        "Bad",
        "9x",
        "tür",
        "",
        "x\n",
        "le=\"1\"",
        "q".repeat(48),
        "q".repeat(49)
    };
    private static final String[] NAMES = {
        "",
        "inlet",
        "a\"b",
        "a\\b",
        "a\\nb",
        "a\\",
        "\"",
        "\u2028",
        "é",
        "日本",
        "😀",
        "{a=\"b\"}",
        "} 1",
        " ",
        "#",
        "# EOF",
        "\uFFFD",
        "\u00a0",
        "\uE000",
        "x".repeat(64),
        "x".repeat(65),
        "a\nb",
        "a\rb",
        "\u202ea",
        "\u0000",
        "\u0085",
        "temperature",
        "+Inf",
        "NaN"
    };
    private static final String[] UNITS = {
        "",
        "1",
        "Cel",
        "K",
        "[degF]",
        "%",
        "Pa",
        "hPa",
        "W.h",
        "kW.h",
        "m",
        "cm",
        "bit",
        "{packets}",
        "{a}b{c}",
        "foo",
        "bar",
        "\"",
        "\\",
        "celsius",
        "Cel\n",
        "日本",
        "u".repeat(32),
        "u".repeat(33)
    };
    private static final double[] REALS = {
        0,
        -0.0,
        1,
        -1,
        21.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.MIN_VALUE,
        Double.MIN_NORMAL,
        1e-300,
        1e300,
        89.9,
        180,
        Float.MAX_VALUE
    };
    private static final long[] WHOLES = {
        0, 1, 2, 3, 63, 64, 255, 256, 65_535, -1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, 21_500
    };

    private final Random random;
    private final Map<Long, Long> nextSeq = new HashMap<>();
    private final Map<Long, List<ChannelSet>> sets = new LinkedHashMap<>();
    private long pn;

    public HostileFrames(long seed) {
        random = new Random(seed);
    }

    /** The next frame, whole and with a right checksum. */
    public ByteBuffer next() {
        long device = 1L + random.nextInt(DEVICES);
        Message message = switch (random.nextInt(8)) {
            case 0 -> describe(device);
            case 1, 2, 3 -> named();
            default -> rows(device);
        };
        // epoch 0 has no ledger, and a number of its own for every other frame keeps the ledger going
        boolean unaccounted = random.nextInt(10) == 0;
        long seq = unaccounted ? 0 : nextSeq.merge(device, 1L, Long::sum) - 1;
        Extensions extensions = random.nextInt(20) == 0 ? Extensions.named(name(device)) : Extensions.NONE;
        ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
        FrameHeader header = new FrameHeader(device, unaccounted ? 0 : 1, seq, pn++, 0, 0);
        FrameCodec.write(bytes, header, extensions, message);
        bytes.flip();
        if (random.nextInt(10) == 0) {
            mutate(bytes);
        }
        return bytes;
    }

    /** Some devices call themselves as others do, or as others are shown. */
    private String name(long device) {
        return switch (random.nextInt(5)) {
            case 0 -> "same";
            case 1 -> Names.hex(1L + random.nextInt(DEVICES));
            case 2 -> "a.b:c-" + device;
            case 3 -> "device_" + random.nextInt(4);
            default -> "lab-" + device;
        };
    }

    private void mutate(ByteBuffer frame) {
        int end = frame.limit() - Limits.CHECKSUM_BYTES;
        for (int i = 0; i <= random.nextInt(3) && end > Limits.HEADER_BYTES; i++) {
            int at = Limits.HEADER_BYTES + random.nextInt(end - Limits.HEADER_BYTES);
            frame.put(at, (byte) (random.nextBoolean() ? random.nextInt() : frame.get(at) ^ (1 << random.nextInt(8))));
        }
        CRC32C crc = new CRC32C();
        crc.update(frame.duplicate().limit(end));
        frame.putInt(end, (int) crc.getValue());
    }

    private Message describe(long device) {
        int slot = random.nextInt(3);
        boolean fixed = random.nextInt(4) != 0;
        List<ChannelDescription> channels = new ArrayList<>();
        Set<String> used = new LinkedHashSet<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            ChannelDescription channel = channel(slot * 20 + i, fixed);
            if (used.add(channel.quantity() + "/" + channel.name())) {
                channels.add(channel);
            }
        }
        ChannelSet set = new ChannelSet(slot, pick(TimeUnit.values()), channels);
        if (fixed) {
            sets.computeIfAbsent(device, d -> new ArrayList<>()).add(set);
        }
        return new Message.Describe(set);
    }

    private ChannelDescription channel(int index, boolean fixed) {
        while (true) {
            SensorType type = pick(SensorType.values());
            if (fixed && !type.fixedSize()) {
                continue;
            }
            int scale = type.scalable() && random.nextBoolean() ? random.nextInt(37) - 18 : 0;
            boolean ranged = random.nextInt(4) == 0;
            Set<String> labels = new LinkedHashSet<>();
            for (int i = type == SensorType.ENUMERATION ? random.nextInt(6) : 0; i > 0; i--) {
                labels.add(pick(NAMES));
            }
            try {
                return new ChannelDescription(
                        index,
                        type,
                        pick(Kind.values()),
                        scale,
                        random.nextInt(3) * 5_000L,
                        pick(QUANTITIES),
                        pick(NAMES),
                        pick(UNITS),
                        ranged ? -1 : Double.NaN,
                        ranged ? 1_000 : Double.NaN,
                        buckets(),
                        List.copyOf(labels));
            } catch (IllegalArgumentException e) {
                // the codec of a well-behaved device cannot say this; mutations can
            }
        }
    }

    private List<Double> buckets() {
        List<Double> bounds = new ArrayList<>();
        for (int i = random.nextInt(2) * random.nextInt(8); i > 0; i--) {
            bounds.add(random.nextBoolean() ? REALS[random.nextInt(REALS.length)] : random.nextGaussian() * 1e3);
        }
        return bounds.stream().filter(Double::isFinite).sorted().distinct().toList();
    }

    private Message named() {
        List<NamedReading> readings = new ArrayList<>();
        TimeUnit unit = pick(TimeUnit.values());
        boolean quality = random.nextInt(4) == 0;
        for (int i = random.nextInt(4); i >= 0; i--) {
            SensorType type = pick(SensorType.values());
            int good = quality ? random.nextInt(6) : 0;
            readings.add(new NamedReading(time(), quantity(), pick(NAMES), pick(UNITS), type, good, value(type)));
        }
        return new Message.NamedReadings(pick(TimeMode.values()), random.nextInt(5) == 0, quality, unit, readings);
    }

    /** Mostly one that the protocol takes, or the whole frame is rejected. */
    private String quantity() {
        return random.nextInt(10) == 0 ? pick(QUANTITIES) : QUANTITIES[random.nextInt(28)];
    }

    private long time() {
        return switch (random.nextInt(4)) {
            case 0 -> 1_800_000_000L;
            case 1 -> 1_800_000_000_000_000L;
            case 2 -> random.nextLong();
            default -> random.nextInt(1_000);
        };
    }

    private Value value(SensorType type) {
        return switch (type.form()) {
            case INTEGER -> new Value.Whole(type.bytes() == 8 ? whole() : whole() & ((1L << (8 * type.bytes())) - 1));
            case REAL -> new Value.Real(real());
            case COMPONENTS -> new Value.Components(real(), real(), real(), real());
            case OCTETS ->
                Value.Octets.of((random.nextBoolean() ? "" : "x") + pick(NAMES).repeat(random.nextInt(40)));
        };
    }

    private double real() {
        return random.nextBoolean() ? REALS[random.nextInt(REALS.length)] : random.nextGaussian() * 50;
    }

    private long whole() {
        return random.nextBoolean() ? WHOLES[random.nextInt(WHOLES.length)] : random.nextLong();
    }

    private Message rows(long device) {
        List<ChannelSet> known = sets.get(device);
        if (known == null) {
            return describe(device);
        }
        ChannelSet set = known.get(Math.max(0, known.size() - 1 - random.nextInt(4)));
        boolean quality = random.nextInt(4) == 0;
        TimeMode mode = pick(TimeMode.values());
        int count = 1 + random.nextInt(4);
        ByteBuffer rows = ByteBuffer.allocate(count * (4 + 65 * set.channels().size()));
        for (int row = 0; row < count; row++) {
            if (mode != TimeMode.ON_ARRIVAL) {
                rows.putInt(random.nextInt(10_000));
            }
            for (ChannelDescription channel : set.channels()) {
                if (quality) {
                    rows.put((byte) random.nextInt(6));
                }
                put(rows, channel.type());
            }
        }
        Message.RowReadings batch = new Message.RowReadings(
                mode, random.nextInt(5) == 0, quality, count, DescribeCodec.hash(set), time(), rows.flip());
        SensorType[] types =
                set.channels().stream().map(ChannelDescription::type).toArray(SensorType[]::new);
        boolean fixed = Stream.of(types).allMatch(SensorType::fixedSize);
        return fixed && random.nextBoolean() ? ColumnsEncoder.of(batch, types) : batch;
    }

    private void put(ByteBuffer rows, SensorType type) {
        switch (type) {
            case F32 -> rows.putFloat((float) real());
            case F64 -> rows.putDouble(real());
            case VECTOR2, VECTOR3, VECTOR4 -> {
                for (int i = 0; i < type.components(); i++) {
                    rows.putFloat((float) real());
                }
            }
            case POSITION -> rows.putDouble(real()).putDouble(real()).putFloat((float) real());
            default -> {
                long raw = type == SensorType.BOOLEAN && random.nextInt(4) != 0 ? random.nextInt(2) : whole();
                if (type == SensorType.ENUMERATION && random.nextInt(4) != 0) {
                    raw = random.nextInt(5);
                }
                for (int shift = 8 * (type.bytes() - 1); shift >= 0; shift -= 8) {
                    rows.put((byte) (raw >> shift));
                }
            }
        }
    }

    /** As a frame that was read. */
    public static Frame frame(ByteBuffer bytes) {
        return new Frame().wrap(bytes, 0, bytes.remaining());
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }
}
