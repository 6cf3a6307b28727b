package dev.baliza.protocol.codec;

/** Receives the readings of a batch, a channel at a time. What it is given is only valid during the call. */
public interface ColumnVisitor {
    /**
     * Called once, before the columns.
     *
     * @param times of the vectors, in the set's unit; all 0 when the batch is stamped on arrival
     * @param count of the vectors
     */
    void times(long[] times, int count);

    /** All readings of a channel, which is a position in the set. */
    void column(int channel, ReadingColumn readings);
}
