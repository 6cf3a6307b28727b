package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** What the values of a channel mean over time. Spec: SPEC §7.2. */
public enum Kind {
    /** Goes up and down. */
    GAUGE,
    /** Only rises while the device runs. */
    COUNTER,
    /** One of a few named states. */
    STATE;

    private static final Kind[] ALL = values();

    /** The kind with this code, or null. */
    public static @Nullable Kind of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : null;
    }
}
