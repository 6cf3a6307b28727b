package dev.baliza.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Records of one lane on their way to the disk, in the form in which they will stand there. Owner: its lane, then the writer. */
final class Batch {
    private final ByteBuffer bytes;
    private int records;

    Batch(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity);
    }

    /** Adds a record without its place in the journal; false when there is no room. */
    boolean add(RecordHead head, ByteBuffer payload) {
        int length = RecordLayout.HEAD_BYTES + payload.remaining();
        if (length > RecordLayout.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a record of " + length + " bytes; " + RecordLayout.MAX_BYTES + " is most");
        }
        if (length > bytes.remaining()) {
            return false;
        }
        bytes.putInt(0).putInt(length).putLong(0);
        bytes.put((byte) head.kind().number()).put((byte) (head.byUdp() ? RecordLayout.BY_UDP : 0));
        bytes.putShort((short) head.code()).putInt((int) head.epoch());
        bytes.putLong(head.device()).putLong(head.seq()).putLong(head.arrivalMicros());
        bytes.putShort((short) head.back());
        bytes.put(bytes.position(), payload, payload.position(), payload.remaining());
        bytes.position(bytes.position() + payload.remaining());
        records++;
        return true;
    }

    /**
     * Gives the records their places; may be done again.
     *
     * @param first position of the first
     * @param firstOfGroup whether that one begins a group
     */
    void stamp(RecordSum sum, long first, boolean firstOfGroup, int salt) {
        int end = bytes.position();
        long position = first;
        for (int at = 0; at < end; position++) {
            int length = bytes.getInt(at + RecordLayout.LENGTH_OFFSET);
            int flags = bytes.get(at + RecordLayout.FLAGS_OFFSET) & ~RecordLayout.FIRST_OF_GROUP;
            flags |= firstOfGroup && at == 0 ? RecordLayout.FIRST_OF_GROUP : 0;
            bytes.putLong(at + RecordLayout.POSITION_OFFSET, position);
            bytes.put(at + RecordLayout.FLAGS_OFFSET, (byte) flags);
            int value = sum.of(bytes, at, length, salt);
            bytes.putInt(at + RecordLayout.CHECKSUM_OFFSET, value);
            at += length;
            bytes.limit(bytes.capacity());
        }
        bytes.position(end);
    }

    void writeTo(DiskFile file) throws IOException {
        int end = bytes.position();
        try {
            file.append(bytes.flip());
        } finally {
            bytes.limit(bytes.capacity()).position(end);
        }
    }

    int size() {
        return bytes.position();
    }

    int records() {
        return records;
    }

    /** Moves a view to the record at this offset; returns where the next one is. */
    int view(JournalRecord record, int at) {
        record.wrap(bytes, at);
        return at + bytes.getInt(at + RecordLayout.LENGTH_OFFSET);
    }

    void clear() {
        bytes.clear();
        records = 0;
    }
}
