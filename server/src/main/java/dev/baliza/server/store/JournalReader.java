package dev.baliza.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The committed records from a position on, also while the journal is being written: for recovery, history, outputs and checks.
 *
 * <p>Thread: one. Whoever reads slowly holds what it needs ({@link Journal#hold}). Spec: STORE §5.
 */
public final class JournalReader implements Closeable {
    /** A position for {@link #JournalReader}: whatever is the oldest. */
    public static final long OLDEST = 0;

    private final Disk disk;
    private final long from;
    private final LongSupplier committed;
    private final Consumer<Damage> damage;

    private @Nullable SegmentReader segment;
    private @Nullable SegmentName here;
    private @Nullable SegmentName after;
    private long last;
    private long unknownKinds;

    /**
     * @param from first position wanted, or {@link #OLDEST}
     * @param committed last position that may be read: {@link Journal#committed} or {@link Recovery#committed}
     * @param damage told of what cannot be read, once each
     */
    public JournalReader(Disk disk, long from, LongSupplier committed, Consumer<Damage> damage) {
        this.disk = disk;
        this.from = from;
        this.committed = committed;
        this.damage = damage;
    }

    /** Moves to the next record of a known kind; false when all that is committed was read, and later there may be more. */
    public boolean next() throws IOException {
        while (step()) {
            JournalRecord record = record();
            if (record.position() < from) {
                continue;
            }
            if (RecordKind.of(record.kindNumber()) != null) {
                return true;
            }
            unknownKinds++;
        }
        return false;
    }

    /** The record that {@link #next} moved to. */
    public JournalRecord record() {
        if (segment == null) {
            throw new IllegalStateException("next() has found no record");
        }
        return segment.record();
    }

    /** Records passed over because a later version wrote them. */
    public long unknownKinds() {
        return unknownKinds;
    }

    private boolean step() throws IOException {
        long now = committed.getAsLong();
        if (now > last) {
            last = now; // bytes read ahead before this may be of a half-written group
            if (segment != null) {
                segment.refresh();
            }
        }
        while (true) {
            SegmentReader reading = segment == null ? open() : segment;
            if (reading == null) {
                return false;
            }
            if (reading.next(after == null ? last : Math.min(last, after.first() - 1))) {
                return true;
            }
            if (reading.expected() <= last) { // again: a segment that was begun in vain is deleted
                look();
            }
            if (after == null || last < after.first()) {
                return false;
            }
            reading.finish(after.first());
            reading.close();
            segment = null;
        }
    }

    /** Opens the segment after this one; the first time, the one in which {@link #from} is. */
    private @Nullable SegmentReader open() throws IOException {
        SegmentName next = here == null ? start() : after;
        if (next == null) {
            return null;
        }
        SegmentReader opened = new SegmentReader(disk, next, damage);
        segment = opened;
        here = next;
        look();
        return opened;
    }

    private @Nullable SegmentName start() throws IOException {
        SegmentName start = null;
        for (SegmentName name : SegmentName.listed(disk)) {
            if (start == null || name.first() <= from) {
                start = name;
            }
        }
        if (start != null && from != OLDEST && start.first() > from) {
            damage.accept(
                    new Damage(Damage.Reason.RECORDS, start.file(), 0, 0, from, start.first() - from)); // a lost file
        }
        return start;
    }

    private void look() throws IOException {
        SegmentName current = here;
        after = current == null
                ? null
                : SegmentName.listed(disk).stream()
                        .filter(name -> name.number() > current.number())
                        .findFirst()
                        .orElse(null);
    }

    @Override
    public void close() throws IOException {
        if (segment != null) {
            segment.close();
        }
    }
}
