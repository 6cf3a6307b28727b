package dev.baliza.server.aggregate;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.ColumnVisitor;
import dev.baliza.protocol.codec.ReadingColumn;
import dev.baliza.server.books.SkipReason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies one batch at a time, a channel at a time: what may not be used is skipped, the rest goes to its series in one pass.
 * Thread: its shard's.
 */
final class Applier implements ColumnVisitor {
    private static final int MAX_SHOWN_BYTES = 1_024;
    /** States of an enumeration without labels; readings of more are skipped. */
    private static final int MAX_NUMBERS = Limits.MAX_LABELS;

    private static final double MAX_LATITUDE = 90;
    private static final double MAX_LONGITUDE = 180;

    private final SeriesScope scope;
    private final SkipCounts skips;
    private final EventTimes eventTimes;
    private final long[] oneTime = new long[1];
    private final ReadingColumn one = new ReadingColumn();
    private double[] values = {};
    private long clockUnset;
    private long counterResets;

    private @Nullable DeviceSeries device;
    private Channel[] channels = {};
    private long epoch;
    private long seq;
    private long arrival;

    /** @param maxFutureMicros readings further ahead of the server's clock are skipped */
    Applier(SeriesScope scope, SkipCounts skips, long maxFutureMicros) {
        this.scope = scope;
        this.skips = skips;
        eventTimes = new EventTimes(maxFutureMicros);
    }

    /** Readings stamped on arrival because the device's clock was never set. */
    long clockUnset() {
        return clockUnset;
    }

    /** Counters that fell from one value to a newer one. */
    long counterResets() {
        return counterResets;
    }

    /** What was applied so far is not counted as of this process. */
    void clear() {
        clockUnset = 0;
        counterResets = 0;
    }

    /** Begins a batch. */
    void start(
            DeviceSeries of,
            Channel[] to,
            TimeUnit unit,
            BatchTime time,
            boolean backfill,
            long batchEpoch,
            long batchSeq) {
        device = of;
        channels = to;
        epoch = batchEpoch;
        seq = batchSeq;
        arrival = backfill ? Series.HISTORY : time.arrivalMicros();
        eventTimes.start(unit, time);
    }

    /** Ends the batch; returns whether a reading said that the device's clock was never set. */
    boolean finish() {
        device = null;
        clockUnset += eventTimes.unset();
        return eventTimes.unset() > 0;
    }

    @Override
    public void times(long[] times, int count) {
        eventTimes.of(times, count);
    }

    /** Takes a reading of the batch's only channel. */
    void value(NamedReading reading) {
        oneTime[0] = reading.time();
        eventTimes.of(oneTime, 1);
        one.start(reading.type(), 1);
        one.quality(reading.quality());
        Value value = reading.value();
        if (value instanceof Value.Whole whole) {
            one.wholes()[0] = whole.raw();
        } else if (value instanceof Value.Real real) {
            one.reals(0)[0] = real.value();
        } else if (value instanceof Value.Components c) {
            double[] parts = {c.a(), c.b(), c.c(), c.d()};
            for (int i = 0; i < reading.type().components(); i++) {
                one.reals(i)[0] = parts[i];
            }
        } else if (value instanceof Value.Octets octets) {
            octets(reading.type(), octets.bytes());
            return;
        }
        column(0, one);
    }

    @Override
    public void column(int position, ReadingColumn readings) {
        Channel channel = channels[position];
        int count = usable(channel, readings);
        if (count == 0) {
            return;
        }
        if (values.length < count) {
            values = new double[count];
        }
        switch (readings.type().form()) {
            case INTEGER -> {
                if (readings.type() == SensorType.ENUMERATION) {
                    states(channel, readings.wholes(), count);
                } else {
                    wholes(channel, readings.wholes(), count);
                }
            }
            case REAL -> reals(channel, readings.reals(0), count);
            case COMPONENTS -> components(channel, readings, count);
            case OCTETS -> throw new IllegalStateException("a column of " + readings.type());
        }
    }

    /** Moves the readings that may be used to the front, and their event times; returns how many there are. */
    private int usable(Channel channel, ReadingColumn readings) {
        int count = readings.count();
        if (channel.refusal != null) {
            skip(channel, Channel.skipReason(channel.refusal), count);
            return 0;
        }
        eventTimes.keepAll();
        if (!readings.qualified() && !eventTimes.isOdd()) {
            return count;
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (!Quality.usable(readings.qualityAt(i))) {
                skip(channel, SkipReason.QUALITY, 1);
            } else if (!eventTimes.use(i)) {
                skip(channel, SkipReason.FUTURE, 1);
            } else {
                readings.move(i, kept);
                eventTimes.keep(i, kept++, count);
            }
        }
        return kept;
    }

