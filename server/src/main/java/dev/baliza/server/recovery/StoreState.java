package dev.baliza.server.recovery;

import dev.baliza.server.store.Damage;
import dev.baliza.server.store.JournalEvents;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there is to say of the store: in the log and as numbers. Thread: any. */
final class StoreState implements JournalEvents {
    private static final Logger LOG = LoggerFactory.getLogger(StoreState.class);

    private final AtomicLong damaged = new AtomicLong();
    private final AtomicLong stalls = new AtomicLong();
    private final AtomicLong deletedSegments = new AtomicLong();
    private final AtomicLong snapshots = new AtomicLong();
    private final AtomicLong snapshotFailures = new AtomicLong();
    private volatile Runnable onFailure;
    private volatile boolean stalled;
    private volatile long unreadable;

    /** @param onFailure ends the process: nothing will be stored any more */
    StoreState(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    void failWith(Runnable end) {
        onFailure = end;
    }

    /** A part of a file that could not be read. A torn end is no loss: nothing of it was acknowledged. */
    void damaged(Damage damage) {
        if (damage.reason() == Damage.Reason.TORN) {
            LOG.info("store: {}", damage);
        } else {
            damaged.addAndGet(Math.max(1, damage.records()));
            LOG.error("store: {}", damage);
        }
    }

    void unreadable(long records) {
        unreadable = records;
        if (records > 0) {
            LOG.error(
                    "store: the content of {} records could not be applied, because what describes it was damaged; their"
                            + " frames count, their readings do not",
                    records);
        }
    }

    void snapshotTaken() {
        snapshots.incrementAndGet();
    }

    void snapshotFailed(Exception cause) {
        snapshotFailures.incrementAndGet();
        LOG.warn("store: no snapshot could be written, the next attempt follows: {}", cause.toString());
    }

    @Override
    public void stalled(String reason) {
        stalled = true;
        stalls.incrementAndGet();
        LOG.error("store: nothing can be written; devices are told to send again later: {}", reason);
    }

    @Override
    public void resumed() {
        stalled = false;
        LOG.info("store: writing again; all that waited is stored");
    }

    @Override
    public void failed(Throwable cause) {
        LOG.error(
                "store: it is not known any more what is on disk; the server ends, and a new one goes on from there",
                cause);
        onFailure.run();
    }

    @Override
    public void deleted(String segment) {
        deletedSegments.incrementAndGet();
        LOG.info("store: deleted {}, which is older or larger than is kept", segment);
    }

    @Override
    public void retentionFailed(IOException cause) {
        LOG.warn("store: old segments cannot be deleted: {}", cause.toString());
    }

    boolean isStalled() {
        return stalled;
    }

    /** Records of earlier processes that cannot be read or applied. */
    long damagedRecords() {
        return damaged.get() + unreadable;
    }

    Map<String, Long> events() {
        Map<String, Long> events = new TreeMap<>();
        events.put("store_stalls", stalls.get());
        events.put("store_segments_deleted", deletedSegments.get());
        events.put("store_snapshots", snapshots.get());
        events.put("store_snapshots_failed", snapshotFailures.get());
        return events;
    }
}
