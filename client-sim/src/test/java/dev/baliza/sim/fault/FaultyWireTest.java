package dev.baliza.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.sim.scenario.Faults;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultyWireTest {
    private long now;

    private List<Integer> pass(Faults faults, long seed, int frames) {
        List<Integer> out = new ArrayList<>();
        FaultyWire wire = FaultyWire.back(faults, seed, frame -> out.add(frame.getInt(0)), () -> now);
        for (int i = 0; i < frames; i++) {
            wire.send(ByteBuffer.allocate(4).putInt(0, i), null, false);
        }
        int held = heldOf(wire, out);
        assertThat(wire.dropped()).isEqualTo(frames + wire.doubled() - out.size() - held);
        return out;
    }

    private static int heldOf(FaultyWire wire, List<Integer> out) {
        int before = out.size();
        wire.releaseAll();
        int held = out.size() - before;
        for (int i = 0; i < held; i++) {
            out.remove(out.size() - 1);
        }
        return held;
    }

    @Test
    void withoutFaultsEverythingPassesInOrder() {
        assertThat(pass(Faults.NONE, 1, 100)).hasSize(100).isSorted();
    }

    @Test
    void theSameSeedMakesTheSameFaults() {
        Faults faults = new Faults(0.1, 0.1, 0.1, 20);
        assertThat(pass(faults, 5, 1_000)).isEqualTo(pass(faults, 5, 1_000)).isNotEqualTo(pass(faults, 6, 1_000));
    }

    @Test
    void lossDuplicationAndDisorderHappenAboutAsOftenAsAsked() {
        List<Integer> out = pass(new Faults(0.2, 0.1, 0.1, 20), 3, 10_000);
        assertThat(out.stream().distinct().count()).isBetween(7_700L, 8_300L);
        assertThat(out.size()).isBetween(8_500, 9_100);
        int overtaken = 0;
        for (int i = 1; i < out.size(); i++) {
            overtaken += out.get(i) < out.get(i - 1) ? 1 : 0;
        }
        assertThat(overtaken).isPositive();
    }

    @Test
    void whatIsHeldBackComesAfterItsTime() {
        List<Integer> out = new ArrayList<>();
        FaultyWire wire = FaultyWire.back(new Faults(0, 0, 0.9, 500), 1, f -> out.add(f.getInt(0)), () -> now);
        for (int i = 0; i < 50; i++) {
            wire.send(ByteBuffer.allocate(4).putInt(0, i), null, false);
        }
        assertThat(out.size()).isLessThan(50);
        wire.release(now + 200_000);
        assertThat(out).hasSize(50);
    }
}
