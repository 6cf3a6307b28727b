package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** How a transfer ended. Spec: SPEC §14.4. */
public enum FileState {
    /** All bytes are there, their SHA-256 is right, and they are on stable storage where the receiver has any. */
    OK,
    /** All bytes came, but their SHA-256 is another; they were thrown away. */
    BAD_HASH,
    /** One side gave up. */
    CANCELLED,
    /** The receiver knows no such transfer: offer the file again. */
    UNKNOWN,
    /** The receiver could not keep the bytes. */
    FAILED;

    private static final FileState[] ALL = values();

    /** The u8 on the wire. */
    public int code() {
        return ordinal();
    }

    /** The state with this code, or null for one of a later version. */
    public static @Nullable FileState of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : null;
    }
}
