package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a column of integers behind its form. Thread: its decoder's. Spec: SPEC §7.4. */
final class IntegerReader {
    private final ColumnBytes in;

    IntegerReader(ColumnBytes in) {
        this.in = in;
    }

    /**
     * Checks a column, and decodes it where there is an array for it.
     *
     * @param count of values, at least 1
     */
    void read(int form, SensorType type, int count, long @Nullable [] out) throws ProtocolException {
        int prediction = ColumnForm.prediction(form);
        int residuals = prediction == ColumnForm.LINE ? count : count - prediction;
        if (residuals < 1) {
            throw in.fault(ErrorCode.BAD_VALUE, count + " values are too few for the prediction of their column");
        }
        long first = prediction == ColumnForm.DELTA || prediction == ColumnForm.DELTA_OF_DELTA ? in.varint() : 0;
        long step = prediction == ColumnForm.DELTA_OF_DELTA || prediction == ColumnForm.LINE ? in.varint() : 0;
        int from = count - residuals;
        switch (ColumnForm.coding(form)) {
            case ColumnForm.CONSTANT -> {
                long residual = in.varint();
                if (out != null) {
                    Arrays.fill(out, from, count, residual);
                }
            }
            case ColumnForm.PACKED -> packed(residuals, out, from);
            case ColumnForm.VARINT -> varints(residuals, out, from);
            case ColumnForm.RAW -> raw(prediction, type, count, out);
            default -> throw in.fault(ErrorCode.BAD_VALUE, "integers have no coding " + ColumnForm.coding(form));
        }
        if (out != null) {
            switch (prediction) {
                case ColumnForm.DELTA -> sum(out, count, first);
                case ColumnForm.DELTA_OF_DELTA -> sumTwice(out, count, first, step);
                case ColumnForm.LINE -> addLine(out, count, step);
                default -> {}
            }
            narrow(type, out, count);
        }
    }

    private void packed(int count, long @Nullable [] out, int from) throws ProtocolException {
        int width = in.u8();
        if (width < 1 || width > BitFields.MAX_WIDTH) {
            throw in.fault(ErrorCode.BAD_VALUE, "a packed column has 1 to 56 bits a value, not " + width);
        }
        long least = in.varint();
        int at = in.take(BitFields.bytes(count, width));
        if (!BitFields.isPadded(in.array(), at, count, width)) {
            throw in.fault(ErrorCode.RESERVED_BITS, "bits behind the last packed value are set");
        }
        if (out != null) {
            BitFields.read(in.array(), at, width, least, out, from, count);
        }
    }

    private void varints(int count, long @Nullable [] out, int from) throws ProtocolException {
        for (int i = 0; i < count; i++) {
            long residual = in.varint();
            if (out != null) {
                out[from + i] = residual;
            }
        }
    }

    private void raw(int prediction, SensorType type, int count, long @Nullable [] out) throws ProtocolException {
        if (prediction != ColumnForm.NONE) {
            throw in.fault(ErrorCode.BAD_VALUE, "raw values have no prediction");
        }
        int at = in.take((long) count * type.bytes());
        if (out != null) {
            wholes(in.array(), at, type.bytes(), type, out, count);
        }
    }

    /**
     * Reads integers as rows have them.
     *
     * @param stride bytes from one to the next
     */
    static void wholes(byte[] bytes, int at, int stride, SensorType type, long[] out, int count) {
        switch (type.bytes()) {
            case 1 -> {
                for (int i = 0; i < count; i++) {
                    out[i] = bytes[at + i * stride];
                }
            }
            case 2 -> {
                for (int i = 0; i < count; i++) {
                    out[i] = (short) ColumnBytes.SHORTS.get(bytes, at + i * stride);
                }
            }
            case 4 -> {
                for (int i = 0; i < count; i++) {
                    out[i] = (int) ColumnBytes.INTS.get(bytes, at + i * stride);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    out[i] = (long) ColumnBytes.LONGS.get(bytes, at + i * stride);
                }
            }
        }
        if (type == SensorType.BOOLEAN
                || type == SensorType.U8
                || type == SensorType.U16
                || type == SensorType.ENUMERATION
                || type == SensorType.U32) {
            narrow(type, out, count);
        }
    }

    private static void sum(long[] out, int count, long first) {
        long value = first;
        out[0] = value;
        for (int i = 1; i < count; i++) {
            value += out[i];
            out[i] = value;
        }
    }

    private static void sumTwice(long[] out, int count, long first, long firstDelta) {
        long value = first;
        long delta = firstDelta;
        out[0] = value;
        value += delta;
        out[1] = value;
        for (int i = 2; i < count; i++) {
            delta += out[i];
            value += delta;
            out[i] = value;
        }
    }

    private static void addLine(long[] out, int count, long step) {
        long line = 0;
        for (int i = 0; i < count; i++, line += step) {
            out[i] += line;
        }
    }

    /** Keeps the bits that the type has, with its sign. */
    private static void narrow(SensorType type, long[] out, int count) {
        int bytes = type.bytes();
        if (bytes == Long.BYTES) {
            return;
        }
        if (type == SensorType.I8 || type == SensorType.I16 || type == SensorType.I32) {
            int unused = Long.SIZE - bytes * Byte.SIZE;
            for (int i = 0; i < count; i++) {
                out[i] = (out[i] << unused) >> unused;
            }
        } else {
            long mask = (1L << (bytes * Byte.SIZE)) - 1;
            for (int i = 0; i < count; i++) {
                out[i] &= mask;
            }
        }
    }
}
