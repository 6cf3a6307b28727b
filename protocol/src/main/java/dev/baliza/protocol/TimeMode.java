package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** What the times of a batch count from. Spec: SPEC §7.3. */
public enum TimeMode {
    /** No times: the server stamps the readings when they arrive. */
    ON_ARRIVAL,
    /** Since 1970-01-01T00:00:00Z. */
    ABSOLUTE,
    /** Since the device booted. */
    SINCE_BOOT;

    private static final TimeMode[] ALL = values();

    /** The mode with this code, or null. */
    public static @Nullable TimeMode of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : null;
    }
}
