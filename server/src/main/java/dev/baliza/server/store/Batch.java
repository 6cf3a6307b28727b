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
    boolean add(RecordKind kind, int code, long device, long epoch, long seq, long arrivalMicros, ByteBuffer payload) {
        int length = RecordLayout.HEAD_BYTES + payload.remaining();
        if (length > RecordLayout.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a record of " + length + " bytes; " + RecordLayout.MAX_BYTES + " is most");
        }
        if (length > bytes.remaining()) {
            return false;
        }
        bytes.putInt(0).putInt(length).putLong(0);
        bytes.put((byte) kind.number()).put((byte) 0).putShort((short) code).putInt((int) epoch);
        bytes.putLong(device).putLong(seq).putLong(arrivalMicros);
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
            int flags = firstOfGroup && at == 0 ? RecordLayout.FIRST_OF_GROUP : 0;
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

    void clear() {
        bytes.clear();
        records = 0;
    }
}
