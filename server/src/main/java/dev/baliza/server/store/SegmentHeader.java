package dev.baliza.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a segment, big-endian. Spec: STORE §2.
 *
 * <pre>
 *  0 u32 magic    4 u16 version   6 u16 headerBytes   8 u32 number   12 u32 salt
 * 16 u64 first   24 u64 createdMicros   32 u32 reserved   36 u32 CRC-32C of bytes 0–35
 * </pre>
 */
record SegmentHeader(SegmentName name, long createdMicros) {
    static final int BYTES = 40;

    private static final int MAGIC = 0x424C_5A4A; // BLZJ
    private static final int VERSION = 1;
    private static final int CHECKED_BYTES = 36;

    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(MAGIC).putShort((short) VERSION).putShort((short) BYTES);
        bytes.putInt((int) name.number()).putInt(name.salt());
        bytes.putLong(name.first()).putLong(createdMicros).putInt(0);
        return bytes.putInt(sum(bytes)).flip();
    }

    /**
     * Reads the header of a segment; null when it is damaged.
     *
     * @param bytes of the file from its start on; fewer when it is shorter
     * @throws IOException it is whole, but of a version that this server does not know
     */
    static @Nullable SegmentHeader read(ByteBuffer bytes, String called) throws IOException {
        if (bytes.remaining() < BYTES
                || bytes.getInt(0) != MAGIC
                || bytes.getShort(6) != BYTES
                || bytes.getInt(CHECKED_BYTES) != sum(bytes)) {
            return null;
        }
        if (bytes.getShort(4) != VERSION) {
            throw new IOException(called + " has format version " + bytes.getShort(4) + ", this server reads " + VERSION
                    + ": start the server version that wrote it");
        }
        SegmentName name = new SegmentName(bytes.getInt(8) & 0xFFFF_FFFFL, bytes.getLong(16), bytes.getInt(12));
        return new SegmentHeader(name, bytes.getLong(24));
    }

    private static int sum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, CHECKED_BYTES));
        return (int) crc.getValue();
    }
}
