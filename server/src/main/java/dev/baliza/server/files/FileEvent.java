package dev.baliza.server.files;

import java.util.Locale;

/** What is counted of files; label: {@code files_} and the name in lower case. */
public enum FileEvent {
    OFFERED,
    RECEIVED,
    ALREADY_THERE,
    REFUSED_QUOTA,
    REFUSED_TOO_MANY,
    REFUSED_TOO_LARGE,
    REFUSED_BUSY,
    REFUSED_NOT_TAKEN,
    BAD_HASH,
    CANCELLED,
    /** The disk failed. */
    FAILED,
    /** A transfer was silent too long; its part stays. */
    IDLE,
    /** A part was thrown away: too old, or its room was needed. */
    PART_DROPPED,
    CHUNKS_WRITTEN,
    CHUNKS_DUPLICATE,
    CHUNKS_OUTSIDE,
    CHUNKS_FRAGMENTING,
    CHUNKS_UNKNOWN,
    /** Too much waited for the disk. */
    SHED,
    /** A message about the server's file that only the server sends, or the other way round. */
    MISDIRECTED,
    ANSWER_WITHHELD,
    PUSHED,
    PUSH_FAILED;

    String label() {
        return "files_" + name().toLowerCase(Locale.ROOT);
    }
}
