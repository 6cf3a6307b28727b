package dev.baliza.server.store;

import org.jspecify.annotations.Nullable;

/** What a record says. Spec: STORE §4. */
public enum RecordKind {
    /** An accepted sequenced frame; the code is its type, the payload its payload. */
    FRAME(1),
    /** A frame rejected for its structure; the code is the reason (SPEC §11). */
    REJECTED(2),
    /** An accepted DESCRIBE; the payload is its payload. */
    DESCRIPTION(3),
    /** An epoch was given to a device; the payload is an {@link EpochGrant}. */
    EPOCH(4),
    /** A snapshot is on disk; the seq is the position it covers. */
    SNAPSHOT(6),
    /** A process begins to write. */
    OPENED(7),
    /** A process has written all and ends. */
    CLOSED(8),
    /** What is known of a device besides its frames; the code and the payload are their owner's. */
    DEVICE(9);

    private static final @Nullable RecordKind[] BY_NUMBER = new @Nullable RecordKind[256];

    static {
        for (RecordKind kind : values()) {
            BY_NUMBER[kind.number] = kind;
        }
    }

    private final int number;

    RecordKind(int number) {
        this.number = number;
    }

    /** The u8 on disk. */
    public int number() {
        return number;
    }

    /** The kind with this number (0–255), or null. */
    public static @Nullable RecordKind of(int number) {
        return BY_NUMBER[number];
    }
}
