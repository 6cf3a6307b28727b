package dev.baliza.server.store;

import java.io.IOException;
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
     * Looks for the end of the journal, and makes durable what stands before it. Changes no file.
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
        sync(disk, last);
        return new Recovery(snapshot, Math.max(covered, end.committed), !end.closed, last.number() + 1);
    }

    /** First position to replay. */
    public long replayFrom() {
        return snapshot == null ? 1 : snapshot.position() + 1;
    }

    /** A killed process may have left records that only the system's cache holds: they must not be lost once they count. */
    private static void sync(Disk disk, SegmentName last) throws IOException {
        try (DiskFile file = disk.open(last.file())) {
            file.sync();
        }
        disk.syncDirectory();
    }

    /** Where the last segment ends. */
    private record End(long committed, boolean closed) {
        /**
         * Up to the first hole that no later group has proven: a group is written only after the one before it was synced, so the
         * first record of a group says that all before it were committed, and what is missing there is damage.
         */
        static End of(Disk disk, SegmentName last, Consumer<Damage> damage) throws IOException {
            try (SegmentReader segment = new SegmentReader(disk, last, ignored -> {})) {
                long committed = last.first() - 1;
                long offset = segment.offset();
                boolean closed = false;
                long aside = 0;
                while (segment.next(Long.MAX_VALUE)) {
                    JournalRecord record = segment.record();
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
                return new End(committed, closed);
            }
        }
    }
}
