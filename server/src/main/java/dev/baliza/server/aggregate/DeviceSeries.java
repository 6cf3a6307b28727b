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
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    record Key(int hash, @Nullable Shape shape, boolean position, String quantity, String baseUnit, String label) {
        Key(@Nullable Shape shape, boolean position, String quantity, String baseUnit, String label) {
            this(Objects.hash(shape, position, quantity, baseUnit, label), shape, position, quantity, baseUnit, label);
        }
    }

    /** Names a reading without a description by everything that decides its series. */
    record NamedKey(String quantity, String name, String unit, SensorType type) {}

    /** In the order in which they were first described. */
    private List<Channel> channels = List.of();
    /** Most devices describe what they send, and name nothing. */
    private Map<NamedKey, Channel> named = Map.of();

    private final SeriesScope scope;
    private long[] skipped = {};
    /** Null while nothing can be derived. */
    private @Nullable DerivedChannels derived;

    private String label;

    DeviceSeries(SeriesScope scope, String label) {
        this.scope = scope;
        this.label = label;
    }

    /** Binds all channels of a set, in its order. */
    public BoundSet bind(ChannelSet set, int hash) {
        Channel[] bound = set.channels().stream().map(this::bind).toArray(Channel[]::new);
        derive();
        return new BoundSet(this, scope.layout(set), hash, bound);
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
        if (named.isEmpty()) {
            named = new LinkedHashMap<>();
        }
        named.put(key, channel);
        derive();
        return channel;
    }

    /** The device is shown under another label from now on. */
    public void rename(String newLabel) {
        label = newLabel;
        derive();
        channels.forEach(this::watch);
        derivedShown().forEach(this::watch);
    }

    private void derive() {
        if (scope.derived().isEmpty()) {
            return;
        }
        if (derived == null) {
            derived = new DerivedChannels(scope);
        }
        derived.resolve(label, channels, this::derived);
    }

    private List<Channel> derivedShown() {
        return derived == null ? List.of() : derived.shown();
    }

    /** A channel beside those that the device sends. */
    private Channel derived(ChannelDescription description) {
        ChannelTraits traits = scope.traits(description);
        Channel channel;
        try {
            channel = new Channel(traits, series(traits, NONE), null);
        } catch (SeriesRefused e) {
            scope.refused(e.reason());
            channel = new Channel(traits, new Series[] {new Series("", null, null)}, e.reason());
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
        ChannelTraits traits = scope.traits(description);
        int place = find(traits.key);
        Channel earlier = place < channels.size() ? channels.get(place) : null;
        Channel channel;
        try {
            if (earlier == null && channels.size() >= MAX_CHANNELS) {
                throw new SeriesRefused(SeriesRefusal.CHANNELS);
            }
            Series[] before = earlier == null || earlier.refusal != null ? NONE : earlier.series;
            channel = new Channel(traits, series(traits, before), null);
        } catch (SeriesRefused e) {
            scope.refused(e.reason());
            Series[] skips = {new Series("", null, null)};
            if (e.reason() == SeriesRefusal.CHANNELS) {
                return new Channel(traits, skips, e.reason());
            }
            Series[] counted = earlier != null && earlier.refusal != null ? earlier.series : skips;
            channel = new Channel(traits, counted, e.reason());
        }
        if (!traits.unit.known()) {
            scope.unknownUnit();
        }
        if (earlier == null) {
            List<Channel> more = new ArrayList<>(channels.size() + 1);
            more.addAll(channels);
            channels = more;
            channels.add(channel);
        } else {
            channels.set(place, channel);
        }
        watch(channel);
        return channel;
    }

    /** Where the channel of this key is, or would be. */
    private int find(Key key) {
        int place = 0;
        while (place < channels.size() && !channels.get(place).traits.key.equals(key)) {
            place++;
        }
        return place;
    }

    /** The series of a channel: those it had before, and what it needs beside them. */
    private Series[] series(ChannelTraits traits, Series[] before) throws SeriesRefused {
        ChannelDescription description = traits.description;
        int components = description.type().components();
        Series[] series = Arrays.copyOf(before, Math.max(before.length, components));
        Shape shape = traits.shape;
        for (int i = before.length; i < components; i++) {
            String component = Channel.component(description.type(), i);
            Family family = null;
            if (description.type() == SensorType.POSITION) {
                family = scope.families()
                        .join(description.quantity(), "_" + component, Shape.GAUGE, Channel.positionUnit(i), List.of());
            } else if (shape != null) {
                family = scope.families().join(description.quantity(), "", shape, traits.unit, description.buckets());
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
        ChannelDescription d = channel.description();
        Shape shape = channel.traits.shape;
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
        for (Channel channel : channels) {
            SetImage.write(out, new ChannelSet(0, TimeUnit.MICROSECONDS, List.of(channel.description())));
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
        for (Channel channel : channels) {
            to.add(label, channel, scope.rules());
        }
        for (Channel channel : derivedShown()) {
            to.add(label, channel, scope.rules());
        }
    }

    /** All series, exported or not. */
    public List<SeriesView> views() {
        List<SeriesView> views = new ArrayList<>();
        channels.forEach(channel -> addViews(channel, views));
        derivedShown().forEach(channel -> addViews(channel, views));
        return views;
    }

    private void addViews(Channel channel, List<SeriesView> views) {
        ChannelDescription d = channel.description();
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
