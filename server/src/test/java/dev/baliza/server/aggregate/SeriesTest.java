package dev.baliza.server.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesTest {
    private static final long SECOND = 1_000_000;
    private static final long UNKNOWN = 100 * SECOND;

    private final Series series = new Series("", null, null);
    private long seq;

    private void add(double value, long arrival) {
        series.add(value, arrival, 1, seq++, arrival);
    }

    @Test
    void aSeriesLivesThreeOfItsOwnIntervals() {
        assertThat(series.expiresMicros(UNKNOWN)).isZero();
        series.expectEvery(60 * SECOND);
        add(1, 1_000 * SECOND);
        assertThat(series.expiresMicros(UNKNOWN)).isEqualTo(1_180 * SECOND);
        add(2, 1_050 * SECOND);
        assertThat(series.expiresMicros(UNKNOWN)).isEqualTo(1_230 * SECOND);
    }

    @Test
    void withoutAnIntervalTheDefaultCounts() {
        series.expectEvery(0);
        add(1, 1_000 * SECOND);
        assertThat(series.expiresMicros(UNKNOWN)).isEqualTo(1_300 * SECOND);
    }

    @Test
    void aFastSeriesDoesNotFlickerBetweenScrapes() {
        series.expectEvery(50_000);
        add(1, 1_000 * SECOND);
        assertThat(series.expiresMicros(UNKNOWN)).isEqualTo(1_000 * SECOND + Series.LEAST_LIFE_MICROS);
    }

    @Test
    void aFrameWithManyReadingsSpeaksForAsManyIntervals() {
        series.expectEvery(10 * SECOND);
        for (int i = 0; i < 6; i++) {
            series.add(i, (940 + 10 * i) * SECOND, 1, 0, 1_000 * SECOND);
        }
        assertThat(series.expiresMicros(UNKNOWN)).isEqualTo(1_180 * SECOND);
        add(7, 1_010 * SECOND);
        assertThat(series.expiresMicros(UNKNOWN)).isEqualTo(1_040 * SECOND);
    }

    @Test
    void historySaysNothingOfHowAliveASensorIs() {
        series.watch(true, 60 * SECOND);
        series.add(1, 5, 1, 0, Series.HISTORY);
        assertThat(series.expiresMicros(UNKNOWN)).isZero();
        assertThat(series.count()).isEqualTo(1);
        assertThat(Objects.requireNonNull(series.window()).isComplete(60 * SECOND))
                .isFalse();
    }

    @Test
    void onlyANewerValueBelowTheLastIsAFall() {
        assertThat(series.add(0, 10, 1, 0, 10)).isFalse();
        assertThat(series.add(5, 20, 1, 1, 20)).isFalse();
        assertThat(series.add(3, 15, 1, 2, 30)).as("older, came late").isFalse();
        assertThat(series.last()).isEqualTo(5);
        assertThat(series.add(1, 40, 1, 3, 40)).isTrue();
        assertThat(series.last()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 60", "7, 1", "13, 3600"})
    void theLastCompleteWindowIsWhatAFilterOverAllReadingsFinds(long seed, long lengthSeconds) {
        Random random = new Random(seed);
        long length = lengthSeconds * SECOND;
        Window window = new Window(length);
        List<double[]> all = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 2_000; i++) {
            now += random.nextInt(20) == 0 ? random.nextLong(4 * length) : random.nextLong(length / 3);
            double value = random.nextGaussian();
            window.add(new double[] {value}, 1, now);
            all.add(new double[] {now, value});
            long asked = now + random.nextLong(2 * length);
            long complete = asked / length - 1;
            double[] values = all.stream()
                    .filter(r -> (long) r[0] / length == complete)
                    .mapToDouble(r -> r[1])
                    .sorted()
                    .toArray();
            assertThat(window.isComplete(asked)).isEqualTo(values.length > 0);
            if (values.length > 0) {
                assertThat(window.min(asked)).isEqualTo(values[0]);
                assertThat(window.max(asked)).isEqualTo(values[values.length - 1]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "temperature, true",
        "temp*, true",
        "pressure, false",
        "temperature/inlet, true",
        "temperature/in, false",
        "temperature/*, true",
        "lab-*/temperature/inlet, true",
        "lab-1/*/*, true",
        "lab-2/temperature/inlet, false",
        "lab.1/temperature/inlet, false",
        "*, true",
    })
    void windowsAreForTheChannelsThatAreNamed(String pattern, boolean windowed) {
        SeriesRules rules = SeriesRules.of(1, 1, List.of("other", pattern));
        assertThat(rules.isWindowed("lab-1", "temperature", "inlet")).isEqualTo(windowed);
    }
}
