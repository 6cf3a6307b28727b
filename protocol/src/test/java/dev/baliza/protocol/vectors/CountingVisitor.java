package dev.baliza.protocol.vectors;

import dev.baliza.protocol.codec.ReadingVisitor;

/** Counts readings. */
public final class CountingVisitor implements ReadingVisitor {
    private int count;

    @Override
    public void whole(int channel, long time, int quality, long raw) {
        count++;
    }

    @Override
    public void real(int channel, long time, int quality, double value) {
        count++;
    }

    @Override
    public void components(int channel, long time, int quality, double a, double b, double c, double d) {
        count++;
    }

    public int count() {
        return count;
    }
}
