package dev.baliza.server.store;

import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One producer's way into the journal: it fills a batch while the writer commits the one before.
 *
 * <p>Thread: any for offering; the lock is held for one copy of a record. Limits: two batches; when both are full, offers are refused.
 */
public final class Lane {
    /** Told of what is on disk. Thread: the writer's; return at once, and pass on to your own thread. */
    public interface Listener {
        /**
         * Records of this lane are committed, in the order in which they were offered.
         *
         * @param records of this lane since it was made
         * @param position of the last one
         */
        void committed(long records, long position);
    }

    private final Listener listener;
    private final IntConsumer announce;

    private Batch filling;
    private @Nullable Batch spare;
    private int announced;
    private boolean shut;

    private @Nullable Batch taken;
    private long committedRecords;

    /** @param announce told of bytes that wait for a group, or, negative, wait no more */
    Lane(Listener listener, IntConsumer announce, int batchBytes) {
        this.listener = listener;
        this.announce = announce;
        filling = new Batch(batchBytes);
        spare = new Batch(batchBytes);
    }

    /**
     * Copies a record in; it waits at the latest for {@link #flush}. False when there is no room, or never again: refuse the frame
     * (STORE_STALLED).
     *
     * @param code type of the frame or reason of the rejection
     * @param payload its remaining bytes; left as it is
     */
    public synchronized boolean offer(
            RecordKind kind, int code, long device, long epoch, long seq, long arrivalMicros, ByteBuffer payload) {
        if (shut) {
            return false;
        }
        boolean added = filling.add(kind, code, device, epoch, seq, arrivalMicros, payload);
        if (!added) {
            flush();
        }
        return added;
    }

    /** Makes what was offered wait for the next group; call it at the end of a burst. */
    public synchronized void flush() {
        int fresh = filling.size() - announced;
        announced = filling.size();
        if (fresh > 0) {
            announce.accept(fresh);
        }
    }

    /** Takes all that was offered, for the writer; null when it is nothing. The one taken before was released. */
    synchronized @Nullable Batch take() {
        Batch empty = spare;
        if (filling.size() == 0 || empty == null) {
            return null;
        }
        announce.accept(-announced);
        announced = 0;
        taken = filling;
        filling = empty;
        spare = null;
        return taken;
    }

    /** The batch taken last is on disk and ends at this position. */
    void committed(long position) {
        synchronized (this) {
            Batch done = taken;
            if (done == null) {
                throw new IllegalStateException("nothing was taken");
            }
            committedRecords += done.records();
            done.clear();
            spare = done;
            taken = null;
        }
        listener.committed(committedRecords, position);
    }

    /** Refuses all from now on. */
    synchronized void shut() {
        shut = true;
    }
}
