package dev.baliza.sim.device;

/** Measured round trip and the timer made of it, as RFC 6298 does. Microseconds. */
final class RoundTrip {
    private static final long INITIAL = 1_000_000;
    private static final long MIN = 40_000;
    private static final long MAX = 60_000_000;

    private double smoothed = -1;
    private double variation;

    void measured(long micros) {
        if (smoothed < 0) {
            smoothed = micros;
            variation = micros / 2.0;
        } else {
            variation = 0.75 * variation + 0.25 * Math.abs(smoothed - micros);
            smoothed = 0.875 * smoothed + 0.125 * micros;
        }
    }

    /** Wait after so many tries. SPEC §8.3. */
    long timeout(int tries) {
        double base = smoothed < 0 ? INITIAL : Math.max(MIN, smoothed + 4 * variation);
        return (long) Math.min(MAX, base * Math.pow(2, Math.min(tries - 1, 16)));
    }
}
