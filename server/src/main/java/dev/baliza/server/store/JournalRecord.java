package dev.baliza.server.store;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/** A view of one record; valid until its reader moves on. Spec: STORE §3. */
public final class JournalRecord {
    private ByteBuffer bytes = ByteBuffer.allocate(RecordLayout.HEAD_BYTES);
    private int at;

    JournalRecord wrap(ByteBuffer bytes, int at) {
        this.bytes = bytes;
        this.at = at;
        return this;
    }

    /** Number of the record in the journal, from 1 on. */
    public long position() {
        return bytes.getLong(at + RecordLayout.POSITION_OFFSET);
    }

    /** Its kind; readers pass over those they do not know. */
    public RecordKind kind() {
        return requireNonNull(RecordKind.of(kindNumber()));
    }

    int kindNumber() {
        return bytes.get(at + RecordLayout.KIND_OFFSET) & 0xFF;
    }

    boolean firstOfGroup() {
        return (bytes.get(at + RecordLayout.FLAGS_OFFSET) & RecordLayout.FIRST_OF_GROUP) != 0;
    }

    /** Type of the frame or reason of the rejection. */
    public int code() {
        return bytes.getShort(at + RecordLayout.CODE_OFFSET) & 0xFFFF;
    }

    public long epoch() {
        return bytes.getInt(at + RecordLayout.EPOCH_OFFSET) & 0xFFFF_FFFFL;
    }

    public long device() {
        return bytes.getLong(at + RecordLayout.DEVICE_OFFSET);
    }

    public long seq() {
        return bytes.getLong(at + RecordLayout.SEQ_OFFSET);
    }

    public long arrivalMicros() {
        return bytes.getLong(at + RecordLayout.ARRIVAL_OFFSET);
    }

    /** As in the frame: how far its floor is behind its number (SPEC §4.3). */
    public int back() {
        return bytes.getShort(at + RecordLayout.BACK_OFFSET) & 0xFFFF;
    }

    /** Whether the frame came by UDP. */
    public boolean byUdp() {
        return (bytes.get(at + RecordLayout.FLAGS_OFFSET) & RecordLayout.BY_UDP) != 0;
    }

    /** Its length with all before the payload. */
    int bytes() {
        return bytes.getInt(at + RecordLayout.LENGTH_OFFSET);
    }

    /** The payload, borrowed: copy what you keep. */
    public ByteBuffer payload() {
        int length = bytes.getInt(at + RecordLayout.LENGTH_OFFSET) - RecordLayout.HEAD_BYTES;
        return bytes.slice(at + RecordLayout.HEAD_BYTES, length).asReadOnlyBuffer();
    }
}
