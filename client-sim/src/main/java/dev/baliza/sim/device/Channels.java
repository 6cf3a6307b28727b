package dev.baliza.sim.device;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What the virtual devices measure: everyday quantities first, then one of every other type. */
public final class Channels {
    /** A quantity with a believable middle, in raw units, and what its raw integer may be. */
    private record Sort(
            String quantity,
            String unit,
            SensorType type,
            int scale,
            double centre,
            double swing,
            double noise,
            long min,
            long max) {}

    private static final List<String> MODES = List.of("off", "idle", "heating", "cooling", "defrosting");

    private static final List<Sort> SORTS = List.of(
            new Sort("temperature", "Cel", SensorType.I16, -2, 2_150, 800, 6, -4_000, 12_500),
            new Sort("humidity", "%", SensorType.U16, -1, 450, 200, 3, 0, 1_000),
            new Sort("voltage", "V", SensorType.U16, -3, 3_300, 200, 4, 0, 5_000),
            new Sort("pressure", "hPa", SensorType.I32, -2, 101_325, 1_500, 10, 30_000, 110_000),
            new Sort("power", "W", SensorType.F32, 0, 1_200, 900, 25, 0, 100_000),
            new Sort("illuminance", "lx", SensorType.U32, 0, 20_000, 30_000, 200, 0, 200_000),
            new Sort("carbon_dioxide", "[ppm]", SensorType.U16, 0, 600, 300, 8, 0, 40_000),
            new Sort("door_open", "", SensorType.BOOLEAN, 0, 0.5, 1, 0.3, 0, 1),
            new Sort("mode", "", SensorType.ENUMERATION, 0, 2, 4, 0.8, 0, 4),
            new Sort("signal", "dB[mW]", SensorType.I8, 0, -71, 20, 2, -128, 127),
            new Sort("battery", "%", SensorType.U8, 0, 87, 10, 0.5, 0, 100),
            new Sort("position_ticks", "", SensorType.I64, 0, -4e9, 1e6, 900, Long.MIN_VALUE + 1, Long.MAX_VALUE),
            new Sort("pulses", "", SensorType.U64, 0, 7e9, 1e6, 900, 0, Long.MAX_VALUE),
            new Sort("conductivity", "S/m", SensorType.F64, 0, 5_200, 300, 15, 0, 100_000),
            new Sort("wind", "m/s", SensorType.VECTOR2, 0, 6, 12, 2, -60, 60),
            new Sort("acceleration", "m/s2", SensorType.VECTOR3, 0, 10, 4, 2, -160, 160),
            new Sort("orientation", "", SensorType.VECTOR4, 0, 0, 2, 1, -1_000, 1_000),
            new Sort("location", "", SensorType.POSITION, 0, 40, 1, 1, -80, 80),
            new Sort("note", "", SensorType.TEXT, 0, 500, 400, 50, 0, 1_000),
            new Sort("fingerprint", "", SensorType.BYTES, 0, 1e9, 1e8, 1e6, 0, Long.MAX_VALUE));

    /** A reading without a value. */
    static final long MISSING = Long.MIN_VALUE;

    private Channels() {}

    /** Those of so many channels that have a fixed size: a set to describe. */
    public static ChannelSet set(int count, long intervalMillis) {
        return new ChannelSet(
                0,
                TimeUnit.MILLISECONDS,
                all(count, intervalMillis).stream()
                        .filter(c -> c.type().fixedSize())
                        .toList());
    }

    /** Those of so many channels that have no fixed size: text and bytes. */
    public static List<ChannelDescription> named(int count, long intervalMillis) {
        return all(count, intervalMillis).stream()
                .filter(c -> !c.type().fixedSize())
                .toList();
    }

    /** So many channels, sort after sort; the second of a sort is named ch-2 and so on. */
    private static List<ChannelDescription> all(int count, long intervalMillis) {
        List<ChannelDescription> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Sort sort = SORTS.get(i % SORTS.size());
            int round = i / SORTS.size() + 1;
            boolean state = sort.type == SensorType.BOOLEAN || sort.type == SensorType.ENUMERATION;
            channels.add(new ChannelDescription(
                    i,
                    sort.type,
                    state ? Kind.STATE : Kind.GAUGE,
                    sort.scale,
                    intervalMillis,
                    sort.quantity,
                    "ch" + (round == 1 ? "" : "-" + round),
                    sort.unit,
                    Double.NaN,
                    Double.NaN,
                    List.of(),
                    sort.type == SensorType.ENUMERATION ? MODES : List.of()));
        }
        return channels;
    }

    /** The signal of a channel of a device. */
    static Signal signal(ChannelDescription channel, long seed) {
        Sort sort = SORTS.get(channel.index() % SORTS.size());
        return new Signal(seed, sort.centre, sort.swing, sort.noise, sort.min, sort.max);
    }

    /** The raw integer as a value of the channel's type; {@link #MISSING} only for floats, as NaN. */
    static Value value(ChannelDescription channel, long raw) {
        double real = raw == MISSING ? Double.NaN : raw;
        return switch (channel.type().form()) {
            case INTEGER -> new Value.Whole(raw);
            case REAL -> new Value.Real(real);
            case OCTETS ->
                channel.type() == SensorType.TEXT
                        ? Value.Octets.of(text(channel, raw))
                        : new Value.Octets(
                                ByteBuffer.allocate(Long.BYTES).putLong(raw).flip());
            default -> new Value.Components(part(raw, 0), part(raw, 1), part(raw, 2), part(raw, 3));
        };
    }

    /** A text, the digits of bytes, or the name of a state. */
    static String text(ChannelDescription channel, long raw) {
        return switch (channel.type()) {
            case ENUMERATION -> channel.labels().get((int) raw);
            case BYTES -> "%016x".formatted(raw);
            default -> "note " + raw + " — größer";
        };
    }

    /** Component of a vector or position made of one raw integer; NaN when it is missing. */
    static double part(long raw, int index) {
        return raw == MISSING ? Double.NaN : raw + index * 0.5;
    }

    /** What the server is expected to export for a component of a raw value of this channel. */
    public static double exported(ChannelDescription channel, long raw, int component) {
        double value = channel.type().form() == SensorType.Form.COMPONENTS ? part(raw, component) : raw;
        double scaled =
                channel.scale() < 0 ? value / Math.pow(10, -channel.scale()) : value * Math.pow(10, channel.scale());
        return switch (channel.unit()) {
            case "%" -> scaled / 100;
            case "hPa" -> scaled * 100;
            case "[ppm]" -> scaled / 1e6;
            default -> scaled;
        };
    }
}
