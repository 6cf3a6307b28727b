package dev.baliza.server.store;

/** A clock that stands until it is moved. */
final class FakeClock implements StoreClock {
    private long nanos = Long.MAX_VALUE - 10_000_000_000L; // wraps during tests, as nanoTime may
    private long wallMicros = 1_800_000_000_000_000L;

    void advanceMillis(long millis) {
        nanos += millis * 1_000_000;
        wallMicros += millis * 1_000;
    }

    @Override
    public long wallMicros() {
        return wallMicros;
    }

    @Override
    public long nanos() {
        return nanos;
    }
}
