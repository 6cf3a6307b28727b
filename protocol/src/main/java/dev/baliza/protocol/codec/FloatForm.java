package dev.baliza.protocol.codec;

/** How a column of floats is written. Spec: SPEC §7.4. */
final class FloatForm {
    private final int form;
    private final long[] bits;
    private final int typeBytes;
    private final int width;
    private final int shift;

    /**
     * @param width bits of a field, 0 without fields
     * @param shift of the fields
     */
    private FloatForm(int form, long[] bits, int typeBytes, int width, int shift) {
        this.form = form;
        this.bits = bits;
        this.typeBytes = typeBytes;
        this.width = width;
        this.shift = shift;
    }

    /**
     * The shortest form, the lowest of those.
     *
     * @param bits of the values, at least one
     * @param varied not constant, even where it could be
     */
    static FloatForm of(long[] bits, int typeBytes, boolean varied) {
        long changed = 0;
        for (int i = 1; i < bits.length; i++) {
            changed |= bits[i] ^ bits[i - 1];
        }
        if (changed == 0 && !varied) {
            return new FloatForm(ColumnForm.CONSTANT, bits, typeBytes, 0, 0);
        }
        int shift = changed == 0 ? 0 : Long.numberOfTrailingZeros(changed);
        int width = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(changed) - shift);
        int xor = 2 + typeBytes + BitFields.bytes(bits.length - 1, width);
        return bits.length > 1 && width <= BitFields.MAX_WIDTH && xor <= bits.length * typeBytes
                ? new FloatForm(ColumnForm.XOR, bits, typeBytes, width, shift)
                : new FloatForm(ColumnForm.RAW, bits, typeBytes, 0, 0);
    }

    /** Coding and prediction. */
    int form() {
        return form;
    }

    /** Writes the values; the form stands before them. */
    void write(ColumnOutput out) {
        switch (form) {
            case ColumnForm.CONSTANT -> out.number(bits[0], typeBytes);
            case ColumnForm.XOR -> {
                out.u8(width);
                out.u8(shift);
                out.number(bits[0], typeBytes);
                long[] fields = new long[bits.length];
                for (int i = 1; i < bits.length; i++) {
                    fields[i] = (bits[i] ^ bits[i - 1]) >>> shift;
                }
                out.fields(width, 0, fields, 1, bits.length - 1);
            }
            default -> {
                for (long one : bits) {
                    out.number(one, typeBytes);
                }
            }
        }
    }
}
