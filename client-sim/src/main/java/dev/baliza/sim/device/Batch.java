package dev.baliza.sim.device;

/** The vectors of one frame; its arrays are never changed. */
final class Batch {
    private final long intendedMicros;
    private final long[] raws;
    private final long[] times;

    /**
     * Takes the arrays over.
     *
     * @param intendedMicros when its last vector was due
     * @param raws vector after vector, as integers
     * @param times in milliseconds of the device's clock, one per vector
     */
    Batch(long intendedMicros, long[] raws, long[] times) {
        this.intendedMicros = intendedMicros;
        this.raws = raws;
        this.times = times;
    }

    static Batch none(long nowMicros) {
        return new Batch(nowMicros, new long[0], new long[0]);
    }

    long intendedMicros() {
        return intendedMicros;
    }

    int vectors() {
        return times.length;
    }

    long timeMillis(int vector) {
        return times[vector];
    }

    long raw(int vector, int channel) {
        return raws[vector * (raws.length / times.length) + channel];
    }
}
