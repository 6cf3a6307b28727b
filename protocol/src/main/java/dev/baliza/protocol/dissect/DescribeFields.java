package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeUnit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The payload of DESCRIBE. Spec: SPEC §7.2. */
final class DescribeFields {
    private static final int RANGE = 1;
    private static final int HISTOGRAM = 2;
    private static final int LABELS = 4;
    private static final int MIN_CHANNEL_BYTES = 13;
    private static final String CHANNEL = "7.2";
    private static final String SET = "7.2.3";

    private final Walk in;

    DescribeFields(Walk in) {
        this.in = in;
    }

    ChannelSet read() throws FaultException {
        in.section(CHANNEL);
        int slotAt = in.position();
        int slot = in.u8();
        in.field("slot", slot);
        int unitAt = in.position();
        int unitCode = in.u8();
        TimeUnit unit = TimeUnit.of(unitCode);
        in.field("timeUnit", unit == null ? "unknown" : unit.name());
        int count = in.u16();
        in.field("count", count + " channels");
        if (slot >= Limits.MAX_SETS) {
            throw bad(slotAt, SET, -1, "expected a slot of 0 to 15, found " + slot);
        }
        if (unit == null) {
            throw bad(unitAt, "7.1", -1, "expected a time unit of 0 to 3, found " + unitCode);
        }
        if (count < 1 || count > Limits.MAX_CHANNELS) {
            throw bad(in.lastField(), count == 0 ? CHANNEL : SET, -1, "expected 1 to 64 channels, found " + count);
        }
        in.need((long) count * MIN_CHANNEL_BYTES);
        List<ChannelDescription> channels = new ArrayList<>(count);
        List<Integer> starts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            starts.add(in.position());
            channels.add(channel(i));
        }
        ChannelSet set = new ChannelSet(slot, unit, channels);
        int repeated = set.firstRepeated();
        if (repeated >= 0) {
            throw bad(
                    starts.get(repeated),
                    SET,
                    repeated,
                    "expected an index, and a quantity with name, that no other channel has; channel " + repeated
                            + " repeats one");
        }
        return set;
    }

    private ChannelDescription channel(int position) throws FaultException {
        int index = in.u16();
        in.field("channel " + position + ": index", index);
        SensorType type = SensorType.of(in.u8());
        in.field("type", type == null ? "unknown" : type.name());
        int typeAt = in.lastField();
        Kind kind = Kind.of(in.u8());
        in.field("kind", kind == null ? "unknown" : kind.name());
        int kindAt = in.lastField();
        int scale = (byte) in.u8();
        in.field("scale", "value = raw x 10^" + scale);
        int scaleAt = in.lastField();
        int flags = in.u8();
        in.field("flags", flagNames(flags));
        int flagsAt = in.lastField();
        if (type == null || kind == null) {
            int at = type == null ? typeAt : kindAt;
            throw bad(at, CHANNEL, position, type == null ? "expected a type of 1 to 18" : "expected a kind of 0 to 2");
        }
        if ((flags & ~(RANGE | HISTOGRAM | LABELS)) != 0) {
            throw new FaultException(
                    flagsAt, ErrorCode.RESERVED_BITS, "1.5", position, "expected bits 0 to 2 only, found " + flags);
        }
        long interval = in.u32();
        in.field("intervalMillis", interval);
        int namesAt = in.position();
        String quantity = name("quantity", position);
        int nameAt = in.position();
        String name = name("name", position);
        int unitAt = in.position();
        String unit = name("unit", position);
        double[] range = range(flags, position);
        int bucketsAt = in.position();
        List<Double> buckets = buckets(flags, position);
        int labelsAt = in.position();
        List<String> labels = labels(flags, position);
        require(
                Math.abs(scale) <= Limits.MAX_SCALE,
                scaleAt,
                position,
                "expected a scale of -18 to 18, found " + scale);
        require(scale == 0 || type.scalable(), scaleAt, position, "expected scale 0 for " + type + ", found " + scale);
        require(Names.isQuantity(quantity), namesAt, position, "expected a quantity [a-z][a-z0-9_]{0,47}");
        require(
                name.isEmpty() || Names.isLabel(name),
                nameAt,
                position,
                "expected a name of at most 64 bytes without control and format characters");
        require(
                Names.isUnit(unit),
                unitAt,
                position,
                "expected a unit of at most 32 bytes without control and format characters");
        checkBuckets(buckets, bucketsAt + 1, position);
        checkLabels(labels, type, labelsAt, position);
        return new ChannelDescription(
                index, type, kind, scale, interval, quantity, name, unit, range[0], range[1], buckets, labels);
    }

    private String name(String field, int position) throws FaultException {
        return in.str8(field, ErrorCode.BAD_NAME, position);
    }

    private double[] range(int flags, int position) throws FaultException {
        if ((flags & RANGE) == 0) {
            return new double[] {Double.NaN, Double.NaN};
        }
        double min = in.f64();
        in.field("min", Double.toString(min));
        int at = in.lastField();
        double max = in.f64();
        in.field("max", Double.toString(max));
        require(min <= max, at, position, "expected min <= max, found " + min + " and " + max);
        return new double[] {min, max};
    }

    private List<Double> buckets(int flags, int position) throws FaultException {
        List<Double> buckets = new ArrayList<>();
        if ((flags & HISTOGRAM) != 0) {
            int count = in.u8();
            in.field("histogram: n", count);
            boolean fits = count >= 1 && count <= Limits.MAX_BUCKETS;
            require(fits, in.lastField(), position, "expected 1 to 32 bounds, found " + count);
            for (int i = 0; i < count; i++) {
                buckets.add(in.f64());
                in.field("bound", Double.toString(buckets.get(i)));
            }
        }
        return buckets;
    }

    private List<String> labels(int flags, int position) throws FaultException {
        List<String> labels = new ArrayList<>();
        if ((flags & LABELS) != 0) {
            int count = in.u8();
            in.field("labels: n", count);
            boolean fits = count >= 1 && count <= Limits.MAX_LABELS;
            require(fits, in.lastField(), position, "expected 1 to 64 labels, found " + count);
            for (int i = 0; i < count; i++) {
                labels.add(name("label " + i, position));
            }
        }
        return labels;
    }

    private static void checkBuckets(List<Double> buckets, int at, int position) throws FaultException {
        for (int i = 0; i < buckets.size(); i++) {
            double bound = buckets.get(i);
            boolean rises = i == 0 || bound > buckets.get(i - 1);
            require(
                    Double.isFinite(bound) && rises,
                    at + 8 * i,
                    position,
                    "expected finite, rising bounds, found " + bound);
        }
    }

    private void checkLabels(List<String> labels, SensorType type, int at, int position) throws FaultException {
        require(
                labels.isEmpty() || type == SensorType.ENUMERATION,
                at,
                position,
                "expected labels at an ENUMERATION only, found them at " + type);
        Set<String> seen = new HashSet<>();
        int labelAt = at + 1;
        for (String label : labels) {
            require(
                    Names.isLabel(label) && seen.add(label),
                    labelAt,
                    position,
                    "expected labels that differ, of 1 to 64 bytes, without control and format characters");
            labelAt += 1 + label.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    private static String flagNames(int flags) {
        return ((flags & RANGE) != 0 ? "range " : "")
                + ((flags & HISTOGRAM) != 0 ? "histogram " : "")
                + ((flags & LABELS) != 0 ? "labels" : "");
    }

    private static void require(boolean holds, int at, int position, String detail) throws FaultException {
        if (!holds) {
            throw bad(at, CHANNEL, position, detail);
        }
    }

    private static FaultException bad(int at, String section, int position, String detail) {
        return new FaultException(at, ErrorCode.BAD_DESCRIPTION, section, position, detail);
    }
}
