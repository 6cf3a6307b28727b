package dev.baliza.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The segment at the end of the journal. Thread: the writer's. Spec: STORE §2. */
final class SegmentWriter implements Closeable {
    private final Disk disk;
    private final long segmentBytes;
    private final IntSupplier salts;

    private long nextNumber;
    private @Nullable DiskFile file;
    private SegmentName name = new SegmentName(0, 0, 0);
    private long committedBytes;
    private boolean uncommitted;

    /** @param nextNumber that no segment has; it always begins a new one */
    SegmentWriter(Disk disk, long segmentBytes, IntSupplier salts, long nextNumber) {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.salts = salts;
        this.nextNumber = nextNumber;
    }

    /** The file for a group of this size; begins a new one when there is none or it would grow too long. */
    DiskFile begin(long first, long groupBytes, long wallMicros) throws IOException {
        DiskFile current = file;
        if (current != null && uncommitted) {
            current.truncate(committedBytes);
            uncommitted = false;
        }
        boolean empty = committedBytes <= SegmentHeader.BYTES;
        if (current == null || (!empty && committedBytes + groupBytes > segmentBytes)) {
            current = roll(first, wallMicros);
        }
        uncommitted = true;
        return current;
    }

    private DiskFile roll(long first, long wallMicros) throws IOException {
        SegmentName next = new SegmentName(nextNumber++, first, salts.getAsInt());
        DiskFile created = disk.create(next.file());
        try {
            created.append(new SegmentHeader(next, wallMicros).bytes());
        } catch (IOException e) {
            created.close();
            disk.delete(next.file());
            throw e;
        }
        close();
        file = created;
        name = next;
        committedBytes = SegmentHeader.BYTES;
        try {
            disk.syncDirectory();
        } catch (IOException e) {
            throw new SyncException("the data directory", e);
        }
        return created;
    }

    int salt() {
        return name.salt();
    }

    /** Syncs what was appended since {@link #begin}. */
    void commit() throws IOException {
        DiskFile current = file;
        if (current == null) {
            throw new IllegalStateException("nothing was begun");
        }
        try {
            current.sync();
        } catch (IOException e) {
            throw new SyncException(name.file(), e);
        }
        committedBytes = current.size();
        uncommitted = false;
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            file = null; // what counts in it was synced
        }
    }
}
