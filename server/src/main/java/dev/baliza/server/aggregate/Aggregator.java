package dev.baliza.server.aggregate;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.ReadingVisitor;
import dev.baliza.protocol.codec.RowsCodec;
import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SkipReason;
import java.io.DataInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies the readings of accepted frames to series: the door from the network to the numbers. Nothing is allocated per reading
 * of a described batch. Thread: one shard's. Spec: SPEC §5.9, §7.
 */
public final class Aggregator {
    /** Instead of an event time: the reading is not used. */
    private static final long SKIP = Long.MIN_VALUE;

    private static final int MAX_SHOWN_BYTES = 1_024;

    /** States of an enumeration without labels; readings of more are skipped. */
    private static final int MAX_NUMBERS = Limits.MAX_LABELS;

    private static final double MAX_LATITUDE = 90;
    private static final double MAX_LONGITUDE = 180;

    private final long[] skipped = new long[SkipReason.values().length];
    private final SeriesScope scope;
    private final long maxFutureMicros;
    private final Applier applier = new Applier();
    private long clockUnset;
    private long counterResets;
    private final List<Channel> ofNamed = new ArrayList<>();

    /** @param maxFutureMicros readings further ahead of the server's clock are skipped */
    public Aggregator(Families families, SeriesRules rules, long maxFutureMicros) {
        scope = new SeriesScope(families, rules);
        this.maxFutureMicros = maxFutureMicros;
    }

    /** Computes these derived channels too; before the first device. */
    public void use(DerivedRules rules) {
        scope.use(rules);
    }

    /**
     * Makes room for the series of one more device.
     *
     * @param label what the device is shown as
     */
    public DeviceSeries newDevice(String label) {
        return new DeviceSeries(scope, label);
    }

    /**
     * Applies a batch that was checked against the set.
     *
     * @return whether the device's clock was never set
     */
    public boolean rows(Message.RowReadings batch, BoundSet set, BatchTime time, long epoch, long seq) {
        applier.start(set.owner, set.channels, set.set().timeUnit(), time, batch.backfill(), epoch, seq);
        RowsCodec.visit(batch, set.types(), applier);
        if (!scope.derived().isEmpty() && !batch.backfill()) {
            for (Channel channel : set.channels) {
                channel.wakeDependents(time.arrivalMicros(), epoch, seq);
            }
        }
        return applier.finish();
    }

    /** Applies a named batch; returns whether the device's clock was never set. */
    public boolean named(Message.NamedReadings batch, DeviceSeries device, BatchTime time, long epoch, long seq) {
        Channel[] one = new Channel[1];
        applier.start(device, one, batch.timeUnit(), time, batch.backfill(), epoch, seq);
        for (NamedReading reading : batch.readings()) {
            Channel channel = device.named(
                    new DeviceSeries.NamedKey(reading.quantity(), reading.name(), reading.unit(), reading.type()));
            if (channel == null) {
                skipped[SkipReason.NO_ROOM.ordinal()]++;
                device.skip(SkipReason.NO_ROOM);
                continue;
            }
            one[0] = channel;
            applier.value(reading);
            if (!scope.derived().isEmpty() && !batch.backfill()) {
                ofNamed.add(channel);
            }
        }
        for (Channel channel : ofNamed) {
            channel.wakeDependents(time.arrivalMicros(), epoch, seq);
        }
        ofNamed.clear();
        return applier.finish();
    }

    /** Fills the series of a new device from a snapshot; what it had skipped is counted here. */
    public void load(DeviceSeries device, DataInput in) throws IOException {
        long[] before = device.load(in);
        for (int i = 0; i < skipped.length; i++) {
            skipped[i] += before[i];
        }
    }

    /** What was replayed so far is durable in the series; all else begins with this process. */
    public void beginAfterReplay() {
        clockUnset = 0;
        counterResets = 0;
        scope.beginAfterReplay();
    }

    /** Readings counted but not used. */
    public Map<SkipReason, Long> skipped() {
        Map<SkipReason, Long> map = new EnumMap<>(SkipReason.class);
        for (SkipReason reason : SkipReason.values()) {
            map.put(reason, skipped[reason.ordinal()]);
        }
        return map;
    }

    /** Readings stamped on arrival because the device's clock was never set. */
    public long clockUnset() {
        return clockUnset;
    }

