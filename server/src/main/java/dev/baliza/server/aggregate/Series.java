package dev.baliza.server.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One line of numbers, or of texts. Thread: its shard's. */
final class Series {
    /** Instead of an arrival: the reading is history, and says nothing of how alive its sensor is. */
    static final long HISTORY = Long.MIN_VALUE;

    /** A series faster than any scrape must not flicker: none leaves the scrape earlier. */
    static final long LEAST_LIFE_MICROS = 10_000_000;

    static final Dependent[] NOBODY = {};

    private static final long INTERVALS_TO_LIVE = 3;

    final String component;
    /** Null when it is not exported. */
    final @Nullable Family family;

    final @Nullable Distribution distribution;
    /** Whom a frame with readings of this series makes act; not looked at when nothing is derived. */
    Dependent[] dependents = NOBODY;

    private @Nullable Window window;
    private long intervalMicros;

    private long count;
    private long skipped;
    private long rawSum;
    private double sum;
    private double sumError;
    private double last;
    private long lastMicros = Long.MIN_VALUE;
    private long lastEpoch;
    private long lastSeq;
    private @Nullable String text;
    private long arrivalMicros = HISTORY;
    private long inLastBatch;
    private int states;
    /** Only states have some. */
    private Set<String> numbers = Set.of();

    Series(String component, @Nullable Family family, @Nullable Distribution distribution) {
        this.component = component;
        this.family = family;
        this.distribution = distribution;
    }

    /** The described interval between readings; 0 leaves what is known. */
    void expectEvery(long micros) {
        if (micros > 0) {
            intervalMicros = micros;
        }
    }

    /** Computed of another one, which may be slower. */
    void expectAtLeastEvery(Series other) {
        intervalMicros = Math.max(intervalMicros, other.intervalMicros);
    }

    /** How many more states must be reserved to have room for so many. */
    int missingStates(int wanted) {
        return Math.max(0, wanted - states);
    }

    void addRoomForStates(int more) {
        states += more;
    }

    /** Room for states that is not taken by a number yet. */
    boolean hasRoomForNumber() {
        return numbers.size() < states;
    }

    /** States without a name that were seen, as text. */
    Set<String> numbers() {
        return numbers;
    }

    /** A state without a name was seen for the first time. */
    void addNumber(String number) {
        if (numbers.isEmpty()) {
            numbers = new LinkedHashSet<>();
        }
        numbers.add(number);
    }

    /** Starts or stops to keep lowest and highest values. */
    void watch(boolean windowed, long windowMicros) {
        if (!windowed) {
            window = null;
        } else if (window == null) {
            window = new Window(windowMicros);
        }
    }

    /**
     * Takes one value that was computed, not sent.
     *
     * @param micros event time
     * @param arrival when its frame came, or {@link #HISTORY}
     * @return whether it is newer than the last and below it
     */
    boolean add(double value, long micros, long epoch, long seq, long arrival) {
        return add(new double[] {value}, new long[] {micros}, 1, 0, epoch, seq, arrival) > 0;
    }

    /**
     * Takes the values of a batch, in their order.
     *
     * @param values of which the first {@code number} are
     * @param micros their event times
     * @param number at least 1
     * @param rawTotal sum of the integers on the wire, 0 for floats
     * @param arrival when its frame came, or {@link #HISTORY}
     * @return how many are newer than the last and below it
     */
    long add(double[] values, long[] micros, int number, long rawTotal, long epoch, long seq, long arrival) {
        addSum(values, number);
        long falls = addNewest(values, micros, number, epoch, seq);
        count += number;
        rawSum += rawTotal;
        if (distribution != null) {
            distribution.add(values, number);
        }
        if (arrival != HISTORY) {
            meet(arrival, number);
            if (window != null) {
                window.add(values, number, arrival);
            }
        }
        return falls;
    }

    /** Neumaier's compensation: a year of small readings must not drift away from their true sum. */
    private void addSum(double[] values, int number) {
        double before = sum;
        double error = sumError;
        for (int i = 0; i < number; i++) {
            double value = values[i];
            double total = before + value;
            error += Math.abs(before) >= Math.abs(value) ? (before - total) + value : (value - total) + before;
            before = total;
        }
        sum = before;
        sumError = error;
    }

