package dev.baliza.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The whole records of one segment, in order, past whatever is damaged between them. Thread: one. Limits: a window of 256 KiB of the
 * file. Spec: STORE §5.
 */
final class SegmentReader implements Closeable {
    private static final int BLOCK_BYTES = 4_096;

    private final SegmentName name;
    private final String called;
    private final DiskFile file;
    private final Consumer<Damage> damage;
    private final RecordSum sum = new RecordSum();
    private final JournalRecord record = new JournalRecord();
    private final ByteBuffer window = ByteBuffer.allocate(2 * RecordLayout.MAX_BYTES);

    private long windowOffset;
    private int windowBytes;
    private long offset = SegmentHeader.BYTES;
    private long expected;
    private boolean afterHole;
    private boolean headerDamaged;

    SegmentReader(Disk disk, SegmentName listed, Consumer<Damage> damage) throws IOException {
        called = listed.file();
        this.damage = damage;
        file = disk.open(called);
        load(0, SegmentHeader.BYTES);
        SegmentHeader header = SegmentHeader.read(window.slice(0, windowBytes), called);
        headerDamaged = header == null || !header.name().equals(listed);
        name = header == null ? listed : header.name();
        expected = listed.first();
    }

    /** Moves to the next whole record up to this position; false when there is none (yet). */
    boolean next(long last) throws IOException {
        afterHole = false;
        while (expected <= last) {
            if (whole(offset, offset)) {
                if (headerDamaged) { // one without records is of a process that ended while it began the segment
                    headerDamaged = false;
                    damage.accept(new Damage(Damage.Reason.HEADER, called, 0, SegmentHeader.BYTES, expected, 0));
                }
                int at = (int) (offset - windowOffset);
                offset += window.getInt(at + RecordLayout.LENGTH_OFFSET);
                expected = record.wrap(window, at).position() + 1;
                return true;
            }
            long found = search();
            if (found < 0) {
                return false;
            }
            long position = window.getLong((int) (found - windowOffset) + RecordLayout.POSITION_OFFSET);
            report(found, position);
            afterHole = true;
            offset = found;
            expected = position;
        }
        return false;
    }

    /** The record that {@link #next} moved to. */
    JournalRecord record() {
        return record;
    }

    /** Whether damage was passed over on the way to the record. */
    boolean afterHole() {
        return afterHole;
    }

    /** Position that comes next. */
    long expected() {
        return expected;
    }

    /** End of the last whole record. */
    long offset() {
        return offset;
    }

    long size() throws IOException {
        return file.size();
    }

    /** Forgets what was read ahead: the file has grown. */
    void refresh() {
        windowBytes = 0;
    }

    /** Says what is missing when nothing more will come before this position. */
    void finish(long nextFirst) throws IOException {
        if (expected < nextFirst) {
            report(Math.max(offset, size()), nextFirst);
        }
    }

    private void report(long end, long position) {
        damage.accept(new Damage(Damage.Reason.RECORDS, called, offset, end - offset, expected, position - expected));
    }

    /** Offset of the next whole record behind {@link #offset}, or −1. */
    private long search() throws IOException {
        long last = size() - RecordLayout.HEAD_BYTES;
        for (long candidate = offset + 1; candidate <= last; candidate++) {
            if (whole(candidate, offset)) {
                return candidate;
            }
        }
        return -1;
    }

    /** Whether length, position and checksum fit a record here; cheap ones first. Loads it into the window. */
    private boolean whole(long at, long holeStart) throws IOException {
        if (!load(at, RecordLayout.HEAD_BYTES)) {
            return false;
        }
        int head = (int) (at - windowOffset);
        int length = window.getInt(head + RecordLayout.LENGTH_OFFSET);
        long missing = window.getLong(head + RecordLayout.POSITION_OFFSET) - expected;
        if (length < RecordLayout.HEAD_BYTES
                || length > RecordLayout.MAX_BYTES
                || missing < 0
                || missing > (at - holeStart) / RecordLayout.HEAD_BYTES
                || !load(at, length)) {
            return false;
        }
        head = (int) (at - windowOffset);
        int wanted = window.getInt(head + RecordLayout.CHECKSUM_OFFSET);
        boolean right = sum.of(window, head, length, name.salt()) == wanted;
        window.clear();
        return right;
    }

    private boolean load(long at, int bytes) throws IOException {
        if (at < windowOffset || at + bytes > windowOffset + windowBytes) {
            window.clear();
            windowOffset = at;
            windowBytes = fill();
            window.clear();
        }
        return at + bytes <= windowOffset + windowBytes;
    }

    private int fill() throws IOException {
        try {
            return file.read(window, windowOffset);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            return fillByBlocks();
        }
    }

    /** A block that the disk cannot read counts as zeros: what stood in it is damaged, the rest is not. */
    private int fillByBlocks() throws IOException {
        int bytes = (int) Math.min(window.capacity(), size() - windowOffset);
        for (int at = 0; at < bytes; ) {
            int end = Math.min(bytes, at + BLOCK_BYTES - (int) ((windowOffset + at) % BLOCK_BYTES));
            window.limit(end).position(at);
            try {
                file.read(window, windowOffset + at);
            } catch (IOException e) {
                Arrays.fill(window.array(), window.arrayOffset() + at, window.arrayOffset() + end, (byte) 0);
            }
            at = end;
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