    /** Counters that fell from one value to a newer one: their device started anew. */
    public long counterResets() {
        return counterResets;
    }

    /** Channels whose unit is exported without conversion. */
    public long unknownUnits() {
        return scope.unknownUnits();
    }

    /** What became of derived values, by event; empty when none are configured. */
    public Map<String, Long> derivedEvents() {
        return scope.derivedEvents();
    }

    /** Channels that are not exported. */
    public Map<SeriesRefusal, Long> refused() {
        return scope.refused();
    }

    public List<HistogramView> histograms() {
        return scope.histograms();
    }

    /** One batch under way. A class of its own so that its methods stay out of the aggregator's face. */
    private final class Applier implements ReadingVisitor {
        private @Nullable DeviceSeries device;
        private Channel[] channels = {};
        private TimeUnit timeUnit = TimeUnit.MICROSECONDS;
        private @Nullable BatchTime time;
        private long epoch;
        private long seq;
        private long arrival;
        private boolean sawUnsetClock;

        void start(
                DeviceSeries of,
                Channel[] to,
                TimeUnit unit,
                BatchTime batchTime,
                boolean backfill,
                long batchEpoch,
                long batchSeq) {
            device = of;
            channels = to;
            timeUnit = unit;
            time = batchTime;
            epoch = batchEpoch;
            seq = batchSeq;
            arrival = backfill ? Series.HISTORY : batchTime.arrivalMicros();
            sawUnsetClock = false;
        }

        boolean finish() {
            time = null;
            return sawUnsetClock;
        }

        void value(NamedReading reading) {
            Value value = reading.value();
            if (value instanceof Value.Whole whole) {
                whole(0, reading.time(), reading.quality(), whole.raw());
            } else if (value instanceof Value.Real real) {
                real(0, reading.time(), reading.quality(), real.value());
            } else if (value instanceof Value.Components c) {
                components(0, reading.time(), reading.quality(), c.a(), c.b(), c.c(), c.d());
            } else if (value instanceof Value.Octets octets) {
                octets(reading, octets.bytes());
            }
        }

        @Override
        public void whole(int position, long readingTime, int quality, long raw) {
            Channel channel = channels[position];
            SensorType type = channel.description.type();
            long micros = eventMicros(channel, readingTime, quality);
            if (micros == SKIP) {
                return;
            }
            if (type == SensorType.ENUMERATION) {
                state(channel, raw, micros);
                return;
            }
            if (type == SensorType.BOOLEAN && raw >>> 1 != 0) {
                skip(channel, SkipReason.INVALID);
                return;
            }
            double number = type == SensorType.U64 ? unsigned(raw) : (double) raw;
            if (channel.ranged && !channel.inRange(channel.described.apply(number))) {
                skip(channel, SkipReason.RANGE);
                return;
            }
            add(channel, channel.conversion.apply(number), raw, micros);
        }

        private void add(Channel channel, double value, long raw, long micros) {
            if (channel.counter && value < 0) {
                skip(channel, SkipReason.NEGATIVE);
                return;
            }
            boolean fell = channel.series[0].add(value, raw, micros, epoch, seq, arrival);
            if (fell && channel.counter) {
                counterResets++;
            }
        }

        /** A state has a name, or, where none are described, its number is one. */
        private void state(Channel channel, long raw, long micros) {
            List<String> labels = channel.description.labels();
            Series series = channel.series[0];
            String name;
            if (labels.isEmpty()) {
                name = Long.toString(raw);
                if (!hasRoom(series, name)) {
                    skip(channel, SkipReason.NO_ROOM);
                    return;
                }
            } else if (raw < labels.size()) {
                name = labels.get((int) raw);
            } else {
                skip(channel, SkipReason.RANGE);
                return;
            }
            series.addText(name, raw, micros, epoch, seq, arrival);
        }

        private boolean hasRoom(Series series, String number) {
            if (series.numbers().contains(number)) {
                return true;
            }
            if (series.numbers().size() >= MAX_NUMBERS) {
                return false;
            }
            try {
                if (!series.hasRoomForNumber()) {
                    scope.families().reserve(1);
                    series.addRoomForStates(1);
                }
            } catch (SeriesRefused e) {
                return false;
            }
            return series.numbers().add(number);
        }

