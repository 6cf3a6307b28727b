package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a column of floats behind its form. Thread: its decoder's. Spec: SPEC §7.4. */
final class FloatReader {
    private final ColumnBytes in;
    private long[] fields = {};

    FloatReader(ColumnBytes in) {
        this.in = in;
    }

    /** Whether a component of a float type has four bytes. */
    static boolean isSingle(SensorType type, int component) {
        return type == SensorType.POSITION ? component == 2 : type != SensorType.F64;
    }

    /**
     * Checks a column, and decodes it where there is an array for it.
     *
     * @param single f32, not f64
     * @param count of values, at least 1
     */
    void read(int form, boolean single, int count, double @Nullable [] out) throws ProtocolException {
        if (ColumnForm.prediction(form) != ColumnForm.NONE) {
            throw in.fault(ErrorCode.BAD_VALUE, "floats have no prediction");
        }
        int bytes = single ? Float.BYTES : Double.BYTES;
        switch (ColumnForm.coding(form)) {
            case ColumnForm.CONSTANT -> {
                int at = in.take(bytes);
                if (out != null) {
                    reals(in.array(), at, bytes, single, out, 1);
                    Arrays.fill(out, 1, count, out[0]);
                }
            }
            case ColumnForm.XOR -> xor(bytes, single, count, out);
            case ColumnForm.RAW -> {
                int at = in.take((long) count * bytes);
                if (out != null) {
                    reals(in.array(), at, bytes, single, out, count);
                }
            }
            default -> throw in.fault(ErrorCode.BAD_VALUE, "floats have no coding " + ColumnForm.coding(form));
        }
    }

    private void xor(int bytes, boolean single, int count, double @Nullable [] out) throws ProtocolException {
        int width = in.u8();
        int shift = in.u8();
        if (count < 2 || width < 1 || width > BitFields.MAX_WIDTH || width + shift > bytes * Byte.SIZE) {
            throw in.fault(
                    ErrorCode.BAD_VALUE,
                    "xor of " + count + " values, width " + width + " and shift " + shift
                            + ": at least 2, of 1 to 56 bits that fit the type");
        }
        int first = in.take(bytes);
        int at = in.take(BitFields.bytes(count - 1, width));
        if (!BitFields.isPadded(in.array(), at, count - 1, width)) {
            throw in.fault(ErrorCode.RESERVED_BITS, "bits behind the last packed value are set");
        }
        if (out == null) {
            return;
        }
        if (fields.length < count) {
            fields = new long[count];
        }
        BitFields.read(in.array(), at, width, 0, fields, 1, count - 1);
        if (single) {
            int bits = (int) ColumnBytes.INTS.get(in.array(), first);
            out[0] = Float.intBitsToFloat(bits);
            for (int i = 1; i < count; i++) {
                bits ^= (int) (fields[i] << shift);
                out[i] = Float.intBitsToFloat(bits);
            }
        } else {
            long bits = (long) ColumnBytes.LONGS.get(in.array(), first);
            out[0] = Double.longBitsToDouble(bits);
            for (int i = 1; i < count; i++) {
                bits ^= fields[i] << shift;
                out[i] = Double.longBitsToDouble(bits);
            }
        }
    }

    /**
     * Reads floats as rows have them.
     *
     * @param stride bytes from one to the next
     */
    static void reals(byte[] bytes, int at, int stride, boolean single, double[] out, int count) {
        if (single) {
            for (int i = 0; i < count; i++) {
                out[i] = (float) ColumnBytes.FLOATS.get(bytes, at + i * stride);
            }
        } else {
            for (int i = 0; i < count; i++) {
                out[i] = (double) ColumnBytes.DOUBLES.get(bytes, at + i * stride);
            }
        }
    }
}
