package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SeriesView;
import dev.baliza.server.books.Shape;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.units.Unit;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of one device. Descriptions of the same quantity, label and shape share their series. Thread: its shard's. Limits:
 * 64 channels from named readings, 256 channels over the life of the device.
 */
public final class DeviceSeries {
    private static final int MAX_NAMED = 64;
    /** Four times what can be in force, for devices that change their descriptions. */
    private static final int MAX_CHANNELS = 256;

    private static final Series[] NONE = {};

    /** What decides the series of a channel. */
    record Key(@Nullable Shape shape, boolean position, String quantity, String baseUnit, String label) {}

    /** Names a reading without a description by everything that decides its series. */
    record NamedKey(String quantity, String name, String unit, SensorType type) {}

    private final Map<Key, Channel> channels = new LinkedHashMap<>();
    private final Map<NamedKey, Channel> named = new LinkedHashMap<>();
    private final SeriesScope scope;
    private long[] skipped = {};
    private final DerivedChannels derived;
    private String label;

    DeviceSeries(SeriesScope scope, String label) {
        this.scope = scope;
        this.label = label;
        derived = new DerivedChannels(scope);
    }

    /** Binds all channels of a set, in its order. */
    public BoundSet bind(ChannelSet set, int hash) {
        Channel[] bound = set.channels().stream().map(this::bind).toArray(Channel[]::new);
        derive();
        return new BoundSet(this, set, hash, bound);
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
        derive();
        return channel;
    }

    /** The device is shown under another label from now on. */
    public void rename(String newLabel) {
        label = newLabel;
        derive();
        channels.values().forEach(this::watch);
        derived.shown().forEach(this::watch);
    }

    private void derive() {
        if (!scope.derived().isEmpty()) {
            derived.resolve(label, channels.values(), this::derived);
        }
    }

    /** A channel beside those that the device sends. */
    private Channel derived(ChannelDescription description) {
        Channel channel;
        try {
            channel = new Channel(description, series(description, Channel.unit(description), NONE), null);
        } catch (SeriesRefused e) {
            scope.refused(e.reason());
            channel = new Channel(description, new Series[] {new Series("", null, null)}, e.reason());
        }
        watch(channel);
        return channel;
    }

    /** What decides the series of a channel. */
    static Key key(ChannelDescription description) {
        return new Key(
                Channel.shape(description),
                description.type() == SensorType.POSITION,
                description.quantity(),
                Channel.unit(description).name(),
                description.label());
    }

    private Channel bind(ChannelDescription description) {
        Unit unit = Channel.unit(description);
        Key key = key(description);
        Channel earlier = channels.get(key);
        Channel channel;
        try {
            if (earlier == null && channels.size() >= MAX_CHANNELS) {
                throw new SeriesRefused(SeriesRefusal.CHANNELS);
            }
            Series[] before = earlier == null || earlier.refusal != null ? NONE : earlier.series;
            channel = new Channel(description, series(description, unit, before), null);
        } catch (SeriesRefused e) {
            scope.refused(e.reason());
            Series[] skips = {new Series("", null, null)};
            if (e.reason() == SeriesRefusal.CHANNELS) {
                return new Channel(description, skips, e.reason());
            }
            Series[] counted = earlier != null && earlier.refusal != null ? earlier.series : skips;
            channel = new Channel(description, counted, e.reason());
        }
        if (!unit.known()) {
            scope.unknownUnit();
        }
        channels.put(key, channel);
        watch(channel);
        return channel;
    }

