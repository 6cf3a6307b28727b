package dev.baliza.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a data directory holds at the start of a server. Spec: STORE §6.
 *
 * @param snapshot newest one that can be read
 * @param committed last position that counts; replay from the snapshot's + 1 up to it with a {@link JournalReader}
 * @param unclean whether the last process ended without closing its journal
 * @param nextSegment number that no segment has
 */
public record Recovery(@Nullable Snapshot snapshot, long committed, boolean unclean, long nextSegment) {
    /**
     * Looks for the end of the journal, and makes durable what stands before it. No file has other content afterwards.
     *
     * @param damage told of torn ends and of snapshots that cannot be read; the rest is told by readers
     */
    public static Recovery of(Disk disk, Consumer<Damage> damage) throws IOException {
        Snapshot snapshot = new Snapshots(disk).newest(damage);
        long covered = snapshot == null ? 0 : snapshot.position();
        List<SegmentName> segments = SegmentName.listed(disk);
        if (segments.isEmpty()) {
            return new Recovery(snapshot, covered, false, 1);
        }
        SegmentName last = segments.get(segments.size() - 1);
        End end = End.of(disk, last, damage);
        end.secure(disk, last);
        return new Recovery(snapshot, Math.max(covered, end.committed), !end.closed, last.number() + 1);
    }

    /** First position to replay. */
    public long replayFrom() {
        return snapshot == null ? 1 : snapshot.position() + 1;
    }

    /**
     * Where the last segment ends.
     *
     * @param offset behind the last record that counts
     * @param unprovenOffset from where on nothing behind it proves that it was synced
     */
    private record End(long committed, boolean closed, long offset, long unprovenOffset) {
        /**
         * Up to the first hole that no later group has proven: a group is written only after the one before it was synced, so the
         * first record of a group says that all before it were committed, and what is missing there is damage.
         */
        static End of(Disk disk, SegmentName last, Consumer<Damage> damage) throws IOException {
            try (SegmentReader segment = new SegmentReader(disk, last, ignored -> {})) {
                long committed = last.first() - 1;
                long offset = segment.offset();
                long unproven = offset;
                boolean closed = false;
                long aside = 0;
                while (segment.next(Long.MAX_VALUE)) {
                    JournalRecord record = segment.record();
                    if (record.firstOfGroup()) {
                        boolean foremost = record.position() == last.first(); // the header is synced with its group
                        unproven = foremost ? 0 : segment.offset() - record.bytes();
                    }
                    if (record.firstOfGroup() || (aside == 0 && !segment.afterHole())) {
                        committed = record.position();
                        offset = segment.offset();
                        closed = record.kindNumber() == RecordKind.CLOSED.number();
                        aside = 0;
                    } else {
                        aside++;
                    }
                }
                long torn = segment.size() - offset;
                if (torn > 0) {
                    damage.accept(new Damage(Damage.Reason.TORN, last.file(), offset, torn, committed + 1, aside));
                }
                return new End(committed, closed, offset, unproven);
            }
        }

        /**
         * A killed process may have left records that only the system's cache holds, and after a sync that failed the system takes
         * them for clean: they are written again as they stand, or the next sync would not write them.
         */
        void secure(Disk disk, SegmentName last) throws IOException {
            try (DiskFile file = disk.open(last.file())) {
                ByteBuffer bytes = ByteBuffer.allocate((int) (offset - unprovenOffset));
                file.read(bytes, unprovenOffset);
                file.overwrite(bytes.flip(), unprovenOffset);
                file.sync();
            }
            disk.syncDirectory();
        }
    }
}
