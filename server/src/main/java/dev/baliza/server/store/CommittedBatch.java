package dev.baliza.server.store;

/**
 * Records of one lane that are on disk, in the order in which they were offered. They are read where they were filled in: give
 * them back with {@link #release}, or the lane runs out of room. Thread: one at a time.
 */
public final class CommittedBatch {
    private final Lane lane;
    private final Batch batch;
    private final long position;
    private final JournalRecord record = new JournalRecord();
    private int at;

    CommittedBatch(Lane lane, Batch batch, long position) {
        this.lane = lane;
        this.batch = batch;
        this.position = position;
    }

    /** Position of the last record. */
    public long position() {
        return position;
    }

    public int records() {
        return batch.records();
    }

    /** Moves to the next record; false behind the last. */
    public boolean next() {
        if (at == batch.size()) {
            return false;
        }
        at = batch.view(record, at);
        return true;
    }

    /** The record that {@link #next} moved to; valid until {@link #release}. */
    public JournalRecord record() {
        return record;
    }

    /** Gives the memory back; once. */
    public void release() {
        lane.release(batch);
    }
}