    private void wholes(Channel channel, long[] raws, int count) {
        boolean unsigned = channel.description().type() == SensorType.U64;
        boolean truth = channel.description().type() == SensorType.BOOLEAN;
        int kept = count;
        if (unsigned || truth || channel.traits.ranged || channel.traits.counter) {
            kept = 0;
            for (int i = 0; i < count; i++) {
                long raw = raws[i];
                double number = unsigned ? unsigned(raw) : (double) raw;
                if (truth && raw >>> 1 != 0) {
                    skip(channel, SkipReason.INVALID, 1);
                } else if (channel.traits.ranged && !channel.traits.inRange(channel.traits.described.apply(number))) {
                    skip(channel, SkipReason.RANGE, 1);
                } else if (isPossible(channel, channel.traits.conversion.apply(number), kept)) {
                    raws[kept] = raw;
                    eventTimes.keep(i, kept++, count);
                }
            }
        } else {
            channel.traits.conversion.apply(raws, values, count);
        }
        long rawSum = 0;
        for (int i = 0; i < kept; i++) {
            rawSum += raws[i];
        }
        add(channel, kept, rawSum);
    }

    private void reals(Channel channel, double[] numbers, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            double number = numbers[i];
            if (!isFinite(channel, number)) {
                continue;
            }
            if (!channel.traits.inRange(number)) {
                skip(channel, SkipReason.RANGE, 1);
                continue;
            }
            double converted = channel.traits.conversion.apply(number);
            if (isFinite(channel, converted) && isPossible(channel, converted, kept)) {
                eventTimes.keep(i, kept++, count);
            }
        }
        add(channel, kept, 0);
    }

    /** Puts a value in its place, but none below zero that was counted. */
    private boolean isPossible(Channel channel, double value, int place) {
        if (channel.traits.counter && value < 0) {
            skip(channel, SkipReason.NEGATIVE, 1);
            return false;
        }
        values[place] = value;
        return true;
    }

    private void add(Channel channel, int count, long rawSum) {
        if (count > 0) {
            long falls = channel.series[0].add(values, eventTimes.kept(), count, rawSum, epoch, seq, arrival);
            counterResets += channel.traits.counter ? falls : 0;
        }
    }

    private void components(Channel channel, ReadingColumn readings, int count) {
        int components = channel.description().type().components();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            double a = readings.reals(0)[i];
            double b = readings.reals(1)[i];
            double c = components < 3 ? 0 : readings.reals(2)[i];
            double d = components < 4 ? 0 : readings.reals(3)[i];
            if (!(isFinite(channel, a) && isFinite(channel, b) && isFinite(channel, c) && isFinite(channel, d))) {
                continue;
            }
            if (!areInRange(channel, components, a, b, c, d)) {
                skip(channel, SkipReason.RANGE, 1);
                continue;
            }
            readings.move(i, kept);
            eventTimes.keep(i, kept++, count);
        }
        for (int k = 0; k < components && kept > 0; k++) {
            for (int i = 0; i < kept; i++) {
                values[i] = channel.traits.conversion.apply(readings.reals(k)[i]);
            }
            channel.series[k].add(values, eventTimes.kept(), kept, 0, epoch, seq, arrival);
        }
    }

    /** A described range holds for every axis of a vector; a position must be on Earth. */
    private static boolean areInRange(Channel channel, int components, double a, double b, double c, double d) {
        if (channel.description().type() == SensorType.POSITION) {
            return Math.abs(a) <= MAX_LATITUDE && Math.abs(b) <= MAX_LONGITUDE;
        }
        return channel.traits.inRange(a)
                && channel.traits.inRange(b)
                && (components < 3 || channel.traits.inRange(c))
                && (components < 4 || channel.traits.inRange(d));
    }

    private boolean isFinite(Channel channel, double value) {
        if (Double.isFinite(value)) {
            return true;
        }
        skip(channel, Double.isNaN(value) ? SkipReason.NAN : SkipReason.INFINITE, 1);
        return false;
    }

    private void states(Channel channel, long[] raws, int count) {
        for (int i = 0; i < count; i++) {
            state(channel, raws[i], eventTimes.kept()[i]);
        }
    }

    /** A state has a name, or, where none are described, its number is one. */
    private void state(Channel channel, long raw, long micros) {
        List<String> labels = channel.description().labels();
        Series series = channel.series[0];
        String name;
        if (labels.isEmpty()) {
            name = Long.toString(raw);
            if (!hasRoom(series, name)) {
                skip(channel, SkipReason.NO_ROOM, 1);
                return;
            }
        } else if (raw < labels.size()) {
            name = labels.get((int) raw);
        } else {
            skip(channel, SkipReason.RANGE, 1);
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
        series.addNumber(number);
        return true;
    }

    private void octets(SensorType type, ByteBuffer bytes) {
        Channel channel = channels[0];
        if (usable(channel, one) == 0) {
            return;
        }
        if (type == SensorType.BYTES) {
            byte[] copy = new byte[Math.min(bytes.remaining(), MAX_SHOWN_BYTES)];
            bytes.duplicate().get(copy);
            addText(channel, HexFormat.of().formatHex(copy));
            return;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.duplicate())
                    .toString();
            addText(channel, text.substring(0, cut(text)));
        } catch (CharacterCodingException e) {
            skip(channel, SkipReason.INVALID, 1);
        }
    }

    private void addText(Channel channel, String text) {
        channel.series[0].addText(text, 0, eventTimes.kept()[0], epoch, seq, arrival);
    }

    private void skip(Channel channel, SkipReason reason, int count) {
        channel.series[0].skip(count);
        skips.skip(device, reason, count);
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
