package dev.baliza.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
    @Test
    void aNumberIsTakenOnce() { // SPEC §10.2.5
        ReplayWindow window = new ReplayWindow();
        assertThat(window.accept(0)).isTrue();
        assertThat(window.accept(0)).isFalse();
        assertThat(window.accept(255)).isTrue();
        assertThat(window.accept(1)).isTrue();
        assertThat(window.accept(256)).isTrue();
        assertThat(window.accept(0)).as("256 below the highest").isFalse();
        assertThat(window.accept(2)).isTrue();
        assertThat(window.accept(0xFFFF_FFFFL)).isTrue();
        assertThat(window.accept(3)).isFalse();
    }

    /** Against a set that forgets nothing. */
    @Test
    void itAgreesWithASetOfAllNumbers() {
        Random random = new Random(5);
        ReplayWindow window = new ReplayWindow();
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        for (int i = 0; i < 200_000; i++) {
            long pn = Math.max(0, i - 400 + random.nextInt(500));
            boolean fresh = pn > highest - ReplayWindow.SIZE && seen.add(pn);
            assertThat(window.accept(pn)).isEqualTo(fresh);
            highest = Math.max(highest, pn);
        }
    }
}
