package dev.baliza.server.aggregate;

import org.jspecify.annotations.Nullable;

/** One exported line of numbers. Thread: its shard's. */
final class Series {
    final String component;
    final @Nullable Distribution distribution;

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

    Series(String component, @Nullable Distribution distribution) {
        this.component = component;
        this.distribution = distribution;
    }

    /** @param raw the integer on the wire, 0 for floats */
    void add(double value, long raw, long micros, long epoch, long seq) {
        count++;
        rawSum += raw;
        // Neumaier's compensation: a year of small readings must not drift away from their true sum
        double total = sum + value;
        sumError += Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
        sum = total;
        if (isNewest(micros, epoch, seq)) {
            last = value;
        }
        if (distribution != null) {
            distribution.add(value);
        }
    }

    /** A value that is no number. */
    void addText(String value, long micros, long epoch, long seq) {
        count++;
        if (isNewest(micros, epoch, seq)) {
            text = value;
        }
    }

    /** Newest by event time, then by identity (SPEC §7.3.4). */
    private boolean isNewest(long micros, long epoch, long seq) {
        boolean newest = micros > lastMicros
                || (micros == lastMicros && (epoch > lastEpoch || (epoch == lastEpoch && seq >= lastSeq)));
        if (newest) {
            lastMicros = micros;
            lastEpoch = epoch;
            lastSeq = seq;
        }
        return newest;
    }

    /** A reading was counted but not used; a value of several components says so in its first. */
    void skip() {
        skipped++;
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
}
