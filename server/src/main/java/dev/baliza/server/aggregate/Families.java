package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all shards must agree on: the kind and the histogram bounds of each exported family, and how many series there are. The
 * first description of a family decides. Thread: any; asked when a channel is bound, never per reading.
 */
public final class Families {
    /** Of every unit that has no better scale: two steps a decade. */
    private static final List<Double> DECADES =
            List.of(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 1e4, 1e5, 1e6);

    private static final List<Double> CELSIUS = List.of(
            -20.0, -10.0, 0.0, 5.0, 10.0, 15.0, 18.0, 20.0, 22.0, 25.0, 30.0, 35.0, 40.0, 50.0, 60.0, 80.0, 100.0);
    private static final List<Double> RATIO = List.of(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0);
    private static final List<Double> PASCALS =
            List.of(9.5e4, 9.7e4, 9.8e4, 9.9e4, 1e5, 1.01e5, 1.02e5, 1.03e5, 1.05e5, 2e5, 1e6);

    /** A family in force. */
    record Family(Kind kind, List<Double> bounds) {}

    private final Map<String, Family> families = new ConcurrentHashMap<>();
    private final AtomicInteger series = new AtomicInteger();
    private final int maxFamilies;
    private final int maxSeries;

    public Families(int maxFamilies, int maxSeries) {
        this.maxFamilies = maxFamilies;
        this.maxSeries = maxSeries;
    }

    /** The family of this name, if the channel fits it: same kind, and room for a new one. */
    @Nullable
    Family join(String metric, ChannelDescription channel, Unit unit) {
        Family family = families.get(metric);
        if (family == null) {
            if (families.size() >= maxFamilies) {
                return null;
            }
            Family fresh = new Family(channel.kind(), bounds(channel, unit));
            Family earlier = families.putIfAbsent(metric, fresh);
            family = earlier == null ? fresh : earlier;
        }
        return family.kind == channel.kind() ? family : null;
    }

    private static List<Double> bounds(ChannelDescription channel, Unit unit) {
        List<Double> described = channel.buckets();
        if (!described.isEmpty()) {
            Conversion conversion = new Conversion(0, unit);
            return described.stream().map(conversion::apply).toList();
        }
        return switch (unit.suffix()) {
            case "celsius" -> CELSIUS;
            case "ratio" -> RATIO;
            case "pascals" -> PASCALS;
            default -> DECADES;
        };
    }

    /** Takes room for series; false when the server's limit is reached. */
    boolean reserve(int count) {
        if (series.addAndGet(count) <= maxSeries) {
            return true;
        }
        series.addAndGet(-count);
        return false;
    }

    /** Series in all shards. */
    public int seriesCount() {
        return series.get();
    }
}
