package dev.baliza.server.aggregate;

import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import java.util.Arrays;

/**
 * How the times of one batch become event times.
 *
 * @param arrivalMicros the server's clock when the frame came
 * @param bootMicros when the device booted, by the server's clock; only for SINCE_BOOT
 */
public record BatchTime(TimeMode mode, long arrivalMicros, long bootMicros) {
    /** 2000-01-01T00:00:00Z: absolute times before it mean a clock that was never set (SPEC §7.3.3). */
    static final long EARLIEST_MICROS = 946_684_800_000_000L;

    /** Of no batch. */
    static final BatchTime NONE = new BatchTime(TimeMode.ON_ARRIVAL, 0, 0);

    /** Whether this is an absolute time from a clock that was never set. */
    boolean isUnset(long micros) {
        return mode == TimeMode.ABSOLUTE && micros < EARLIEST_MICROS;
    }

    /** When a reading of the batch was taken, by the server's clock. */
    public long eventMicros(long micros) {
        return switch (mode) {
            case ON_ARRIVAL -> arrivalMicros;
            case ABSOLUTE -> isUnset(micros) ? arrivalMicros : micros;
            case SINCE_BOOT -> plus(bootMicros, micros);
        };
    }

    /**
     * The same for many readings.
     *
     * @param said the times in microseconds, as the device told them
     * @param latest event times behind it are odd
     * @return whether one is odd, or of a clock that was never set
     */
    boolean events(TimeUnit unit, long[] times, int count, long[] said, long[] events, long latest) {
        if (mode == TimeMode.ON_ARRIVAL) {
            Arrays.fill(events, 0, count, arrivalMicros);
            return arrivalMicros > latest;
        }
        unit.toMicros(times, said, count);
        boolean odd = false;
        for (int i = 0; i < count; i++) {
            long event = mode == TimeMode.ABSOLUTE ? said[i] : plus(bootMicros, said[i]);
            if (isUnset(said[i])) {
                event = arrivalMicros;
                odd = true;
            }
            odd |= event > latest;
            events[i] = event;
        }
        return odd;
    }

    /** The sum, but the end of time instead of an overflow; never {@code Long.MIN_VALUE}. */
    private static long plus(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? -Long.MAX_VALUE : Long.MAX_VALUE;
        }
        return Math.max(sum, -Long.MAX_VALUE);
    }
}
