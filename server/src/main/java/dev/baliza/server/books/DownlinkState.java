package dev.baliza.server.books;

import java.util.Locale;

/** How far a message to a device is. Spec: SPEC §7.8, §7.9. */
public enum DownlinkState {
    /** Waits for its first sending. */
    QUEUED,
    /** Sent at least once. */
    SENT,
    /** The device has it; the end of a text. */
    ACKED,
    /** The command was carried out; its exit status says how well. */
    DONE,
    /** The device does not want to. */
    REFUSED,
    /** Its time was over. */
    EXPIRED;

    /** As in JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing more is waited for. */
    public boolean isFinal() {
        return this == DONE || this == REFUSED || this == EXPIRED;
    }
}
