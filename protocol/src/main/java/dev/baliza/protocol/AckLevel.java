package dev.baliza.protocol;

/** How far a frame must have come before it is acknowledged. Spec: SPEC §8.1. */
public enum AckLevel {
    /** Best effort: no answer wanted. */
    NONE,
    /** In the server's ledger and series. */
    COUNTED,
    /** On disk. */
    STORED,
    /** With the next system. */
    FORWARDED;

    private static final AckLevel[] ALL = values();

    /** The level with this code, which must be 0–3. */
    public static AckLevel of(int code) {
        return ALL[code];
    }
}
