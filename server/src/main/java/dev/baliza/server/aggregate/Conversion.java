package dev.baliza.server.aggregate;

import dev.baliza.server.units.Unit;

/**
 * From a raw number to the exported value. One division or multiplication by a power of ten, so that 2153 × 10⁻² is exactly the
 * double nearest to 21.53.
 */
final class Conversion {
    private static final double[] POWERS = new double[45];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    private final double multiplier;
    private final double divisor;
    private final double factor;
    private final double offset;
    private final boolean linear;

    Conversion(int scale, Unit unit) {
        int power = scale + unit.power();
        multiplier = power > 0 ? POWERS[power] : 1;
        divisor = power < 0 ? POWERS[-power] : 1;
        factor = unit.factor();
        offset = unit.offset();
        linear = factor != 1 || offset != 0;
    }

    double apply(double raw) {
        double value = raw * multiplier / divisor;
        return linear ? value * factor + offset : value;
    }

    /** The same for many. */
    void apply(long[] raws, double[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = raws[i] * multiplier / divisor;
        }
        for (int i = 0; linear && i < count; i++) {
            values[i] = values[i] * factor + offset;
        }
    }
}
