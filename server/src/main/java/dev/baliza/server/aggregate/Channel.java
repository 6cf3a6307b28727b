package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.SensorType;
import org.jspecify.annotations.Nullable;

/** A described channel of a device, bound to its series. Thread: its shard's. */
final class Channel {
    private static final String[] AXES = {"x", "y", "z", "w"};
    private static final String[] POSITION = {"latitude", "longitude", "altitude"};

    final ChannelDescription description;
    final Unit unit;
    /** Full name of the family; null when the channel is not exported. */
    final @Nullable String metric;
    /** One per component; none when there was no room. */
    final Series[] series;

    final Conversion conversion;
    /** Converts by scale alone: the value in the described unit, for the range. */
    final Conversion described;

    final boolean ranged;

    Channel(ChannelDescription description, Unit unit, @Nullable String metric, Series[] series) {
        this.description = description;
        this.unit = unit;
        this.metric = metric;
        this.series = series;
        conversion = new Conversion(description.scale(), unit);
        described = new Conversion(description.scale(), Unit.of(""));
        ranged = description.hasRange();
    }

    /** Name of the family of a channel's readings; a position has one for each part. */
    static String metricName(ChannelDescription channel, Unit unit) {
        return "sensor_" + channel.quantity() + (unit.suffix().isEmpty() ? "" : "_" + unit.suffix());
    }

    /** Whether values become samples; text, bytes and enumerations are shown in the API. */
    static boolean isNumeric(SensorType type) {
        return type.form() != SensorType.Form.OCTETS && type != SensorType.ENUMERATION;
    }

    static String component(SensorType type, int index) {
        return switch (type) {
            case VECTOR2, VECTOR3, VECTOR4 -> AXES[index];
            case POSITION -> POSITION[index];
            default -> "";
        };
    }

    boolean isCounter() {
        return description.kind() == Kind.COUNTER;
    }

    boolean inRange(double value) {
        return !ranged || (value >= description.min() && value <= description.max());
    }
}
