package dev.baliza.server.store;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One producer's way into the journal and back: it fills a batch while the writer commits the one before, and gets each back when
 * it is on disk.
 *
 * <p>Thread: any for offering; the lock is held for one copy of a record. Limits: three batches – filled, written, looked at; when
 * none is left, offers are refused.
 */
public final class Lane {
    private static final int MAX_BATCHES = 3;

    private final Consumer<CommittedBatch> listener;
    private final IntConsumer announce;
    private final int batchBytes;
    private final Deque<Batch> free = new ArrayDeque<>(MAX_BATCHES);

    private int made = 1;
    private Batch filling;
    private int announced;
    private boolean shut;
    private @Nullable Batch taken;

    /**
     * @param listener told of what is on disk, on the writer's thread: pass it on to your own and return at once
     * @param announce told of bytes that wait for a group, or, negative, wait no more
     */
    Lane(Consumer<CommittedBatch> listener, IntConsumer announce, int batchBytes) {
        this.listener = listener;
        this.announce = announce;
        this.batchBytes = batchBytes;
        filling = new Batch(batchBytes);
    }

    /**
     * Copies a record in; it waits at the latest for {@link #flush}. False when there is no room, or never again: refuse the frame
     * (STORE_STALLED).
     *
     * @param payload its remaining bytes; left as it is
     */
    public synchronized boolean offer(RecordHead head, ByteBuffer payload) {
        if (shut) {
            return false;
        }
        boolean added = filling.add(head, payload);
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

    /** Takes all that was offered, for the writer; null when it is nothing. The one taken before was committed. */
    synchronized @Nullable Batch take() {
        if (filling.size() == 0 || (free.isEmpty() && made == MAX_BATCHES)) {
            return null;
        }
        announce.accept(-announced);
        announced = 0;
        taken = filling;
        Batch empty = free.poll();
        if (empty == null) {
            made++;
            empty = new Batch(batchBytes);
        }
        filling = empty;
        return taken;
    }

    /** The batch taken last is on disk and ends at this position. */
    void committed(long position) {
        Batch done;
        synchronized (this) {
            done = taken;
            taken = null;
        }
        if (done == null) {
            throw new IllegalStateException("nothing was taken");
        }
        listener.accept(new CommittedBatch(this, done, position));
    }

    synchronized void release(Batch batch) {
        batch.clear();
        free.add(batch);
    }

    /** Refuses all from now on; what was offered waits for the next group. */
    synchronized void shut() {
        flush();
        shut = true;
    }
}
