package dev.baliza.cli.bench;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Looks for the highest rate that a target takes without loss: one run flat out, then steps towards the edge. */
final class RateSearch {
    private static final double FIRST = 0.95;
    private static final double DOWN = 0.8;
    private static final double UP = 1.15;
    /** The edge is known to so much. */
    private static final double PRECISION = 1.05;

    private final Target target;
    private final Duration warmUp;
    private final Duration length;
    private final int steps;

    /**
     * What was found.
     *
     * @param flatOut as fast as the generator goes
     * @param best the run with the highest rate without loss; null: every run lost something
     * @param ofGenerator whether the target would have taken more than the generator offers
     */
    record Found(Trial flatOut, @Nullable Trial best, boolean ofGenerator) {}

    /** @param warmUp until compilers are done */
    RateSearch(Target target, Duration warmUp, Duration length, int steps) {
        this.target = target;
        this.warmUp = warmUp;
        this.length = length;
        this.steps = steps;
    }

    Found run() throws IOException, InterruptedException {
        target.trial(Double.POSITIVE_INFINITY, warmUp);
        Trial flatOut = target.trial(Double.POSITIVE_INFINITY, length);
        if (flatOut.isWithoutLoss()) {
            return new Found(flatOut, flatOut, true);
        }
        double rate = flatOut.rate() * FIRST;
        double lossy = flatOut.offered().rate();
        Trial best = null;
        for (int step = 0; step < steps; step++) {
            Trial trial = target.trial(rate, length);
            if (!trial.isWithoutLoss()) {
                trial = target.trial(rate, length); // something else may have had the processor for a moment
            }
            if (trial.isWithoutLoss()) {
                best = trial;
            } else {
                lossy = Math.min(lossy, rate);
            }
            if (best != null && lossy / best.rate() < PRECISION) {
                break;
            }
            rate = best == null ? rate * DOWN : Math.min(best.rate() * UP, Math.sqrt(best.rate() * lossy));
        }
        return new Found(
                flatOut, best, best != null && best.rate() > flatOut.offered().rate() / PRECISION);
    }
}
