package dev.baliza.server.aggregate;

import dev.baliza.protocol.TimeUnit;

/** The event times of the batch under way, and those of the readings that are used of a channel. Thread: its shard's. */
final class EventTimes {
    private final long maxFutureMicros;
    private TimeUnit unit = TimeUnit.MICROSECONDS;
    private BatchTime time = BatchTime.NONE;
    private long latest;
    private long[] said = {};
    private long[] events = {};
    private long[] compact = {};
    private long[] kept = {};
    private boolean odd;
    private long unset;

    EventTimes(long maxFutureMicros) {
        this.maxFutureMicros = maxFutureMicros;
    }

    /** Begins a batch. */
    void start(TimeUnit ofTimes, BatchTime ofBatch) {
        unit = ofTimes;
        time = ofBatch;
        latest = ofBatch.arrivalMicros() + maxFutureMicros;
        unset = 0;
    }

    /** The times of the next readings, in the batch's unit. */
    void of(long[] times, int count) {
        if (events.length < count) {
            said = new long[count];
            events = new long[count];
            compact = new long[count];
        }
        odd = time.events(unit, times, count, said, events, latest);
    }

    /** Whether a reading may not be used for its time, or says that the clock was never set. */
    boolean isOdd() {
        return odd;
    }

    /** Whether the reading is used; if its clock was never set that is counted. */
    boolean use(int index) {
        if (time.isUnset(said[index])) {
            unset++;
        }
        return events[index] <= latest;
    }

    /** Readings used whose clock was never set. */
    long unset() {
        return unset;
    }

    /** All readings of the next channel are used, so far. */
    void keepAll() {
        kept = events;
    }

    /**
     * The reading that was at an index is now at another, not behind it.
     *
     * @param count of readings that were used before
     */
    void keep(int from, int to, int count) {
        if (from != to && kept == events) {
            System.arraycopy(events, 0, compact, 0, count);
            kept = compact;
        }
        if (from != to) {
            kept[to] = kept[from];
        }
    }

    /** Event times of the readings that are used, by their place. */
    long[] kept() {
        return kept;
    }
}
