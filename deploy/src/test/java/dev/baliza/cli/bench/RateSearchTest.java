package dev.baliza.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The search against a receiver whose limit is known. */
class RateSearchTest {
    private static final double GENERATOR = 1_000_000;

    private int trials;

    /** Takes so many frames a second and loses the rest; each so many-th run loses one whatever the rate. */
    private final class Receiver implements Target {
        private final double limit;
        private final int unlucky;

        Receiver(double limit, int unlucky) {
            this.limit = limit;
            this.unlucky = unlucky;
        }

        @Override
        public Trial trial(double framesPerSecond, Duration length) {
            trials++;
            long offered = (long) Math.min(framesPerSecond, GENERATOR);
            long taken = (long) Math.min((double) offered, limit);
            return new Trial(new Offered(offered, 1), trials % unlucky == 0 ? taken - 1 : taken, 0.5);
        }

        @Override
        public void close() {}
    }

    private RateSearch.Found find(double limit, int unlucky) throws Exception {
        return new RateSearch(new Receiver(limit, unlucky), Duration.ofSeconds(1), Duration.ofSeconds(1), 8).run();
    }

    private static double best(RateSearch.Found found) {
        return Objects.requireNonNull(found.best()).rate();
    }

    @Test
    void findsTheHighestRateWithoutLoss() throws Exception {
        RateSearch.Found found = find(300_000, Integer.MAX_VALUE);

        assertThat(found.ofGenerator()).isFalse();
        assertThat(best(found)).isBetween(285_000.0, 300_000.0);
    }

    @Test
    void oneUnluckyRunDoesNotLowerTheRate() throws Exception {
        assertThat(best(find(300_000, 3))).isBetween(285_000.0, 300_000.0);
    }

    @Test
    void saysThatTheGeneratorIsTheLimit() throws Exception {
        RateSearch.Found found = find(2 * GENERATOR, Integer.MAX_VALUE);

        assertThat(found.ofGenerator()).isTrue();
        assertThat(best(found)).isEqualTo(GENERATOR);
        assertThat(trials).isEqualTo(2);
    }

    @Test
    void findsNothingWhenEveryRunLoses() throws Exception {
        RateSearch.Found found = find(300_000, 1);

        assertThat(found.best()).isNull();
        assertThat(found.ofGenerator()).isFalse();
    }
}
