package dev.baliza.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.sim.device.Departure;
import dev.baliza.sim.scenario.Faults;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
        Faults faults = Faults.parse("loss=0.1,dup=0.1,reorder=0.1,reorder-span=20");
        assertThat(pass(faults, 5, 1_000)).isEqualTo(pass(faults, 5, 1_000)).isNotEqualTo(pass(faults, 6, 1_000));
    }

    @Test
    void lossDuplicationAndDisorderHappenAboutAsOftenAsAsked() {
        List<Integer> out = pass(Faults.parse("loss=0.2,dup=0.1,reorder=0.1,reorder-span=20"), 3, 10_000);
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
        FaultyWire wire = FaultyWire.back(
                Faults.parse("loss=0,dup=0,reorder=0.9,reorder-span=500"), 1, f -> out.add(f.getInt(0)), () -> now);
        for (int i = 0; i < 50; i++) {
            wire.send(ByteBuffer.allocate(4).putInt(0, i), null, false);
        }
        assertThat(out.size()).isLessThan(50);
        wire.release(now + 200_000);
        assertThat(out).hasSize(50);
    }

    /** A line that notes what is done to it. */
    private static final class Notes implements Line {
        private final boolean stream;
        private final List<byte[]> damaged = new ArrayList<>();
        private int whole;
        private int cuts;

        Notes(boolean stream) {
            this.stream = stream;
        }

        @Override
        public void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered) {
            whole++;
        }

        @Override
        public void sendDamaged(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            damaged.add(copy);
        }

        @Override
        public void cut(ByteBuffer bytes, boolean reset) {
            assertThat(bytes.remaining()).isLessThan(100);
            cuts++;
        }

        @Override
        public boolean isStream() {
            return stream;
        }

        @Override
        public boolean isUp() {
            return true;
        }
    }

    private Notes notes(boolean stream, String faults) {
        Notes notes = new Notes(stream);
        FaultyWire wire = new FaultyWire(Faults.parse(faults), 4, notes, () -> now);
        for (int i = 0; i < 1_000; i++) {
            wire.send(ByteBuffer.allocate(100), null, false);
        }
        return notes;
    }

    @Test
    void aCorruptFrameDiffersInOneByteAndIsNotSentWhole() {
        Notes notes = notes(false, "corrupt=0.3");
        assertThat(notes.damaged).hasSizeBetween(200, 400).allSatisfy(bytes -> {
            assertThat(bytes).hasSize(100);
            int wrong = 0;
            for (byte one : bytes) {
                wrong += one == 0 ? 0 : 1;
            }
            assertThat(wrong).isEqualTo(1);
        });
        assertThat(notes.whole + notes.damaged.size()).isEqualTo(1_000);
    }

    @Test
    void aTruncatedFrameIsAShortDatagramOrTheEndOfAStream() {
        Notes datagrams = notes(false, "truncate=0.3");
        assertThat(datagrams.damaged).isNotEmpty().allMatch(bytes -> bytes.length >= 1 && bytes.length < 100);
        assertThat(datagrams.cuts).isZero();
        Notes stream = notes(true, "truncate=0.3");
        assertThat(stream.cuts).isBetween(200, 400);
        assertThat(stream.damaged).isEmpty();
    }

    @Test
    void onlyStreamsAreCut() {
        assertThat(notes(true, "cut=0.3").cuts).isBetween(200, 400);
        assertThat(notes(false, "cut=0.3").whole).isEqualTo(1_000);
    }

    @Test
    void lossesComeInBursts() {
        Notes notes = notes(false, "burst=0.01,burst-length=50");
        assertThat(notes.whole).isLessThan(900);
    }

    @Test
    void garbageComesBesidesTheFrames() {
        Notes notes = notes(false, "hostile=0.3");
        assertThat(notes.whole).isEqualTo(1_000);
        assertThat(notes.damaged).hasSizeBetween(200, 400);
    }

    @Test
    void whatIsDelayedLeavesWhenItsTimeHasCome() {
        List<ByteBuffer> out = new ArrayList<>();
        FaultyWire wire = FaultyWire.back(Faults.parse("delay=0.9,delay-time=1s"), 4, out::add, () -> now);
        for (int i = 0; i < 100; i++) {
            wire.send(ByteBuffer.allocate(4), null, false);
        }
        int atOnce = out.size();
        assertThat(atOnce).isLessThan(30);
        wire.release(now + 500_000);
        assertThat(out.size()).isBetween(atOnce + 20, 90);
        wire.release(now + 1_000_000);
        assertThat(out).hasSize(100);
    }
}
