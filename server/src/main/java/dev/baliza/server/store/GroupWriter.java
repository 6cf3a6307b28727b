package dev.baliza.server.store;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes groups of batches, one sync for each, and acknowledges nothing that is not synced. Thread: the writer's.
 *
 * <p>A write that fails changes nothing: the group stays, is cut off the file and written again. A sync that fails is final: the
 * system may have dropped the bytes and call the next sync a success.
 */
final class GroupWriter {
    private record Part(Lane lane, Batch batch) {}

    private final Disk disk;
    private final SegmentWriter segment;
    private final long reserveBytes;
    private final RecordSum sum = new RecordSum();
    private final List<Part> group = new ArrayList<>();

    private long groupBytes;
    private volatile long committed;
    private volatile long committedBytes;
    private long bytes;

    GroupWriter(Disk disk, SegmentWriter segment, long reserveBytes, long committed) {
        this.disk = disk;
        this.segment = segment;
        this.reserveBytes = reserveBytes;
        this.committed = committed;
    }

    /** Last position on disk. Thread: any. */
    long committed() {
        return committed;
    }

    /** Bytes of records committed so far. Thread: any. */
    long committedBytes() {
        return committedBytes;
    }

    /** Whether a group waits for another attempt. */
    boolean waits() {
        return !group.isEmpty();
    }

    /** Takes what the lanes hold as the next group. */
    void take(Iterable<Lane> lanes) {
        for (Lane lane : lanes) {
            Batch batch = lane.take();
            if (batch != null) {
                group.add(new Part(lane, batch));
                groupBytes += batch.size();
            }
        }
    }

    /**
     * Writes and syncs the group, and tells its lanes.
     *
     * @throws SyncException it is not known what is on disk
     * @throws ClosedChannelException the file was closed under the writer
     * @throws IOException it could not be written; try again later
     */
    void commit(long wallMicros) throws IOException {
        if (group.isEmpty()) {
            return;
        }
        long free = disk.freeBytes();
        if (free < groupBytes + reserveBytes) {
            throw new IOException("disk full: " + free + " bytes are free, and the store leaves " + reserveBytes
                    + " to others; make room or set a shorter retention");
        }
        DiskFile file = segment.begin(committed + 1, groupBytes, wallMicros);
        long position = committed + 1;
        for (Part part : group) {
            part.batch.stamp(sum, position, position == committed + 1, segment.salt());
            part.batch.writeTo(file);
            position += part.batch.records();
        }
        segment.commit();
        acknowledge();
    }

    private void acknowledge() {
        long position = committed;
        for (Part part : group) {
            position += part.batch.records();
            part.lane.committed(position);
        }
        bytes += groupBytes;
        committedBytes = bytes;
        committed = position; // last: who sees it knows that the lanes were told
        group.clear();
        groupBytes = 0;
    }

    void close() {
        segment.close();
    }
}
