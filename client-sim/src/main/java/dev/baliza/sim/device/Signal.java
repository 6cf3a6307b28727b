package dev.baliza.sim.device;

import java.util.Random;

/** A plausible sensor: a daily cycle, a random walk, noise, and now and then a step. Values are raw integers. Seeded. */
final class Signal {
    private static final double DAY_MICROS = 86_400e6;

    private final Random random;
    private final double centre;
    private final double swing;
    private final double noise;
    private final long min;
    private final long max;
    private final double phase;
    private double walk;
    private double step;

    /** All in raw units; values stay within min and max. */
    Signal(long seed, double centre, double swing, double noise, long min, long max) {
        random = new Random(seed);
        this.centre = centre;
        this.swing = swing;
        this.noise = noise;
        this.min = min;
        this.max = max;
        phase = random.nextDouble() * 2 * Math.PI;
    }

    /** The next value; time only matters for the daily cycle. */
    long next(long micros) {
        walk = walk * 0.999 + random.nextGaussian() * noise / 2;
        if (random.nextInt(2_000) == 0) {
            step = (random.nextDouble() - 0.5) * swing;
        }
        double daily = Math.sin(micros / DAY_MICROS * 2 * Math.PI + phase) * swing / 2;
        long value = Math.round(centre + daily + walk + step + random.nextGaussian() * noise);
        return Math.max(min, Math.min(max, value));
    }

    /** One end of the range: what a broken wire or an overflow shows. */
    long spike() {
        return random.nextBoolean() ? max : min;
    }
}
