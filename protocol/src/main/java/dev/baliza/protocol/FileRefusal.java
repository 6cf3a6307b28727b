package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** Whether a receiver takes a file that was offered. Spec: SPEC §14.2. */
public enum FileRefusal {
    /** It takes the file. */
    ACCEPTED(false),
    /** Its room for files, or this sender's part of it, is used up. */
    QUOTA(false),
    /** The sender has as many transfers under way as it may. */
    TOO_MANY(true),
    /** The file is over the receiver's limit. */
    TOO_LARGE(false),
    /** Not now. */
    BUSY(true),
    /** It takes no files at all. */
    NOT_TAKEN(false);

    private static final FileRefusal[] ALL = values();

    private final boolean retriable;

    FileRefusal(boolean retriable) {
        this.retriable = retriable;
    }

    /** The u8 on the wire. */
    public int code() {
        return ordinal();
    }

    /** Whether the same offer may succeed later without anybody's doing. */
    public boolean retriable() {
        return retriable;
    }

    /** The refusal with this code, or null for one of a later version. */
    public static @Nullable FileRefusal of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : null;
    }
}
