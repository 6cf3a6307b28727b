package dev.baliza.cli.bench;

/**
 * What came of offering a load for a while.
 *
 * @param taken frames that arrived and counted
 * @param cpuSeconds user and system time of the receiver's process meanwhile
 */
record Trial(Offered offered, long taken, double cpuSeconds) {
    boolean isWithoutLoss() {
        return taken == offered.frames();
    }

    /** Frames a second. */
    double rate() {
        return taken / offered.seconds();
    }

    /** Processor time of the receiver. */
    double cpuMicrosPerFrame() {
        return taken == 0 ? 0 : cpuSeconds * 1e6 / taken;
    }
}
