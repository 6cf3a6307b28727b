package dev.baliza.server.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a snapshot, big-endian. Spec: STORE §7.
 *
 * <pre>
 * head      0 u32 magic   4 u16 version   6 u16 sections   8 u64 position   16 u64 createdMicros   24 u32 CRC-32C of 0–23
 * section   0 u32 CRC-32C of the rest   4 u32 length of the content   8 u8 length of the name   9 name, content
 * </pre>
 */
final class SnapshotLayout {
    private static final int MAGIC = 0x424C_5A53; // BLZS
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = 28;
    private static final int SECTION_HEAD_BYTES = 9;
    private static final int MAX_NAME_BYTES = 255;

    private SnapshotLayout() {}

    /** The file, piece by piece; contents are not copied. */
    static List<ByteBuffer> parts(Snapshot snapshot) {
        List<ByteBuffer> parts = new ArrayList<>();
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        head.putInt(MAGIC).putShort((short) VERSION).putShort((short)
                snapshot.sections().size());
        head.putLong(snapshot.position()).putLong(snapshot.createdMicros());
        head.putInt(sum(head.duplicate().flip())).flip();
        parts.add(head);
        snapshot.sections().forEach((name, content) -> {
            byte[] called = name.getBytes(StandardCharsets.UTF_8);
            if (called.length > MAX_NAME_BYTES) {
                throw new IllegalArgumentException("section name longer than " + MAX_NAME_BYTES + " bytes: " + name);
            }
            ByteBuffer start = ByteBuffer.allocate(SECTION_HEAD_BYTES + called.length);
            start.position(4)
                    .putInt(content.remaining())
                    .put((byte) called.length)
                    .put(called);
            start.putInt(0, sum(start.duplicate().flip().position(4), content.duplicate()));
            parts.add(start.flip());
            parts.add(content.duplicate());
        });
        return parts;
    }

    /** A snapshot from the bytes of its file; null when anything in it is not as it was written. */
    static @Nullable Snapshot read(ByteBuffer file) {
        if (file.remaining() < HEAD_BYTES
                || file.getInt(0) != MAGIC
                || file.getShort(4) != VERSION
                || file.getInt(HEAD_BYTES - 4) != sum(file.slice(0, HEAD_BYTES - 4))) {
            return null;
        }
        int count = file.getShort(6) & 0xFFFF;
        Map<String, ByteBuffer> sections = new HashMap<>();
        file.position(HEAD_BYTES);
        for (int i = 0; i < count; i++) {
            if (file.remaining() < SECTION_HEAD_BYTES) {
                return null;
            }
            int at = file.position();
            long length = file.getInt(at + 4) & 0xFFFF_FFFFL;
            int nameLength = file.get(at + 8) & 0xFF;
            long total = SECTION_HEAD_BYTES + nameLength + length;
            if (file.remaining() < total || file.getInt(at) != sum(file.slice(at + 4, (int) total - 4))) {
                return null;
            }
            String name = StandardCharsets.UTF_8
                    .decode(file.slice(at + SECTION_HEAD_BYTES, nameLength))
                    .toString();
            sections.put(name, file.slice(at + SECTION_HEAD_BYTES + nameLength, (int) length));
            file.position(at + (int) total);
        }
        return file.hasRemaining() ? null : new Snapshot(file.getLong(8), file.getLong(16), sections);
    }

    private static int sum(ByteBuffer... parts) {
        CRC32C crc = new CRC32C();
        for (ByteBuffer part : parts) {
            crc.update(part);
        }
        return (int) crc.getValue();
    }
}
