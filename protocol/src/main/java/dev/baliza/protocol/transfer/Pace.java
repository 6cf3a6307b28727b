package dev.baliza.protocol.transfer;

/**
 * How many bytes a sender may have on the way, and how fast it may add more: by losses, by delay, by the receiver's grant, and by a rate
 * that people set. Confined to one thread. Time: microseconds of any clock that does not go back. Spec: SPEC §14.3.3.
 */
final class Pace {
    static final int MIN_WINDOW = 16 * 1024;
    static final int MAX_WINDOW = 256 * 1024;
    /** Delay above twice the least one that counts as a loss: somebody else's frames wait in the same queue. */
    private static final long QUEUE_MICROS = 100_000;

    /** What a sender that slept too long may make up for: a few ticks of a timer. */
    private static final long BURST_MICROS = 5_000;

    /** Above two round trips: a receiver's pause to write to its disk. */
    private static final long LATE_MICROS = 3_000;

    private static final long MIN_TIMEOUT_MICROS = 1_000_000;
    private static final long MAX_TIMEOUT_MICROS = 60_000_000;

    private final long bytesPerSecond;
    private double window = MIN_WINDOW;
    private boolean slowStart = true;
    private long granted = MIN_WINDOW;
    private long recoveryOrder = -1;
    private long leastRttMicros = Long.MAX_VALUE;
    private long rttMicros = 200_000;
    private long notBeforeMicros;
    private int timeouts;
    /** Whether the window, not the rate or the file's end, held the last chunk back. */
    private boolean filled;

    /** @param bytesPerSecond 0 for no limit */
    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    void grant(long bytes) {
        granted = bytes;
    }

    /** What the receiver allows on the way. */
    long granted() {
        return granted;
    }

    /**
     * Whether a chunk may leave while so many bytes are on the way. When the answer to the oldest of them is late, half a window is enough:
     * after a cut the rest would be lost.
     *
     * @param oldestMicros since the oldest chunk on the way was sent
     */
    boolean mayAdd(long onTheWay, int bytes, long oldestMicros, long nowMicros) {
        boolean late = oldestMicros > 2 * rttMicros + LATE_MICROS;
        long limit = late ? windowBytes() / 2 : windowBytes();
        boolean room = onTheWay == 0 || onTheWay + bytes <= limit;
        filled = !room && !late;
        return room && nowMicros >= notBeforeMicros;
    }

    long windowBytes() {
        return Math.min((long) window, granted);
    }

    void sent(int bytes, long nowMicros) {
        if (bytesPerSecond > 0) {
            long cost = bytes * 1_000_000L / bytesPerSecond;
            notBeforeMicros = Math.max(notBeforeMicros, nowMicros - Math.max(cost, BURST_MICROS)) + cost;
        }
    }

    /** When the rate lets the next chunk go. */
    long notBeforeMicros() {
        return notBeforeMicros;
    }

    /**
     * Bytes arrived; the newest chunk of them took so long. A window that is not filled does not grow: nobody has tried whether the way
     * bears more, and after a cut it would be lost.
     */
    void arrived(long bytes, int chunkBytes, long sampleMicros, long order, long nextOrder) {
        timeouts = 0;
        leastRttMicros = Math.min(leastRttMicros, sampleMicros);
        rttMicros += (sampleMicros - rttMicros) / 8;
        if (sampleMicros > 2 * leastRttMicros + QUEUE_MICROS) {
            lost(order, nextOrder);
        } else if (filled) {
            window += slowStart ? bytes : (double) chunkBytes * bytes / window;
            window = Math.min(window, MAX_WINDOW);
        }
    }

    /** A chunk was lost. Losses among what was on the way at the first one count once. */
    void lost(long order, long nextOrder) {
        if (order > recoveryOrder) {
            recoveryOrder = nextOrder;
            slowStart = false;
            window = Math.max(MIN_WINDOW, window / 2);
        }
    }

    /** Nothing came for {@link #timeoutMicros}. */
    void timedOut() {
        timeouts++;
        window = MIN_WINDOW;
        slowStart = true;
    }

    long timeoutMicros() {
        long base = Math.max(MIN_TIMEOUT_MICROS, 4 * rttMicros);
        return Math.min(MAX_TIMEOUT_MICROS, base << Math.min(timeouts, 6));
    }
}
