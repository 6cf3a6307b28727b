package dev.baliza.protocol.codec;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeUnit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The payload of DESCRIBE. Spec: SPEC §7.2. */
public final class DescribeCodec {
    private static final int RANGE = 1;
    private static final int HISTOGRAM = 2;
    private static final int LABELS = 4;
    /** Fixed fields of a channel and three empty strings. */
    private static final int MIN_CHANNEL_BYTES = 13;

    private DescribeCodec() {}

    /** The hash that readings name the set by: CRC-32C of the payload (SPEC §7.2.1). */
    public static int hash(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }

    /** {@link #hash(ByteBuffer)} of the payload that would be written for the set. */
    public static int hash(ChannelSet set) {
        ByteBuffer payload = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
        write(payload, set);
        return hash(payload.flip());
    }

    static ChannelSet read(PayloadReader in) throws ProtocolException {
        int slot = in.u8();
        TimeUnit timeUnit = TimeUnit.of(in.u8());
        int count = in.u16();
        if (slot >= Limits.MAX_SETS || timeUnit == null) {
            throw bad(-1, "slot is 0 to 15, the time unit 0 to 3");
        }
        if (count < 1 || count > Limits.MAX_CHANNELS) {
            throw bad(-1, "a set has 1 to 64 channels, not " + count);
        }
        in.need((long) count * MIN_CHANNEL_BYTES);
        List<ChannelDescription> channels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            channels.add(readChannel(in, i));
        }
        ChannelSet set = new ChannelSet(slot, timeUnit, channels);
        int repeated = set.firstRepeated();
        if (repeated >= 0) {
            throw bad(repeated, "index, and quantity with name, stand once in a set");
        }
        return set;
    }

    private static ChannelDescription readChannel(PayloadReader in, int position) throws ProtocolException {
        int index = in.u16();
        SensorType type = SensorType.of(in.u8());
        Kind kind = Kind.of(in.u8());
        int scale = in.i8();
        int flags = in.u8();
        if (type == null || kind == null) {
            throw bad(position, "unknown type or kind");
        }
        if ((flags & ~(RANGE | HISTOGRAM | LABELS)) != 0) {
            throw new ProtocolException(ErrorCode.RESERVED_BITS, position, "reserved channel flags are set");
        }
        long interval = in.u32();
        String quantity = in.name8(position);
        String name = in.name8(position);
        String unit = in.name8(position);
        double min = Double.NaN;
        double max = Double.NaN;
        if ((flags & RANGE) != 0) {
            min = in.f64();
            max = in.f64();
            if (!(min <= max)) {
                throw bad(position, "range must have min <= max");
            }
        }
        List<Double> buckets = new ArrayList<>();
        if ((flags & HISTOGRAM) != 0) {
            int bounds = in.u8();
            if (bounds < 1 || bounds > Limits.MAX_BUCKETS) {
                throw bad(position, "a histogram has 1 to 32 bounds");
            }
            for (int i = 0; i < bounds; i++) {
                buckets.add(in.f64());
            }
        }
        List<String> labels = new ArrayList<>();
        if ((flags & LABELS) != 0) {
            int names = in.u8();
            if (names < 1 || names > Limits.MAX_LABELS) {
                throw bad(position, "an enumeration has 1 to 64 labels");
            }
            for (int i = 0; i < names; i++) {
                labels.add(in.name8(position));
            }
        }
        try {
            return new ChannelDescription(
                    index, type, kind, scale, interval, quantity, name, unit, min, max, buckets, labels);
        } catch (IllegalArgumentException e) {
            throw bad(position, String.valueOf(e.getMessage()));
        }
    }

    private static ProtocolException bad(int position, String detail) {
        return new ProtocolException(ErrorCode.BAD_DESCRIPTION, position, detail);
    }

    static void write(ByteBuffer out, ChannelSet set) {
        out.put((byte) set.slot()).put((byte) set.timeUnit().code());
        out.putShort((short) set.channels().size());
        for (ChannelDescription channel : set.channels()) {
            writeChannel(out, channel);
        }
    }

    private static void writeChannel(ByteBuffer out, ChannelDescription channel) {
        int flags = (channel.hasRange() ? RANGE : 0)
                | (channel.buckets().isEmpty() ? 0 : HISTOGRAM)
                | (channel.labels().isEmpty() ? 0 : LABELS);
        out.putShort((short) channel.index()).put((byte) channel.type().code());
        out.put((byte) channel.kind().ordinal()).put((byte) channel.scale()).put((byte) flags);
        out.putInt((int) channel.intervalMillis());
        MessageCodec.writeStr8(out, channel.quantity());
        MessageCodec.writeStr8(out, channel.name());
        MessageCodec.writeStr8(out, channel.unit());
        if (channel.hasRange()) {
            out.putDouble(channel.min()).putDouble(channel.max());
        }
        if (!channel.buckets().isEmpty()) {
            out.put((byte) channel.buckets().size());
            channel.buckets().forEach(out::putDouble);
        }
        if (!channel.labels().isEmpty()) {
            out.put((byte) channel.labels().size());
            channel.labels().forEach(label -> MessageCodec.writeStr8(out, label));
        }
    }
}
