package dev.baliza.sim.device;

/** When a control frame that wants an answer may go again: after 300 ms, then twice as long each time. Confined to one thread. */
final class ControlTimer {
    private static final long FIRST_MICROS = 300_000;
    private static final int MAX_BACKOFF = 5;

    private long nextMicros;
    private int tries;

    /** The next one goes at once. */
    void atOnce() {
        tries = 0;
        nextMicros = 0;
    }

    /** Whether one goes now; then the next one waits longer. */
    boolean isDue(long nowMicros) {
        if (nowMicros < nextMicros) {
            return false;
        }
        nextMicros = nowMicros + (FIRST_MICROS << Math.min(tries++, MAX_BACKOFF));
        return true;
    }
}
