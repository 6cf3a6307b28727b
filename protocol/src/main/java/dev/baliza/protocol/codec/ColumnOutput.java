package dev.baliza.protocol.codec;

import java.nio.ByteBuffer;

/** Where columns are written, with room for the longest. Spec: SPEC §7.4. */
final class ColumnOutput {
    private final byte[] bytes;
    private int at;

    ColumnOutput(int maxBytes) {
        bytes = new byte[maxBytes];
    }

    void u8(int value) {
        bytes[at++] = (byte) value;
    }

    /** The low bytes of a number. */
    void number(long value, int count) {
        for (int shift = (count - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            u8((int) (value >>> shift));
        }
    }

    static int varintBytes(long value) {
        long z = (value << 1) ^ (value >> 63);
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(z) + 6) / 7);
    }

    void varint(long value) {
        long z = (value << 1) ^ (value >> 63);
        for (; z >>> 7 != 0; z >>>= 7) {
            u8((int) ((z & 0x7F) | 0x80));
        }
        u8((int) z);
    }

    void fields(int width, long least, long[] values, int from, int count) {
        at = BitFields.write(bytes, at, width, least, values, from, count);
    }

    int size() {
        return at;
    }

    ByteBuffer written() {
        return ByteBuffer.wrap(bytes, 0, at).slice();
    }
}
