package dev.baliza.server.store;

/**
 * What bounds the journal.
 *
 * @param segmentBytes a segment is closed before it grows longer (but for one group)
 * @param groupBytes so many waiting bytes are committed at once
 * @param groupNanos fewer are committed after this time
 * @param batchBytes what a lane may offer while its last batch is being committed; twice this is its memory
 * @param lanes most lanes
 * @param retryNanos between attempts while the disk takes nothing
 * @param reserveBytes free space below which nothing is written: snapshots and logs need some, and a disk that fills up during a sync
 *     fails for good
 */
public record JournalLimits(
        long segmentBytes,
        int groupBytes,
        long groupNanos,
        int batchBytes,
        int lanes,
        long retryNanos,
        long reserveBytes,
        Retention retention) {
    public static final JournalLimits DEFAULT =
            new JournalLimits(64 << 20, 256 << 10, 5_000_000, 1 << 20, 256, 1_000_000_000, 64 << 20, Retention.DEFAULT);

    public JournalLimits {
        if (batchBytes < RecordLayout.MAX_BYTES) {
            throw new IllegalArgumentException("a batch of " + batchBytes + " bytes does not hold the longest record");
        }
    }
}
