package dev.baliza.sim.device;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import java.util.ArrayList;
import java.util.List;

/** What the virtual devices measure. */
public final class Channels {
    /** A quantity with a believable middle, in raw units. */
    private record Sort(
            String quantity, String unit, SensorType type, int scale, double centre, double swing, double noise) {}

    private static final List<Sort> SORTS = List.of(
            new Sort("temperature", "Cel", SensorType.I16, -2, 2_150, 800, 6),
            new Sort("humidity", "%", SensorType.U16, -1, 450, 200, 3),
            new Sort("voltage", "V", SensorType.U16, -3, 3_300, 200, 4),
            new Sort("pressure", "hPa", SensorType.I32, -2, 101_325, 1_500, 10),
            new Sort("power", "W", SensorType.F32, 0, 1_200, 900, 25),
            new Sort("illuminance", "lx", SensorType.U32, 0, 20_000, 30_000, 200),
            new Sort("carbon_dioxide", "[ppm]", SensorType.U16, 0, 600, 300, 8));

    private Channels() {}

    /** So many channels, sort after sort; the second of a sort is named temperature_2 and so on. */
    public static ChannelSet set(int count, long intervalMillis) {
        List<ChannelDescription> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Sort sort = SORTS.get(i % SORTS.size());
            int round = i / SORTS.size() + 1;
            channels.add(new ChannelDescription(
                    i,
                    sort.type,
                    Kind.GAUGE,
                    sort.scale,
                    intervalMillis,
                    sort.quantity,
                    "ch" + (round == 1 ? "" : "-" + round),
                    sort.unit,
                    Double.NaN,
                    Double.NaN,
                    List.of(),
                    List.of()));
        }
        return new ChannelSet(0, TimeUnit.MILLISECONDS, channels);
    }

    /** The signal of a channel of a device. */
    static Signal signal(int channel, long seed) {
        Sort sort = SORTS.get(channel % SORTS.size());
        return new Signal(seed, sort.centre, sort.swing, sort.noise);
    }

    /** The raw integer as a value of the channel's type. */
    static Value value(ChannelDescription channel, long raw) {
        return channel.type().form() == SensorType.Form.INTEGER ? new Value.Whole(raw) : new Value.Real(raw);
    }

    /** What the server is expected to export for a raw value of this channel. */
    public static double exported(ChannelDescription channel, double raw) {
        double value = channel.scale() < 0 ? raw / Math.pow(10, -channel.scale()) : raw * Math.pow(10, channel.scale());
        return switch (channel.unit()) {
            case "%" -> value / 100;
            case "hPa" -> value * 100;
            case "[ppm]" -> value / 1e6;
            default -> value;
        };
    }
}
