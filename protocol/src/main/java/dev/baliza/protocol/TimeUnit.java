package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** Unit of event times in a description or a named batch. Spec: SPEC §7.1. */
public enum TimeUnit {
    SECONDS(1_000_000, 1),
    MILLISECONDS(1_000, 1),
    MICROSECONDS(1, 1),
    NANOSECONDS(1, 1_000);

    private static final TimeUnit[] ALL = values();

    private final long multiplier;
    private final long divisor;

    TimeUnit(long multiplier, long divisor) {
        this.multiplier = multiplier;
        this.divisor = divisor;
    }

    /** The u8 on the wire. */
    public int code() {
        return ordinal();
    }

    /** Microseconds of a time in this unit; saturates at the ends of i64. */
    public long toMicros(long time) {
        if (divisor != 1) {
            return Math.floorDiv(time, divisor);
        }
        return saturating(time, multiplier);
    }

    /** Microseconds of many times. */
    public void toMicros(long[] times, long[] micros, int count) {
        for (int i = 0; i < count; i++) {
            micros[i] = toMicros(times[i]);
        }
    }

    /** A time in this unit of so many microseconds; rounds down, saturates at the ends of i64. */
    public long fromMicros(long micros) {
        return saturating(Math.floorDiv(micros, multiplier), divisor);
    }

    private static long saturating(long value, long factor) {
        long limit = Long.MAX_VALUE / factor;
        return value > limit ? Long.MAX_VALUE : value < -limit ? Long.MIN_VALUE : value * factor;
    }

    /** The unit with this code, or null. */
    public static @Nullable TimeUnit of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : null;
    }
}
