package dev.baliza.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Snapshots follow the time, and what a start would have to read. */
class SnapshotPaceTest {
    private static final long HALF_MINUTE = TimeUnit.SECONDS.toNanos(30);
    private static final long MUCH = 16 << 20;

    private final SnapshotPace pace = new SnapshotPace(0, 100);

    @Test
    void anythingNewIsDueAfterHalfAMinute() {
        assertThat(pace.isDue(HALF_MINUTE - 1, 102, 80)).isFalse();
        assertThat(pace.isDue(HALF_MINUTE, 102, 80)).isTrue();
    }

    @Test
    void nothingNewIsNeverDue() {
        assertThat(pace.isDue(10 * HALF_MINUTE, 101, MUCH)).isFalse();
    }

    @Test
    void muchIsDueAtOnceAndCountsFromTheBeginningOfTheLastOne() {
        assertThat(pace.isDue(1, 102, MUCH - 1)).isFalse();
        assertThat(pace.isDue(1, 102, MUCH)).isTrue();
        pace.begins(10, MUCH);
        pace.ended(10, 50_000);
        assertThat(pace.isDue(20, 60_000, 2 * MUCH - 1)).isFalse();
        assertThat(pace.isDue(20, 60_000, 2 * MUCH)).isTrue();
    }

    @Test
    void oneThatTookLongIsFollowedByARestOfFourTimesThat() {
        pace.begins(1_000, MUCH);
        pace.ended(3_000, 50_000);
        assertThat(pace.isDue(10_999, 60_000, 3 * MUCH)).isFalse();
        assertThat(pace.isDue(11_000, 60_000, 3 * MUCH)).isTrue();
    }
}
