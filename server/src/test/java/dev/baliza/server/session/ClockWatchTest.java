package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.baliza.server.books.ClockView;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Offsets and drifts of clocks that are known. */
class ClockWatchTest {
    private static final long START = 1_800_000_000_000_000L;
    private static final long SECOND = 1_000_000;

    private final ClockWatch watch = new ClockWatch();

    /** One PING at a time; the device is ahead by so much at the middle of its answer. */
    private ClockWatch.Answer exchange(long t1, long thereMicros, long heldMicros, long backMicros, long ahead) {
        watch.ask(t1);
        long t2 = t1 + thereMicros + ahead;
        return watch.heard(t1, t2, t2 + heldMicros, t1 + thereMicros + heldMicros + backMicros);
    }

    private ClockView view() {
        return Objects.requireNonNull(watch.view());
    }

    @Test
    void theOffsetIsExactWhenBothWaysAreAsLong() { // SPEC §6.6.5
        assertThat(exchange(START, 3_000, 500, 3_000, -7 * SECOND)).isEqualTo(ClockWatch.Answer.TAKEN);
        assertThat(view().offsetSeconds()).isEqualTo(-7.0);
        assertThat(view().roundTripSeconds()).isEqualTo(0.006);
        assertThat(view().driftPpm()).isNull();
    }

    @Test
    void theQuickestAnswerCounts() { // SPEC §6.6.5
        exchange(START, 90_000, 0, 1_000, SECOND);
        exchange(START + SECOND, 1_000, 0, 1_000, SECOND);
        exchange(START + 2 * SECOND, 1_000, 0, 400_000, SECOND);
        assertThat(view().offsetSeconds()).isEqualTo(1.0);
        assertThat(view().roundTripSeconds()).isEqualTo(0.002);
    }

    @Test
    void onlyTheLastEightAreKept() { // SPEC §6.6.5
        exchange(START, 10, 0, 10, SECOND);
        for (int i = 1; i <= ClockWatch.KEPT; i++) {
            exchange(START + i * SECOND, 1_000, 0, 1_000, 2 * SECOND);
        }
        assertThat(view().offsetSeconds()).isEqualTo(2.0);
    }

    @Test
    void aClockThatGainsIsSeenByItsThirdAnswer() { // SPEC §6.6.5
        for (int i = 0; i < 3; i++) {
            assertThat(drift()).isNull();
            long at = START + i * 64L * SECOND;
            exchange(at, 1_000, 0, 1_000, i * 64L * 200);
        }
        assertThat(drift()).isCloseTo(200.0, within(0.1));
    }

    private @Nullable Double drift() {
        ClockView view = watch.view();
        return view == null ? null : view.driftPpm();
    }

    @Test
    void twoAnswersDoWhenTheyAreFiveMinutesApart() { // SPEC §6.6.5
        exchange(START, 1_000, 0, 1_000, 0);
        exchange(START + 299 * SECOND, 1_000, 0, 1_000, -6_000);
        assertThat(drift()).isNull();
        ClockWatch other = new ClockWatch();
        other.ask(START);
        other.heard(START, START, START, START);
        other.ask(START + 300 * SECOND);
        other.heard(
                START + 300 * SECOND, START + 300 * SECOND - 6_000, START + 300 * SECOND - 6_000, START + 300 * SECOND);
        assertThat(Objects.requireNonNull(other.view()).driftPpm()).isCloseTo(-20.0, within(0.01));
    }

    @Test
    void slowAnswersDoNotBendTheDrift() { // SPEC §6.6.5
        Random random = new Random(5);
        for (int i = 0; i < ClockWatch.KEPT; i++) {
            boolean slow = i % 3 == 1;
            long there = slow ? 100_000 + random.nextInt(400_000) : 900 + random.nextInt(200);
            exchange(START + i * 64L * SECOND, there, 50, 1_000, i * 64L * 20);
        }
        assertThat(drift()).isCloseTo(20.0, within(2.0));
    }

    @Test
    void whatWasNotAskedOrIsAnsweredIsIgnored() { // SPEC §6.6.5
        assertThat(watch.heard(0, START, START, START)).isEqualTo(ClockWatch.Answer.UNKNOWN);
        watch.ask(START);
        assertThat(watch.heard(START + 1, START, START, START + 9)).isEqualTo(ClockWatch.Answer.UNKNOWN);
        assertThat(watch.view()).isNull();
        assertThat(watch.heard(START, START, START, START + 9)).isEqualTo(ClockWatch.Answer.TAKEN);
        assertThat(watch.heard(START, START, START, START + 9)).isEqualTo(ClockWatch.Answer.UNKNOWN);
        for (int i = 0; i <= ClockWatch.WAITING; i++) {
            watch.ask(START + 100 + i);
        }
        assertThat(watch.heard(START + 100, START, START, START + 200)).isEqualTo(ClockWatch.Answer.UNKNOWN);
    }

    @Test
    void aClockThatWasNeverSetTellsNothing() { // SPEC §6.6.4
        watch.ask(START);
        assertThat(watch.heard(START, 0, 0, START + 9)).isEqualTo(ClockWatch.Answer.UNSET);
        watch.ask(START);
        assertThat(watch.heard(START, Long.MIN_VALUE, Long.MAX_VALUE, START + 9))
                .isEqualTo(ClockWatch.Answer.UNSET);
        assertThat(watch.view()).isNull();
    }

    @Test
    void aClockThatWasSetInBetweenTellsNothing() { // SPEC §6.6.5
        watch.ask(START);
        assertThat(watch.heard(START, START + 10, START + 9, START + 20)).isEqualTo(ClockWatch.Answer.IMPOSSIBLE);
        watch.ask(START);
        assertThat(watch.heard(START, START, START + SECOND, START + 20)).isEqualTo(ClockWatch.Answer.IMPOSSIBLE);
        assertThat(watch.view()).isNull();
    }

    @Test
    void anyNumbersGiveFiniteOnes() { // SPEC §6.6.5
        long[] hostile = {Long.MIN_VALUE, -1, 0, 1, START, Long.MAX_VALUE - 1, Long.MAX_VALUE};
        for (int i = 0; i < hostile.length; i++) {
            for (int j = 0; j < hostile.length; j++) {
                long t1 = START + i * 10L + j;
                watch.ask(t1);
                watch.heard(t1, hostile[i], hostile[j], t1 + 1_000);
                ClockView view = watch.view();
                if (view != null) {
                    assertThat(view.offsetSeconds()).isFinite();
                    assertThat(view.roundTripSeconds()).isNotNegative();
                    Double drift = view.driftPpm();
                    assertThat(drift == null || Double.isFinite(drift)).isTrue();
                }
            }
        }
    }
}