        @Override
        public void real(int position, long readingTime, int quality, double value) {
            Channel channel = channels[position];
            long micros = eventMicros(channel, readingTime, quality);
            if (micros == SKIP || !isFinite(channel, value)) {
                return;
            }
            if (!channel.inRange(value)) {
                skip(channel, SkipReason.RANGE);
                return;
            }
            double converted = channel.conversion.apply(value);
            if (isFinite(channel, converted)) {
                add(channel, converted, 0, micros);
            }
        }

        @Override
        public void components(int position, long readingTime, int quality, double a, double b, double c, double d) {
            Channel channel = channels[position];
            long micros = eventMicros(channel, readingTime, quality);
            if (micros == SKIP
                    || !(isFinite(channel, a)
                            && isFinite(channel, b)
                            && isFinite(channel, c)
                            && isFinite(channel, d))) {
                return;
            }
            int components = channel.description.type().components();
            if (!areInRange(channel, components, a, b, c, d)) {
                skip(channel, SkipReason.RANGE);
                return;
            }
            for (int i = 0; i < components; i++) {
                double value = i == 0 ? a : i == 1 ? b : i == 2 ? c : d;
                channel.series[i].add(channel.conversion.apply(value), 0, micros, epoch, seq, arrival);
            }
        }

        /** A described range holds for every axis of a vector; a position must be on Earth. */
        private static boolean areInRange(Channel channel, int components, double a, double b, double c, double d) {
            if (channel.description.type() == SensorType.POSITION) {
                return Math.abs(a) <= MAX_LATITUDE && Math.abs(b) <= MAX_LONGITUDE;
            }
            return channel.inRange(a)
                    && channel.inRange(b)
                    && (components < 3 || channel.inRange(c))
                    && (components < 4 || channel.inRange(d));
        }

        private void octets(NamedReading reading, ByteBuffer bytes) {
            Channel channel = channels[0];
            long micros = eventMicros(channel, reading.time(), reading.quality());
            if (micros == SKIP) {
                return;
            }
            if (reading.type() == SensorType.BYTES) {
                byte[] copy = new byte[Math.min(bytes.remaining(), MAX_SHOWN_BYTES)];
                bytes.duplicate().get(copy);
                addText(channel, HexFormat.of().formatHex(copy), micros);
                return;
            }
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(bytes.duplicate())
                        .toString();
                addText(channel, text.substring(0, cut(text)), micros);
            } catch (CharacterCodingException e) {
                skip(channel, SkipReason.INVALID);
            }
        }

        private void addText(Channel channel, String text, long micros) {
            channel.series[0].addText(text, 0, micros, epoch, seq, arrival);
        }

        /** The event time of a reading that is used so far, else {@link #SKIP}. */
        private long eventMicros(Channel channel, long readingTime, int quality) {
            if (channel.refusal != null) {
                return skip(channel, Channel.skipReason(channel.refusal));
            }
            if (!Quality.usable(quality)) {
                return skip(channel, SkipReason.QUALITY);
            }
            BatchTime batch = time;
            if (batch == null) {
                throw new IllegalStateException("no batch under way");
            }
            long micros = timeUnit.toMicros(readingTime);
            if (batch.isUnset(micros)) {
                sawUnsetClock = true;
                clockUnset++;
            }
            long event = batch.eventMicros(micros);
            return event > batch.arrivalMicros() + maxFutureMicros ? skip(channel, SkipReason.FUTURE) : event;
        }

        private boolean isFinite(Channel channel, double value) {
            if (Double.isFinite(value)) {
                return true;
            }
            skip(channel, Double.isNaN(value) ? SkipReason.NAN : SkipReason.INFINITE);
            return false;
        }

        private long skip(Channel channel, SkipReason reason) {
            channel.series[0].skip();
            skipped[reason.ordinal()]++;
            if (device != null) {
                device.skip(reason);
            }
            return SKIP;
        }
    }

    private static double unsigned(long raw) {
        double low = raw & Long.MAX_VALUE;
        return raw < 0 ? low + 0x1p63 : low;
    }

    /** Where to cut a text that is too long to show: never within a surrogate pair, which is no text. */
    private static int cut(String text) {
        if (text.length() <= MAX_SHOWN_BYTES) {
            return text.length();
        }
        return Character.isHighSurrogate(text.charAt(MAX_SHOWN_BYTES - 1)) ? MAX_SHOWN_BYTES - 1 : MAX_SHOWN_BYTES;
    }
}
