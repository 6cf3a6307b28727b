package dev.baliza.protocol;

/** Quality codes of a reading. Spec: SPEC §7.1. */
public final class Quality {
    public static final int GOOD = 0;
    public static final int UNCERTAIN = 1;
    public static final int BAD = 2;
    /** There is no value; its bytes are placeholders. */
    public static final int NO_VALUE = 3;

    private Quality() {}

    /** Whether a reading of this quality is used. */
    public static boolean usable(int quality) {
        return quality <= UNCERTAIN;
    }
}
