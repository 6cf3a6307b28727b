package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.ProtocolException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A copy of the bytes of a batch with a cursor, and slack behind them for reads of eight bytes. One copy of a frame costs less than the
 * checks of a buffer at every reading. Thread: its decoder's.
 */
final class ColumnBytes {
    static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle FLOATS = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle DOUBLES = MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.BIG_ENDIAN);

    private static final int LAST_SHIFT = 63;

    private byte[] bytes = new byte[2_048];
    private int at;
    private int end;
    private int index = -1;

    /** Copies what is left in a buffer, which stays as it is. */
    void load(ByteBuffer from) {
        end = from.remaining();
        if (bytes.length < end + BitFields.SLACK) {
            bytes = new byte[end + BitFields.SLACK];
        }
        from.get(from.position(), bytes, 0, end);
        Arrays.fill(bytes, end, end + BitFields.SLACK, (byte) 0);
        at = 0;
        index = -1;
    }

    /** Faults from here on are those of a channel, −1 for none. */
    void of(int channel) {
        index = channel;
    }

    /** The channel that faults are of, −1 for none. */
    int index() {
        return index;
    }

    byte[] array() {
        return bytes;
    }

    int position() {
        return at;
    }

    int size() {
        return end;
    }

    /** Takes so many bytes; returns where they begin. */
    int take(long count) throws ProtocolException {
        if (count > end - at) {
            throw fault(
                    ErrorCode.TRUNCATED, "a column needs " + count + " bytes at byte " + at + ", has " + (end - at));
        }
        int from = at;
        at += (int) count;
        return from;
    }

    int u8() throws ProtocolException {
        return bytes[take(1)] & 0xFF;
    }

    /** Reads a varint, which is as short as it can be. */
    long varint() throws ProtocolException {
        long z = 0;
        for (int shift = 0; ; shift += 7) {
            int next = u8();
            if (shift == LAST_SHIFT && next > 1) {
                throw fault(ErrorCode.BAD_VALUE, "a varint has at most 64 bits");
            }
            z |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) {
                    throw fault(ErrorCode.BAD_VALUE, "a varint is longer than it must be");
                }
                return (z >>> 1) ^ -(z & 1);
            }
        }
    }

    ProtocolException fault(ErrorCode code, String detail) {
        return new ProtocolException(code, index, detail);
    }

    void end() throws ProtocolException {
        index = -1;
        if (at != end) {
            throw fault(ErrorCode.TRAILING_BYTES, end - at + " bytes behind the last column");
        }
    }
}
