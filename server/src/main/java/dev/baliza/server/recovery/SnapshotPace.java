package dev.baliza.server.recovery;

import java.util.concurrent.TimeUnit;

/**
 * When the next snapshot is due: half a minute after the last one, or as soon as the journal has grown so much since that a start
 * would read it for a good part of a second; but never so often that the server would be busy with them. Thread: one at a time.
 */
final class SnapshotPace {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** About 16,000 frames of 300 readings: 0.2 s to read again. */
    private static final long MOST_BYTES = 16 << 20;
    /** A fifth of the time at most. */
    private static final int REST = 4;

    private long endedNanos;
    private long tookNanos;
    private long coveredRecords;
    private long coveredBytes;

    /** @param records position that the start has covered: the snapshot it found */
    SnapshotPace(long nowNanos, long records) {
        endedNanos = nowNanos;
        coveredRecords = records;
    }

    /**
     * Whether it is.
     *
     * @param records last position on disk
     * @param bytes that this process has committed
     */
    boolean isDue(long nowNanos, long records, long bytes) {
        long since = nowNanos - endedNanos;
        boolean news = records > coveredRecords + 1; // the note of the last snapshot is none
        return news && (since >= LONGEST_NANOS || (bytes - coveredBytes >= MOST_BYTES && since >= REST * tookNanos));
    }

    /** An attempt begins. */
    void begins(long nowNanos, long bytes) {
        endedNanos = nowNanos;
        coveredBytes = bytes;
    }

    /** It has ended; {@code records}: position that the newest snapshot covers. */
    void ended(long nowNanos, long records) {
        tookNanos = nowNanos - endedNanos;
        endedNanos = nowNanos;
        coveredRecords = records;
    }
}
