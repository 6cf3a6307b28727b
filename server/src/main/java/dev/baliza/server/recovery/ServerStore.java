package dev.baliza.server.recovery;

import dev.baliza.server.books.DescribedDevice;
import dev.baliza.server.history.History;
import dev.baliza.server.store.DirectoryLock;
import dev.baliza.server.store.Disk;
import dev.baliza.server.store.FileDisk;
import dev.baliza.server.store.Journal;
import dev.baliza.server.store.JournalLimits;
import dev.baliza.server.store.Recovery;
import dev.baliza.server.store.Retention;
import dev.baliza.server.store.Snapshots;
import dev.baliza.server.store.StoreClock;
import dev.baliza.server.transport.ShardLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a running server. {@link #open} brings the devices back to where the last process had them; {@link #start} goes on
 * from there, with a snapshot now and then ({@link SnapshotPace}); {@link #close} says on disk that it was all. Thread: any.
 */
public final class ServerStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerStore.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Path directory;
    private final DirectoryLock lock;
    private final Disk disk;
    private final Recovery recovery;
    private final StoreState state;
    private final Journal journal;
    private final Thread writer;
    private final Thread snapshotting;
    private final List<ShardLoop> loops;
    private final SnapshotTaker taker;
    private volatile boolean closing;
    private boolean started;
    private final SnapshotPace pace;

    private ServerStore(
            Path directory,
            DirectoryLock lock,
            Disk disk,
            Recovery recovery,
            StoreState state,
            Retention retention,
            List<ShardLoop> loops,
            StoreClock clock) {
        this.directory = directory;
        this.lock = lock;
        this.disk = disk;
        this.recovery = recovery;
        this.state = state;
        this.loops = loops;
        pace = new SnapshotPace(System.nanoTime(), recovery.replayFrom() - 1);
        SecureRandom salts = new SecureRandom();
        journal = new Journal(disk, recovery, limits(retention), clock, salts::nextInt, state);
        taker = new SnapshotTaker(new Snapshots(disk), journal, new LoopShards(loops), clock::wallMicros);
        writer = new Thread(journal, "baliza-journal");
        snapshotting = new Thread(this::takeSnapshots, "baliza-snapshots");
        snapshotting.setDaemon(true);
    }

    private static JournalLimits limits(Retention retention) {
        JournalLimits usual = JournalLimits.DEFAULT;
        return new JournalLimits(
                usual.segmentBytes(),
                usual.groupBytes(),
                usual.groupNanos(),
                usual.batchBytes(),
                usual.lanes(),
                usual.retryNanos(),
                usual.reserveBytes(),
                retention);
    }

    /**
     * Restores the devices; before the loops get their first frame.
     *
     * @throws IOException another server has the directory, or it cannot be read
     */
    public static ServerStore open(Path directory, Retention retention, List<ShardLoop> loops, StoreClock clock)
            throws IOException {
        DirectoryLock lock =
                DirectoryLock.take(directory, ProcessHandle.current().pid());
        try {
            StoreState state = new StoreState(() -> {});
            Disk disk = new FileDisk(directory);
            long begin = clock.nanos();
            Recovery recovery = Recovery.of(disk, state::damaged);
            Restore restored = Restore.of(disk, recovery, new LoopShards(loops), state::damaged);
            state.unreadable(restored.unreadable());
            ServerStore store = new ServerStore(directory, lock, disk, recovery, state, retention, loops, clock);
            if (recovery.committed() > 0) {
                LOG.info(
                        "store: {} records, {} of them read again in {} ms{}",
                        recovery.committed(),
                        restored.records(),
                        TimeUnit.NANOSECONDS.toMillis(clock.nanos() - begin),
                        recovery.unclean() ? "; the last shutdown was unclean" : "");
            }
            return store;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Begins to write.
     *
     * @param end ends the process when nothing can be stored any more
     */
    public void start(Runnable end) {
        state.failWith(end);
        loops.forEach(loop -> loop.useJournal(journal, recovery.committed()));
        started = true;
        writer.start();
        snapshotting.start();
    }

    private void takeSnapshots() {
        while (!closing) {
            LockSupport.parkNanos(this, LOOK_NANOS);
            if (!closing && snapshotIsDue()) {
                takeSnapshot();
            }
        }
    }

    private synchronized boolean snapshotIsDue() {
        return pace.isDue(System.nanoTime(), journal.committed(), journal.committedBytes());
    }

    private synchronized void takeSnapshot() {
        pace.begins(System.nanoTime(), journal.committedBytes());
        try {
            long covered = taker.take();
            pace.ended(System.nanoTime(), covered);
            state.snapshotTaken();
        } catch (IOException | RuntimeException e) {
            state.snapshotFailed(e);
        }
    }

    /** Waits until all that was taken in is stored and acknowledged, for so long at most; returns whether it is. */
    public boolean settle(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        while (waiting() > 0) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
        }
        return true;
    }

    private long waiting() {
        return loops.stream().mapToLong(ShardLoop::waitingRecords).sum();
    }

    /**
     * Writes a last snapshot and closes the journal; the loops must still run, and no frame may come any more. One that was not
     * started leaves the files as they are.
     */
    @Override
    public void close() {
        closing = true;
        try {
            if (started) {
                finish();
            }
            lock.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("store: {}", e.toString());
        }
    }

    private void finish() throws InterruptedException {
        LockSupport.unpark(snapshotting);
        if (journal.state() == Journal.State.WRITING) {
            takeSnapshot();
        }
        journal.close();
        writer.join();
        snapshotting.join();
    }

    public Path directory() {
        return directory;
    }

    /** The files, for readers. */
    public Disk disk() {
        return disk;
    }

    /**
     * Readings out of it; once.
     *
     * @param devices finds a device by label or id
     */
    public History history(Function<String, CompletableFuture<Optional<DescribedDevice>>> devices) {
        History history = new History(disk, journal::committed, devices);
        journal.hold(history::done);
        return history;
    }

    public Journal journal() {
        return journal;
    }

    public Map<String, Long> events() {
        return state.events();
    }

    public Map<String, Long> gauges() {
        Map<String, Long> gauges = new TreeMap<>();
        gauges.put("prev_shutdown_unclean", recovery.unclean() ? 1L : 0L);
        gauges.put("store_stalled", state.isStalled() ? 1L : 0L);
        gauges.put("store_committed_position", journal.committed());
        gauges.put("store_waiting_bytes", journal.waitingBytes());
        gauges.put("store_damaged_records", state.damagedRecords());
        return gauges;
    }
}
