package dev.baliza.protocol.dissect;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.codec.FrameCodec;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Recognizes the usual mistakes of a sender's checksum. */
final class ChecksumGuess {
    private ChecksumGuess() {}

    /** What the sender probably did, or null when the checksum is none of the usual wrong ones. */
    static @Nullable String of(ByteBuffer bytes, int start, int length) {
        int end = start + length - Limits.CHECKSUM_BYTES;
        int found = bytes.getInt(end);
        int right = FrameCodec.checksum(bytes, start, end);
        CRC32 zip = new CRC32();
        zip.update(bytes.slice(start, end - start));
        int crc32 = (int) zip.getValue();
        if (found == Integer.reverseBytes(right)) {
            return "it is the right CRC-32C, but little-endian; send it big-endian";
        }
        if (found == crc32 || found == Integer.reverseBytes(crc32)) {
            return "it is the CRC-32 of zip and Ethernet; CRC-32C has another polynomial, 0x1EDC6F41";
        }
        if (found == ~right || found == Integer.reverseBytes(~right)) {
            return "it is the CRC-32C without the final inversion of all bits";
        }
        if (found == FrameCodec.checksum(bytes, start + Limits.HEADER_BYTES, end)) {
            return "it is over what follows the header; include the header";
        }
        if (found == withEmptyChecksum(bytes, start, end)) {
            return "it is over the frame with four zero bytes for the checksum; leave these out";
        }
        return found == 0 ? "it was never filled in" : null;
    }

    private static int withEmptyChecksum(ByteBuffer bytes, int start, int end) {
        ByteBuffer copy = ByteBuffer.allocate(end - start + Limits.CHECKSUM_BYTES);
        copy.put(0, bytes, start, end - start);
        return FrameCodec.checksum(copy, 0, copy.capacity());
    }
}
