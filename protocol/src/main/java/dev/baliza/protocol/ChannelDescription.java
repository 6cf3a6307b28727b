package dev.baliza.protocol;

import java.util.HashSet;
import java.util.List;

/**
 * What a channel of a device measures. Spec: SPEC §7.2.
 *
 * @param index of the channel within the device, u16
 * @param scale power of ten: value = raw × 10^scale; 0 unless {@link SensorType#scalable()}
 * @param intervalMillis expected between readings, u32; 0 when unknown
 * @param name empty: the quantity serves as the name
 * @param unit UCUM; empty for none
 * @param min lowest valid value in its unit; NaN when there is no range
 * @param max highest valid value; NaN when there is no range
 * @param buckets upper bounds of the histogram, rising; empty for the default
 * @param labels names of an enumeration's values from 0 on; may be empty
 */
public record ChannelDescription(
        int index,
        SensorType type,
        Kind kind,
        int scale,
        long intervalMillis,
        String quantity,
        String name,
        String unit,
        double min,
        double max,
        List<Double> buckets,
        List<String> labels) {

    public ChannelDescription {
        buckets = List.copyOf(buckets);
        labels = List.copyOf(labels);
        check(index >= 0 && index <= 0xFFFF, "index is a u16");
        check(intervalMillis >= 0 && intervalMillis <= 0xFFFF_FFFFL, "intervalMillis is a u32");
        check(Math.abs(scale) <= Limits.MAX_SCALE, "scale is outside -18 .. 18");
        check(scale == 0 || type.scalable(), "a " + type + " has no scale");
        check(Names.isQuantity(quantity), "quantity must match [a-z][a-z0-9_]{0,47}");
        check(name.isEmpty() || Names.isLabel(name), "channel name has control characters or is too long");
        check(Names.isUnit(unit), "unit has control characters or is too long");
        check(Double.isNaN(min) == Double.isNaN(max) && !(min > max), "range must have min <= max");
        check(buckets.size() <= Limits.MAX_BUCKETS, "more than 32 histogram bounds");
        for (int i = 0; i < buckets.size(); i++) {
            check(Double.isFinite(buckets.get(i)), "histogram bounds must be finite");
            check(i == 0 || buckets.get(i) > buckets.get(i - 1), "histogram bounds must rise");
        }
        check(labels.isEmpty() || type == SensorType.ENUMERATION, "only an ENUMERATION has labels");
        check(labels.size() <= Limits.MAX_LABELS, "more than 64 labels");
        check(labels.stream().allMatch(Names::isLabel), "a label has control characters or is too long");
        check(new HashSet<>(labels).size() == labels.size(), "labels must differ");
    }

    /** A gauge without scale, range, histogram or labels. */
    public static ChannelDescription gauge(int index, SensorType type, String quantity, String name, String unit) {
        return new ChannelDescription(
                index, type, Kind.GAUGE, 0, 0, quantity, name, unit, Double.NaN, Double.NaN, List.of(), List.of());
    }

    public boolean hasRange() {
        return !Double.isNaN(min);
    }

    /** The name to show: the quantity when the channel has none. */
    public String label() {
        return name.isEmpty() ? quantity : name;
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
