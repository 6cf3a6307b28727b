package dev.baliza.sim.device;

/** The vectors of one frame; its arrays are never changed. */
final class Batch {
    private final long intendedMicros;
    private final long[] raws;
    private final long[] times;
    private final int firstChannel;

    /**
     * Takes the arrays over.
     *
     * @param intendedMicros when its last vector was due
     * @param raws vector after vector, as integers
     * @param times in milliseconds of the device's clock, one per vector
     * @param firstChannel of the device that a vector has a value of
     */
    Batch(long intendedMicros, long[] raws, long[] times, int firstChannel) {
        this.firstChannel = firstChannel;
        this.intendedMicros = intendedMicros;
        this.raws = raws;
        this.times = times;
    }

    static Batch none(long nowMicros) {
        return new Batch(nowMicros, new long[0], new long[0], 0);
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

    int firstChannel() {
        return firstChannel;
    }

    /** Channels of a vector; 0 when there is none. */
    int width() {
        return times.length == 0 ? 0 : raws.length / times.length;
    }

    int readings() {
        return raws.length;
    }

    long raw(int vector, int channel) {
        return raws[vector * width() + channel];
    }
}
