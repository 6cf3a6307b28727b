package dev.baliza.server.session;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.ReadingVisitor;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reading as texts, exactly: in the unit that it was described with, and one for each component. Immutable.
 *
 * @param texts one for each component
 */
record ReadingValues(ChannelDescription channel, List<String> texts) {
    private static final String NOT_A_NUMBER = "";
    private static final List<String> AXES = List.of("x", "y", "z", "w");
    private static final List<String> POSITION = List.of("latitude", "longitude", "altitude");
    private static final List<String> POSITION_UNITS = List.of("deg", "deg", "m");

    /** Takes each reading of a batch. */
    interface Sink {
        void take(ChannelDescription channel, long time, int quality, ReadingValues values);
    }

    static ReadingValues of(ChannelDescription channel, Value value) {
        if (value instanceof Value.Whole whole) {
            return whole(channel, whole.raw());
        }
        if (value instanceof Value.Real real) {
            return real(channel, real.value());
        }
        if (value instanceof Value.Components c) {
            return components(channel, c.a(), c.b(), c.c(), c.d());
        }
        Value.Octets octets = (Value.Octets) value;
        if (channel.type() == SensorType.TEXT) {
            return new ReadingValues(channel, List.of(octets.text()));
        }
        byte[] bytes = new byte[octets.bytes().remaining()];
        octets.bytes().duplicate().get(bytes);
        return new ReadingValues(channel, List.of(HexFormat.of().formatHex(bytes)));
    }

    private static ReadingValues whole(ChannelDescription channel, long raw) {
        SensorType type = channel.type();
        String text;
        if (type == SensorType.BOOLEAN) {
            text = Boolean.toString(raw != 0);
        } else if (type == SensorType.ENUMERATION) {
            List<String> labels = channel.labels();
            text = raw < labels.size() ? labels.get((int) raw) : Long.toString(raw);
        } else {
            BigDecimal number =
                    new BigDecimal(type == SensorType.U64 ? Long.toUnsignedString(raw) : Long.toString(raw));
            text = number.scaleByPowerOfTen(channel.scale()).toPlainString();
        }
        return new ReadingValues(channel, List.of(text));
    }

    private static ReadingValues real(ChannelDescription channel, double value) {
        return new ReadingValues(channel, List.of(decimal(value, channel.type() == SensorType.F32)));
    }

    private static ReadingValues components(ChannelDescription channel, double a, double b, double c, double d) {
        if (channel.type() == SensorType.POSITION) {
            return new ReadingValues(channel, List.of(decimal(a, false), decimal(b, false), decimal(c, true)));
        }
        List<String> all = List.of(decimal(a, true), decimal(b, true), decimal(c, true), decimal(d, true));
        return new ReadingValues(channel, all.subList(0, channel.type().components()));
    }

    private static String decimal(double value, boolean single) {
        if (!Double.isFinite(value)) {
            return NOT_A_NUMBER;
        }
        return single ? Float.toString((float) value) : Double.toString(value);
    }

    int count() {
        return texts.size();
    }

    /** Null for a float that is no number. */
    @Nullable
    String text(int index) {
        String text = texts.get(index);
        boolean octets = channel.type().form() == SensorType.Form.OCTETS;
        return text.equals(NOT_A_NUMBER) && !octets ? null : text;
    }

    String component(int index) {
        return switch (channel.type()) {
            case VECTOR2, VECTOR3, VECTOR4 -> AXES.get(index);
            case POSITION -> POSITION.get(index);
            default -> "";
        };
    }

    String unit(int index) {
        return channel.type() == SensorType.POSITION ? POSITION_UNITS.get(index) : channel.unit();
    }

    /** Gives the values of a described batch. */
    record Rows(List<ChannelDescription> channels, Sink to) implements ReadingVisitor {
        @Override
        public void whole(int channel, long time, int quality, long raw) {
            ChannelDescription of = channels.get(channel);
            to.take(of, time, quality, ReadingValues.whole(of, raw));
        }

        @Override
        public void real(int channel, long time, int quality, double value) {
            ChannelDescription of = channels.get(channel);
            to.take(of, time, quality, ReadingValues.real(of, value));
        }

        @Override
        public void components(int channel, long time, int quality, double a, double b, double c, double d) {
            ChannelDescription of = channels.get(channel);
            to.take(of, time, quality, ReadingValues.components(of, a, b, c, d));
        }
    }
}
