package dev.baliza.server.session;

import dev.baliza.server.store.CommittedBatch;
import dev.baliza.server.store.JournalRecord;
import dev.baliza.server.store.Lane;
import dev.baliza.server.store.RecordHead;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The records of a shard on their way to the disk, and what is to be done when each is there. Thread: the shard's. Limits: the
 * room of its lane.
 */
public final class ShardJournal {
    /** What a record is for. */
    @FunctionalInterface
    interface Waiting {
        /** For a record of something that is in force already. */
        Waiting NOTHING = (record, nowMicros) -> {};

        /** The record is on disk. It is borrowed for this call. */
        void committed(JournalRecord record, long nowMicros);
    }

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Lane lane;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long applied;

    /** @param applied position up to which the shard's state holds all records of its devices */
    public ShardJournal(Lane lane, long applied) {
        this.lane = lane;
        this.applied = applied;
    }

    /** Takes a record in; false when there is no room: then nothing may follow from it. */
    boolean offer(RecordHead head, ByteBuffer payload, Waiting then) {
        boolean taken = lane.offer(head, payload);
        if (taken) {
            waiting.add(then);
        }
        return taken;
    }

    boolean offer(RecordHead head, Waiting then) {
        return offer(head, EMPTY, then);
    }

    /** Lets what was offered go to the disk with the next group. */
    void flush() {
        lane.flush();
    }

    /** Does what was to be done for these records, in their order, and gives them back. */
    void committed(CommittedBatch batch, long nowMicros) {
        while (batch.next()) {
            waiting.remove().committed(batch.record(), nowMicros);
        }
        applied = batch.position();
        batch.release();
    }

    /** Last position whose record was applied here. */
    long applied() {
        return applied;
    }

    /** Records that are not on disk yet. */
    int waiting() {
        return waiting.size();
    }
}
