package dev.baliza.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Fields of equal width, the highest bit of the first byte first. Spec: SPEC §7.4. */
final class BitFields {
    static final int MAX_WIDTH = 56;
    /** Bytes that must follow the last field, because eight are read at once. */
    static final int SLACK = 8;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BitFields() {}

    static int bytes(int fields, int width) {
        return (int) (((long) fields * width + 7) >>> 3);
    }

    /** Reads fields and adds {@code least} to each. */
    static void read(byte[] in, int at, int width, long least, long[] out, int from, int count) {
        int down = Long.SIZE - width;
        int bit = 0;
        for (int i = 0; i < count; i++, bit += width) {
            long word = (long) LONGS.get(in, at + (bit >>> 3));
            out[from + i] = least + ((word << (bit & 7)) >>> down);
        }
    }

    /** Writes what fields are above {@code least}; returns where they end. */
    static int write(byte[] out, int start, int width, long least, long[] values, int from, int count) {
        int at = start;
        long waiting = 0;
        int bits = 0;
        for (int i = from; i < from + count; i++) {
            waiting = (waiting << width) | (values[i] - least);
            for (bits += width; bits >= Byte.SIZE; bits -= Byte.SIZE) {
                out[at++] = (byte) (waiting >>> (bits - Byte.SIZE));
            }
        }
        if (bits > 0) {
            out[at++] = (byte) (waiting << (Byte.SIZE - bits));
        }
        return at;
    }

    /** Whether the bits behind the last field are zero. */
    static boolean isPadded(byte[] in, int at, int fields, int width) {
        int used = (int) (((long) fields * width) & 7);
        return used == 0 || (in[at + bytes(fields, width) - 1] & (0xFF >>> used)) == 0;
    }
}
