package dev.baliza.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * How much of the journal is kept beyond what is needed. Spec: STORE §8.
 *
 * @param maxAgeMicros segments whose records are all older go
 * @param maxBytes the oldest go while all are larger together; what is needed stays all the same
 */
public record Retention(long maxAgeMicros, long maxBytes) {
    /** Seven days, 10 GiB. */
    public static final Retention DEFAULT = new Retention(7L * 86_400 * 1_000_000, 10L << 30);

    /**
     * Deletes the oldest segments.
     *
     * @param floor last position that nobody needs
     * @param deleted told the name of each
     */
    void apply(Disk disk, long nowMicros, long floor, Consumer<String> deleted) throws IOException {
        List<SegmentName> segments = SegmentName.listed(disk);
        long total = 0;
        for (SegmentName segment : segments) {
            total += disk.size(segment.file());
        }
        for (int i = 0; i + 1 < segments.size(); i++) {
            SegmentName next = segments.get(i + 1);
            boolean needed = next.first() - 1 > floor;
            if (needed || (total <= maxBytes && createdMicros(disk, next) >= nowMicros - maxAgeMicros)) {
                return;
            }
            String oldest = segments.get(i).file();
            total -= disk.size(oldest);
            disk.delete(oldest);
            disk.syncDirectory(); // so that no crash leaves an older one without the next
            deleted.accept(oldest);
        }
    }

    /** A segment is as old as the next one's header says; one that cannot be read says nothing. */
    private static long createdMicros(Disk disk, SegmentName segment) throws IOException {
        try (DiskFile file = disk.open(segment.file())) {
            ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
            file.read(bytes, 0);
            SegmentHeader header = SegmentHeader.read(bytes.flip(), segment.file());
            return header == null ? Long.MAX_VALUE : header.createdMicros();
        }
    }
}
