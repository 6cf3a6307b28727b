package dev.baliza.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The journal of a data directory: lanes fill batches, one thread commits them in groups.
 *
 * <p>Thread: any, but for {@link #run} (the writer). Limits: {@link JournalLimits}. Spec: STORE.
 */
public final class Journal implements Runnable {
    /** How it stands. */
    public enum State {
        WRITING,
        /** The disk takes nothing now; lanes fill up, and attempts go on. */
        STALLED,
        /** A sync failed: nothing is committed any more. */
        FAILED,
        /** All was written, and the journal says so on disk. */
        CLOSED
    }

    private static final int MAX_HOLDS = 64;
    private static final int FINISH_ATTEMPTS = 1_000;
    private static final long RETENTION_NANOS = 60_000_000_000L;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Disk disk;
    private final JournalLimits limits;
    private final StoreClock clock;
    private final JournalEvents events;
    private final GroupWriter writer;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final List<LongSupplier> holds = new CopyOnWriteArrayList<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Lane own;

    private volatile State state = State.WRITING;
    private volatile boolean closing;
    private volatile @Nullable Thread thread;

    private boolean due;
    private boolean starved;
    private long dueNanos;
    private long retentionNanos;

    /**
     * Goes on behind what was recovered; {@link #run} writes.
     *
     * @param salts random numbers that nobody can guess
     */
    public Journal(
            Disk disk,
            Recovery recovery,
            JournalLimits limits,
            StoreClock clock,
            IntSupplier salts,
            JournalEvents events) {
        this.disk = disk;
        this.limits = limits;
        this.clock = clock;
        this.events = events;
        SegmentWriter segment = new SegmentWriter(disk, limits.segmentBytes(), salts, recovery.nextSegment());
        writer = new GroupWriter(disk, segment, limits.reserveBytes(), recovery.committed());
        retentionNanos = clock.nanos();
        own = lane(CommittedBatch::release);
        note(RecordKind.OPENED, 0);
        own.flush();
    }

    /** A new way in. The listener is called on the writer's thread. */
    public synchronized Lane lane(Consumer<CommittedBatch> listener) {
        if (lanes.size() >= limits.lanes()) {
            throw new IllegalStateException("more than " + limits.lanes() + " lanes");
        }
        Lane lane = new Lane(listener, this::announce, limits.batchBytes());
        lanes.add(lane);
        return lane;
    }

    /** Keeps records from deletion: all above the position that the supplier names. Thread: it is called on the writer's. */
    public synchronized void hold(LongSupplier done) {
        if (holds.size() >= MAX_HOLDS) {
            throw new IllegalStateException("more than " + MAX_HOLDS + " holds");
        }
        holds.add(done);
    }

    /** Notes in the journal that a snapshot is on disk; false when there is no room for the note. */
    public boolean snapshotTaken(long position) {
        boolean noted = note(RecordKind.SNAPSHOT, position);
        own.flush();
        return noted;
    }

    private boolean note(RecordKind kind, long position) {
        return own.offer(RecordHead.of(kind, 0, 0, 0, position, clock.wallMicros()), EMPTY);
    }

    /** Last position that is on disk. */
    public long committed() {
        return writer.committed();
    }

    /** Bytes of records that this process has committed. */
    public long committedBytes() {
        return writer.committedBytes();
    }

    public State state() {
        return state;
    }

    /** Bytes of whole bursts that wait for a group. */
    public long waitingBytes() {
        return waitingBytes.get();
    }

    /** Refuses further offers, writes what waits, says on disk that it is all, and ends {@link #run}; returns at once. */
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
    }

    private void announce(int bytes) {
        long now = waitingBytes.addAndGet(bytes);
        boolean first = now == bytes;
        boolean full = now >= limits.groupBytes() && now - bytes < limits.groupBytes();
        if (bytes > 0 && (first || full)) {
            LockSupport.unpark(thread);
        }
    }

    /** Writes until {@link #close} or a failed sync. Do not interrupt the thread: that closes its file. */
    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (!closing && state != State.FAILED) {
                long wait = step();
                if (wait > 0) {
                    LockSupport.parkNanos(this, wait);
                }
            }
            if (state != State.FAILED) {
                finish();
            }
        } catch (RuntimeException | Error e) { // as a listener's fault: it is not known what it has acknowledged
            fail(e);
        } finally {
            writer.close();
        }
    }

    /** Commits what is due; returns for how many nanoseconds nothing will be. */
    long step() {
        long now = clock.nanos();
        if (now - retentionNanos >= 0) {
            retentionNanos = now + RETENTION_NANOS;
            retain();
        }
        if (state == State.STALLED) {
            if (now - dueNanos >= 0) {
                commit();
            }
        } else if (waitingBytes.get() == 0) {
            due = false;
            return retentionNanos - now;
        } else {
            if (!due) {
                due = true;
                dueNanos = now + limits.groupNanos();
            }
            boolean full = waitingBytes.get() >= limits.groupBytes() && !starved;
            if (full || now - dueNanos >= 0) {
                commit();
            }
        }
        return due ? Math.max(0, dueNanos - clock.nanos()) : 0;
    }

    /** The last groups: what the lanes hold, then the word that it is all. */
    private void finish() {
        lanes.forEach(lane -> {
            if (lane != own) {
                lane.shut();
            }
        });
        commit(); // one that waited
        for (int i = 0; i < FINISH_ATTEMPTS && state == State.WRITING && waitingBytes.get() > 0; i++) {
            commit();
            if (starved) {
                LockSupport.parkNanos(this, limits.groupNanos());
            }
        }
        if (state == State.WRITING) {
            note(RecordKind.CLOSED, 0);
            own.shut();
            commit();
        }
        if (state == State.WRITING) {
            state = State.CLOSED;
        }
    }

    private void commit() {
        due = false;
        if (!writer.waits()) {
            writer.take(lanes);
            starved = !writer.waits(); // whoever got the last groups has not given their memory back
        }
        try {
            writer.commit(clock.wallMicros());
            if (state == State.STALLED) {
                state = State.WRITING;
                events.resumed();
            }
        } catch (SyncException | ClosedChannelException e) {
            fail(e);
        } catch (IOException e) {
            due = true;
            dueNanos = clock.nanos() + limits.retryNanos();
            if (state != State.STALLED) {
                state = State.STALLED;
                events.stalled(String.valueOf(e.getMessage()));
            }
        }
    }

    private void fail(Throwable cause) {
        state = State.FAILED;
        lanes.forEach(Lane::shut);
        events.failed(cause);
    }

    private void retain() {
        try {
            long floor = new Snapshots(disk).floor();
            for (LongSupplier hold : holds) {
                floor = Math.min(floor, hold.getAsLong());
            }
            limits.retention().apply(disk, clock.wallMicros(), floor, events::deleted);
        } catch (IOException e) {
            events.retentionFailed(e);
        }
    }
}
