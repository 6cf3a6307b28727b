package dev.baliza.server.history;

import dev.baliza.server.books.DescribedDevice;
import dev.baliza.server.store.Disk;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Readings out of the store of a running server. Thread: any. Limits: {@link #MOST} scans at a time. */
public final class History {
    /** Scans at a time: each has a thread and reads the disk as fast as its client takes it. */
    public static final int MOST = 4;

    private final Disk disk;
    private final LongSupplier committed;
    private final Function<String, CompletableFuture<Optional<DescribedDevice>>> devices;
    private final Set<Scan> scans = ConcurrentHashMap.newKeySet();

    /**
     * @param committed last position on disk
     * @param devices finds a device by label or id
     */
    public History(
            Disk disk, LongSupplier committed, Function<String, CompletableFuture<Optional<DescribedDevice>>> devices) {
        this.disk = disk;
        this.committed = committed;
        this.devices = devices;
    }

    /** The device of a query. */
    public CompletableFuture<Optional<DescribedDevice>> find(HistoryQuery query) {
        return devices.apply(query.device());
    }

    /** Opens a scan, which keeps what it has not read from deletion until it is ended; null when there are too many. */
    public @Nullable Scan open(DescribedDevice device, HistoryQuery query) {
        Scan scan = new Scan(disk, committed, device, query);
        synchronized (scans) {
            if (scans.size() >= MOST) {
                return null;
            }
            scans.add(scan);
        }
        return scan;
    }

    /** Ends a scan, run or not. */
    public void end(Scan scan) {
        scans.remove(scan);
    }

    /** Last position that no scan needs any more. */
    public long done() {
        return scans.stream().mapToLong(Scan::position).min().orElse(Long.MAX_VALUE);
    }
}
