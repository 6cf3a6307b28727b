package dev.baliza.server.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of a record: CRC-32C of all behind it, xor the salt of its segment. A device that sends the image of a record as its
 * payload cannot know the salt, so no search for records ever finds that image. Thread: one. Spec: STORE §3.
 */
final class RecordSum {
    private final CRC32C crc = new CRC32C();

    /** Moves position and limit of the buffer. */
    int of(ByteBuffer bytes, int at, int length, int salt) {
        bytes.limit(at + length).position(at + RecordLayout.LENGTH_OFFSET);
        crc.reset();
        crc.update(bytes);
        return (int) crc.getValue() ^ salt;
    }
}
