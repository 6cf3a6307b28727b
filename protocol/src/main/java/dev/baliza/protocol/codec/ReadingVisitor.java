package dev.baliza.protocol.codec;

/** Receives readings in place, one call each, in the order of the wire. */
public interface ReadingVisitor {
    /**
     * A value of form INTEGER.
     *
     * @param channel position in the set
     * @param time in the set's unit; 0 when the batch is stamped on arrival
     * @param raw sign-extended for signed types, zero-extended for unsigned ones; u64 keeps its bits
     */
    void whole(int channel, long time, int quality, long raw);

    /** A value of form REAL. */
    void real(int channel, long time, int quality, double value);

    /** A value of form COMPONENTS; those that the type does not have are 0. */
    void components(int channel, long time, int quality, double a, double b, double c, double d);
}
