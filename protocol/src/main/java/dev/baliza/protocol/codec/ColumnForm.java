package dev.baliza.protocol.codec;

/** The byte that begins a column. Spec: SPEC §7.4. */
final class ColumnForm {
    static final int CONSTANT = 0;
    static final int PACKED = 1;
    static final int VARINT = 2;
    static final int XOR = 3;
    static final int RAW = 4;

    static final int NONE = 0;
    static final int DELTA = 1;
    static final int DELTA_OF_DELTA = 2;
    static final int LINE = 3;

    static final int ALL_GOOD = 0;
    static final int NULLS = 1;
    static final int QUALITIES = 2;

    private static final String[] CODINGS = {"constant", "packed", "varint", "xor", "raw"};
    private static final String[] PREDICTIONS = {"", " delta", " delta of delta", " line"};
    private static final String[] QUALITY = {"", ", nulls", ", qualities"};

    private ColumnForm() {}

    static int of(int coding, int prediction, int quality) {
        return coding | (prediction << 3) | (quality << 6);
    }

    static int coding(int form) {
        return form & 7;
    }

    static int prediction(int form) {
        return (form >>> 3) & 3;
    }

    static int quality(int form) {
        return (form >>> 6) & 3;
    }

    static boolean isReserved(int form) {
        return coding(form) > RAW || (form & 0x20) != 0 || quality(form) > QUALITIES;
    }

    /** The form in words; only of one that is not reserved. */
    static String text(int form) {
        return CODINGS[coding(form)] + PREDICTIONS[prediction(form)] + QUALITY[quality(form)];
    }
}