    /** The series of a channel: those it had before, and what it needs beside them. */
    private Series[] series(ChannelDescription description, Unit unit, Series[] before) throws SeriesRefused {
        int components = description.type().components();
        Series[] series = Arrays.copyOf(before, Math.max(before.length, components));
        Shape shape = Channel.shape(description);
        for (int i = before.length; i < components; i++) {
            String component = Channel.component(description.type(), i);
            Family family = null;
            if (description.type() == SensorType.POSITION) {
                family = scope.families()
                        .join(description.quantity(), "_" + component, Shape.GAUGE, Channel.positionUnit(i), List.of());
            } else if (shape != null) {
                family = scope.families().join(description.quantity(), "", shape, unit, description.buckets());
            }
            series[i] = new Series(component, family, distribution(description, family));
        }
        if (shape == Shape.STATES) {
            int more = series[0].missingStates(Math.max(1, description.labels().size()));
            scope.families().reserve(more);
            series[0].addRoomForStates(more);
        } else {
            scope.families().reserve(series.length - before.length);
        }
        for (Series one : series) {
            one.expectEvery(description.intervalMillis() * 1_000);
        }
        return series;
    }

    /** Distributions are of plain gauges: those of counters, states and single axes say nothing. */
    private @Nullable Distribution distribution(ChannelDescription description, @Nullable Family family) {
        if (family == null
                || family.shape() != Shape.GAUGE
                || description.kind() != Kind.GAUGE
                || description.type() == SensorType.BOOLEAN
                || description.type() == SensorType.POSITION) {
            return null;
        }
        return scope.distribution(family);
    }

    private void watch(Channel channel) {
        ChannelDescription d = channel.description;
        Shape shape = Channel.shape(d);
        SeriesRules rules = scope.rules();
        boolean windowed = (shape == Shape.GAUGE || shape == Shape.AXES)
                && channel.refusal == null
                && rules.isWindowed(label, d.quantity(), d.label());
        for (Series series : channel.series) {
            series.watch(windowed, rules.windowMicros());
        }
    }

    /** Readings were counted but not used. */
    void skip(SkipReason reason, int count) {
        if (skipped.length == 0) {
            skipped = new long[SkipReason.values().length];
        }
        skipped[reason.ordinal()] += count;
    }

    /** For a snapshot. */
    public void save(DataOutput out) throws IOException {
        out.writeByte(skipped.length);
        for (long count : skipped) {
            out.writeLong(count);
        }
        out.writeShort(channels.size());
        for (Channel channel : channels.values()) {
            SetImage.write(out, new ChannelSet(0, TimeUnit.MICROSECONDS, List.of(channel.description)));
            out.writeByte(channel.series.length);
            for (Series one : channel.series) {
                one.save(out);
            }
        }
    }

    /** What {@link #save} wrote; only into one that is new. Returns what was skipped, by {@link SkipReason}. */
    long[] load(DataInput in) throws IOException {
        skipped = new long[SkipReason.values().length];
        for (int i = 0, saved = in.readUnsignedByte(); i < saved; i++) {
            skipped[i] = in.readLong();
        }
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            Channel channel = bind(SetImage.read(in).channels().get(0));
            for (int i = 0, saved = in.readUnsignedByte(); i < saved; i++) {
                Series one = i < channel.series.length ? channel.series[i] : new Series("", null, null);
                one.load(in);
            }
        }
        derive();
        return skipped;
    }

    /** Adds what is exported of each series. */
    public void samples(SampleSink to) {
        for (Channel channel : channels.values()) {
            to.add(label, channel, scope.rules());
        }
        for (Channel channel : derived.shown()) {
            to.add(label, channel, scope.rules());
        }
    }

    /** All series, exported or not. */
    public List<SeriesView> views() {
        List<SeriesView> views = new ArrayList<>();
        channels.values().forEach(channel -> addViews(channel, views));
        derived.shown().forEach(channel -> addViews(channel, views));
        return views;
    }

    private void addViews(Channel channel, List<SeriesView> views) {
        ChannelDescription d = channel.description;
        for (Series series : channel.series) {
            views.add(new SeriesView(
                    d.quantity(),
                    d.label(),
                    series.component,
                    d.unit(),
                    d.type(),
                    series.family == null ? null : series.family.metric(),
                    channel.refusal,
                    series.count(),
                    series.skipped(),
                    series.rawSum(),
                    series.sum(),
                    series.last(),
                    series.count() == 0 ? 0 : series.lastMicros(),
                    series.expiresMicros(scope.rules().unknownIntervalMicros()),
                    series.text()));
        }
    }
}