    /** Newest by event time, then by identity, then the last of its frame (SPEC §7.3.4). */
    private long addNewest(double[] values, long[] micros, int number, long epoch, long seq) {
        boolean follows = follows(epoch, seq);
        long newest = lastMicros;
        double value = last;
        boolean any = false;
        long falls = 0;
        for (int i = 0; i < number; i++) {
            if (micros[i] > newest || (micros[i] == newest && (follows || any))) {
                falls += values[i] < value && count + i > 0 ? 1 : 0;
                newest = micros[i];
                value = values[i];
                any = true;
            }
        }
        if (any) {
            lastMicros = newest;
            last = value;
            lastEpoch = epoch;
            lastSeq = seq;
        }
        return falls;
    }

    /** Takes a value that has a text: a state with its number, or a text without one. */
    void addText(String value, long raw, long micros, long epoch, long seq, long arrival) {
        count++;
        rawSum += raw;
        sum += raw;
        if (micros > lastMicros || (micros == lastMicros && follows(epoch, seq))) {
            text = value;
            last = raw;
            lastMicros = micros;
            lastEpoch = epoch;
            lastSeq = seq;
        }
        if (arrival != HISTORY) {
            meet(arrival, 1);
        }
    }

    private void meet(long arrival, int number) {
        inLastBatch = arrival == arrivalMicros ? inLastBatch + number : number;
        arrivalMicros = arrival;
    }

    /** Whether a frame counts as later than that of the last value. */
    private boolean follows(long epoch, long seq) {
        return epoch > lastEpoch || (epoch == lastEpoch && seq >= lastSeq);
    }

    /**
     * When the series leaves the scrape unless something arrives: three of its intervals behind the last arrival. A frame that
     * brought ten readings of it speaks for ten intervals. 0 while nothing arrived.
     */
    long expiresMicros(long unknownIntervalMicros) {
        if (arrivalMicros == HISTORY) {
            return 0;
        }
        long interval = intervalMicros > 0 ? intervalMicros : unknownIntervalMicros;
        return arrivalMicros + Math.max(LEAST_LIFE_MICROS, INTERVALS_TO_LIVE * interval * inLastBatch);
    }

    /** For a snapshot. */
    void save(DataOutput out) throws IOException {
        for (long field :
                new long[] {count, skipped, rawSum, lastMicros, lastEpoch, lastSeq, arrivalMicros, inLastBatch}) {
            out.writeLong(field);
        }
        out.writeDouble(sum);
        out.writeDouble(sumError);
        out.writeDouble(last);
        String shown = text;
        out.writeBoolean(shown != null);
        if (shown != null) {
            out.writeUTF(shown);
        }
        out.writeByte(numbers.size());
        for (String number : numbers) {
            out.writeUTF(number);
        }
    }

    /** What {@link #save} wrote; only into one that is new. */
    void load(DataInput in) throws IOException {
        count = in.readLong();
        skipped = in.readLong();
        rawSum = in.readLong();
        lastMicros = in.readLong();
        lastEpoch = in.readLong();
        lastSeq = in.readLong();
        arrivalMicros = in.readLong();
        inLastBatch = in.readLong();
        sum = in.readDouble();
        sumError = in.readDouble();
        last = in.readDouble();
        text = in.readBoolean() ? in.readUTF() : null;
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            addNumber(in.readUTF());
        }
    }

    /** Whether anything but history arrived. */
    boolean hasArrived() {
        return arrivalMicros != HISTORY;
    }

    /** When the newest frame with it came; only when one did. */
    long arrivalMicros() {
        return arrivalMicros;
    }

    /** Readings were counted but not used; a value of several components says so in its first. */
    void skip(int number) {
        skipped += number;
    }

    long skipped() {
        return skipped;
    }

    long count() {
        return count;
    }

    long rawSum() {
        return rawSum;
    }

    double sum() {
        return sum + sumError;
    }

    double last() {
        return last;
    }

    /** Event time of the last value; only when there is one. */
    long lastMicros() {
        return lastMicros;
    }

    @Nullable
    String text() {
        return text;
    }

    /** Null unless it keeps lowest and highest values. */
    @Nullable
    Window window() {
        return window;
    }
}
