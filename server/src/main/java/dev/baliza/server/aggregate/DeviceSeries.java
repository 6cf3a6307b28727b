package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.SensorType;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.SeriesView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of one device. Descriptions that lead to the same family and label share their series. Thread: its shard's. Limits:
 * 64 channels from named readings; described ones are bounded by the protocol.
 */
public final class DeviceSeries {
    private static final int MAX_NAMED = 64;
    private static final Series[] NO_ROOM = {};

    private record Key(String family, String label) {}

    /** Names a reading without a description by everything that decides its series. */
    record NamedKey(String quantity, String name, String unit, SensorType type) {}

    private final Map<Key, Channel> channels = new LinkedHashMap<>();
    private final Map<NamedKey, Channel> named = new LinkedHashMap<>();
    private final Families families;
    private final Map<String, Distribution> distributions;

    DeviceSeries(Families families, Map<String, Distribution> distributions) {
        this.families = families;
        this.distributions = distributions;
    }

    /** Binds all channels of a set, in its order. */
    public BoundSet bind(ChannelSet set, int hash) {
        Channel[] bound = set.channels().stream().map(this::bind).toArray(Channel[]::new);
        return new BoundSet(set, hash, bound);
    }

    /** The channel of a named reading, or null when the device has too many. */
    @Nullable
    Channel named(NamedKey key) {
        Channel known = named.get(key);
        if (known != null) {
            return known;
        }
        if (named.size() >= MAX_NAMED) {
            return null;
        }
        Channel channel = bind(ChannelDescription.gauge(0, key.type(), key.quantity(), key.name(), key.unit()));
        named.put(key, channel);
        return channel;
    }

    private Channel bind(ChannelDescription description) {
        Unit unit = Unit.of(description.unit());
        String metric = Channel.metricName(description, unit);
        boolean numeric = Channel.isNumeric(description.type());
        Families.Family family = numeric ? families.join(metric, description, unit) : null;
        String group = numeric ? metric + "/" + description.type().components() : "text " + description.quantity();
        Channel earlier = channels.get(new Key(group, description.label()));
        if (earlier != null && earlier.series.length > 0) {
            return new Channel(description, unit, earlier.metric, earlier.series);
        }
        int components = description.type().components();
        boolean room = (family != null || !numeric) && families.reserve(components);
        Series[] series = room ? new Series[components] : NO_ROOM;
        for (int i = 0; i < series.length; i++) {
            String component = Channel.component(description.type(), i);
            series[i] = new Series(component, distribution(metric, description, family));
        }
        Channel channel = new Channel(description, unit, numeric && room ? metric : null, series);
        channels.put(new Key(group, description.label()), channel);
        return channel;
    }

    /** Distributions are of plain gauges: those of counters and of single axes say nothing. */
    private @Nullable Distribution distribution(
            String metric, ChannelDescription description, Families.@Nullable Family family) {
        if (family == null
                || description.kind() != Kind.GAUGE
                || description.type() == SensorType.BOOLEAN
                || description.type().components() > 1) {
            return null;
        }
        return distributions.computeIfAbsent(metric, m -> new Distribution(m, description.quantity(), family.bounds()));
    }

    /** Adds the newest value of each exported series. */
    public void samples(String device, List<Sample> to) {
        for (Channel channel : channels.values()) {
            if (channel.metric == null) {
                continue;
            }
            for (Series series : channel.series) {
                if (series.count() > 0) {
                    to.add(new Sample(
                            channel.metric,
                            channel.isCounter(),
                            help(channel),
                            device,
                            channel.description.label(),
                            series.component,
                            series.last()));
                }
            }
        }
    }

    private static String help(Channel channel) {
        String unit = channel.unit.suffix().isEmpty()
                ? ""
                : " in " + channel.unit.suffix().replace('_', ' ');
        return "Newest " + channel.description.quantity().replace('_', ' ') + " by event time" + unit + ".";
    }

    /** All series, exported or not. */
    public List<SeriesView> views() {
        List<SeriesView> views = new ArrayList<>();
        for (Channel channel : channels.values()) {
            ChannelDescription d = channel.description;
            for (Series series : channel.series) {
                views.add(new SeriesView(
                        d.quantity(),
                        d.label(),
                        series.component,
                        d.unit(),
                        d.type(),
                        channel.metric,
                        series.count(),
                        series.skipped(),
                        series.rawSum(),
                        series.sum(),
                        series.last(),
                        series.count() == 0 ? 0 : series.lastMicros(),
                        series.text()));
            }
        }
        return views;
    }
}
