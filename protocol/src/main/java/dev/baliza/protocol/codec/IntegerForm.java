package dev.baliza.protocol.codec;

import org.jspecify.annotations.Nullable;

/** How a column of integers is written. Spec: SPEC §7.4. */
final class IntegerForm {
    private static final long MAX_RISE = Long.MAX_VALUE / 4;

    private final int form;
    private final long[] residuals;
    private final long first;
    private final long step;
    private final int width;
    private final long least;
    private final int bytes;

    /**
     * @param residuals what is left of the values by the prediction
     * @param first the first value, where the prediction has it
     * @param step the first difference, or the step of a line
     * @param width bits of a packed value, bytes of a raw one
     * @param bytes behind the form
     */
    private IntegerForm(int form, long[] residuals, long first, long step, int width, long least, int bytes) {
        this.form = form;
        this.residuals = residuals;
        this.first = first;
        this.step = step;
        this.width = width;
        this.least = least;
        this.bytes = bytes;
    }

    /**
     * The shortest form, the lowest of those.
     *
     * @param values at least one
     * @param typeBytes of a value in rows
     * @param varied not constant, even where it could be
     */
    static IntegerForm of(long[] values, int typeBytes, boolean varied) {
        IntegerForm best = null;
        for (int prediction = ColumnForm.NONE; prediction <= ColumnForm.LINE; prediction++) {
            long step = step(prediction, values);
            if (prediction < ColumnForm.LINE ? prediction < values.length : step != 0) {
                best = shorter(best, of(prediction, step, values, typeBytes, varied));
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("a column of no values");
        }
        return best;
    }

    private static long step(int prediction, long[] values) {
        int last = values.length - 1;
        if (prediction == ColumnForm.DELTA_OF_DELTA && last > 0) {
            return values[1] - values[0];
        }
        long rise = values[last] - values[0];
        boolean isLine = prediction == ColumnForm.LINE && last > 0 && Math.abs(rise) < MAX_RISE;
        return isLine ? Math.floorDiv(2 * rise + last, 2L * last) : 0;
    }

    private static IntegerForm of(int prediction, long step, long[] values, int typeBytes, boolean varied) {
        boolean hasFirst = prediction == ColumnForm.DELTA || prediction == ColumnForm.DELTA_OF_DELTA;
        long first = hasFirst ? values[0] : 0;
        int head = (hasFirst ? ColumnOutput.varintBytes(first) : 0)
                + (prediction >= ColumnForm.DELTA_OF_DELTA ? ColumnOutput.varintBytes(step) : 0);
        long[] residuals = residuals(prediction, step, values);
        long least = residuals[0];
        long most = least;
        int varints = 0;
        for (long residual : residuals) {
            least = Math.min(least, residual);
            most = Math.max(most, residual);
            varints += ColumnOutput.varintBytes(residual);
        }
        int leastBytes = ColumnOutput.varintBytes(least);
        int width = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(most - least));
        int packed = head + 1 + leastBytes + BitFields.bytes(residuals.length, width);
        int raw = values.length * typeBytes;
        IntegerForm best = null;
        if (least == most && !varied) {
            best = new IntegerForm(
                    form(ColumnForm.CONSTANT, prediction), residuals, first, step, 0, least, head + leastBytes);
        } else if (width <= BitFields.MAX_WIDTH) {
            best = new IntegerForm(form(ColumnForm.PACKED, prediction), residuals, first, step, width, least, packed);
        }
        best = shorter(
                best,
                new IntegerForm(form(ColumnForm.VARINT, prediction), residuals, first, step, 0, least, head + varints));
        return prediction != ColumnForm.NONE
                ? best
                : shorter(best, new IntegerForm(ColumnForm.RAW, residuals, first, step, typeBytes, least, raw));
    }

    private static int form(int coding, int prediction) {
        return ColumnForm.of(coding, prediction, ColumnForm.ALL_GOOD);
    }

    private static IntegerForm shorter(@Nullable IntegerForm lower, IntegerForm higher) {
        return lower != null && lower.bytes <= higher.bytes ? lower : higher;
    }

    private static long[] residuals(int prediction, long step, long[] values) {
        int skipped = prediction == ColumnForm.LINE ? 0 : prediction;
        long[] residuals = new long[values.length - skipped];
        for (int i = 0; i < residuals.length; i++) {
            residuals[i] = switch (prediction) {
                case ColumnForm.DELTA -> values[i + 1] - values[i];
                case ColumnForm.DELTA_OF_DELTA -> values[i + 2] - 2 * values[i + 1] + values[i];
                case ColumnForm.LINE -> values[i] - i * step;
                default -> values[i];
            };
        }
        return residuals;
    }

    /** Coding and prediction. */
    int form() {
        return form;
    }

    /** Writes the values; the form stands before them. */
    void write(ColumnOutput out) {
        int prediction = ColumnForm.prediction(form);
        if (prediction == ColumnForm.DELTA || prediction == ColumnForm.DELTA_OF_DELTA) {
            out.varint(first);
        }
        if (prediction >= ColumnForm.DELTA_OF_DELTA) {
            out.varint(step);
        }
        switch (ColumnForm.coding(form)) {
            case ColumnForm.CONSTANT -> out.varint(least);
            case ColumnForm.PACKED -> {
                out.u8(width);
                out.varint(least);
                out.fields(width, least, residuals, 0, residuals.length);
            }
            case ColumnForm.VARINT -> {
                for (long residual : residuals) {
                    out.varint(residual);
                }
            }
            default -> {
                for (long residual : residuals) {
                    out.number(residual, width);
                }
            }
        }
    }
}
