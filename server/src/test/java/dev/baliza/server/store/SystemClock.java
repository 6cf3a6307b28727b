package dev.baliza.server.store;

/** The time of the host. */
final class SystemClock implements StoreClock {
    @Override
    public long wallMicros() {
        return System.currentTimeMillis() * 1_000;
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
