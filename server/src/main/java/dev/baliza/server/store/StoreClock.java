package dev.baliza.server.store;

/** The two times the store needs: one for dates, one that never jumps. Thread: any. */
public interface StoreClock {
    /** Microseconds since 1970. */
    long wallMicros();

    /** As {@link System#nanoTime}. */
    long nanos();
}
