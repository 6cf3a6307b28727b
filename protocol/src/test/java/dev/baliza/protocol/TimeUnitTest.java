package dev.baliza.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SPEC §1.4, §7.1. */
class TimeUnitTest {
    @Test
    void codesAreThoseOfTheWire() {
        assertThat(TimeUnit.of(0)).isEqualTo(TimeUnit.SECONDS);
        assertThat(TimeUnit.of(1)).isEqualTo(TimeUnit.MILLISECONDS);
        assertThat(TimeUnit.of(2)).isEqualTo(TimeUnit.MICROSECONDS);
        assertThat(TimeUnit.of(3)).isEqualTo(TimeUnit.NANOSECONDS);
        assertThat(TimeUnit.of(4)).isNull();
        assertThat(TimeUnit.of(-1)).isNull();
    }

    @Test
    void timesBecomeMicrosecondsRoundedDown() {
        assertThat(TimeUnit.SECONDS.toMicros(-3)).isEqualTo(-3_000_000);
        assertThat(TimeUnit.MILLISECONDS.toMicros(7)).isEqualTo(7_000);
        assertThat(TimeUnit.MICROSECONDS.toMicros(7)).isEqualTo(7);
        assertThat(TimeUnit.NANOSECONDS.toMicros(1_999)).isEqualTo(1);
        assertThat(TimeUnit.NANOSECONDS.toMicros(-1)).isEqualTo(-1);
    }

    @Test
    void microsecondsBecomeTimesRoundedDown() {
        assertThat(TimeUnit.SECONDS.fromMicros(-1)).isEqualTo(-1);
        assertThat(TimeUnit.MILLISECONDS.fromMicros(1_999)).isEqualTo(1);
        assertThat(TimeUnit.NANOSECONDS.fromMicros(-2)).isEqualTo(-2_000);
    }

    @Test
    void timesBeyondTheEndsSaturate() {
        assertThat(TimeUnit.SECONDS.toMicros(Long.MAX_VALUE / 1_000_000)).isLessThan(Long.MAX_VALUE);
        assertThat(TimeUnit.SECONDS.toMicros(Long.MAX_VALUE / 1_000_000 + 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(TimeUnit.SECONDS.toMicros(Long.MIN_VALUE / 1_000_000 - 1)).isEqualTo(Long.MIN_VALUE);
        assertThat(TimeUnit.NANOSECONDS.fromMicros(Long.MAX_VALUE / 1_000 + 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(TimeUnit.NANOSECONDS.fromMicros(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @EnumSource
    void endsOfTheRangeKeepTheirSide(TimeUnit unit) {
        assertThat(unit.toMicros(Long.MAX_VALUE)).isPositive();
        assertThat(unit.toMicros(Long.MIN_VALUE)).isNegative();
        assertThat(unit.fromMicros(Long.MAX_VALUE)).isPositive();
        assertThat(unit.fromMicros(Long.MIN_VALUE)).isNegative();
    }
}
