package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Snapshots: whole or not there. STORE §7. */
class SnapshotsTest {
    private final SimulatedDisk disk = new SimulatedDisk(3);
    private final Snapshots snapshots = new Snapshots(disk);
    private final List<Damage> damage = new ArrayList<>();

    private static Snapshot snapshot(long position) {
        return new Snapshot(
                position,
                5,
                Map.of(
                        "ledger",
                        Store.bytes("ledger at " + position),
                        "größe",
                        Store.bytes(""),
                        "x",
                        Store.bytes("y")));
    }

    private static String file(long position) {
        return "snapshot-%019d.snap".formatted(position);
    }

    @Test
    void theNewestComesBack() throws IOException {
        assertThat(snapshots.newest(damage::add)).isNull();
        snapshots.write(snapshot(9));
        snapshots.write(snapshot(10));

        assertThat(snapshots.newest(damage::add)).isEqualTo(snapshot(10));
        assertThat(damage).isEmpty();
    }

    @Test
    void twoAreKept() throws IOException {
        for (long position = 1; position <= 5; position++) {
            snapshots.write(snapshot(position));
        }
        assertThat(disk.list()).containsExactlyInAnyOrder(file(4), file(5));
        assertThat(snapshots.floor()).isEqualTo(4);
    }

    @Test
    void oneOfTheSamePositionReplacesTheFirst() throws IOException {
        snapshots.write(snapshot(1));
        snapshots.write(new Snapshot(2, 0, Map.of()));
        snapshots.write(snapshot(2));

        assertThat(disk.list()).containsExactlyInAnyOrder(file(1), file(2));
        assertThat(snapshots.newest(damage::add)).isEqualTo(snapshot(2));
    }

    @Test
    void everyFlippedBitIsFoundAndTheOneBeforeIsUsed() throws IOException {
        snapshots.write(snapshot(1));
        snapshots.write(snapshot(2));
        for (int at = 0; at < disk.size(file(2)); at++) {
            for (int bit = 0; bit < 8; bit++) {
                damage.clear();
                disk.flip(file(2), at, bit);
                assertThat(snapshots.newest(damage::add))
                        .as("byte %d, bit %d", at, bit)
                        .isEqualTo(snapshot(1));
                assertThat(damage)
                        .hasSize(1)
                        .first()
                        .hasToString(file(2) + ", " + disk.size(file(2))
                                + " bytes from offset 0: the snapshot cannot be read; an older one is used."
                                + " Keep the file and check the disk");
                disk.flip(file(2), at, bit);
            }
        }
    }

    @Test
    void oneInABadBlockIsPassedOver() throws IOException {
        snapshots.write(snapshot(1));
        snapshots.write(snapshot(2));
        disk.spoil(file(2), 0);

        assertThat(snapshots.newest(damage::add)).isEqualTo(snapshot(1));
        assertThat(damage).hasSize(1);
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        snapshots.write(snapshot(2));
        byte[] whole = disk.content(file(2));
        for (int size = 0; size < whole.length; size++) {
            disk.put(file(2), Arrays.copyOf(whole, size));
            assertThat(snapshots.newest(damage::add)).isNull();
        }
        disk.put(file(2), Arrays.copyOf(whole, whole.length + 1));
        assertThat(snapshots.newest(damage::add)).isNull();
    }

    @Test
    void whatCannotBeReadIsNotDeleted() throws IOException {
        snapshots.write(snapshot(1));
        disk.flip(file(1), 30, 0);
        for (long position = 2; position <= 5; position++) {
            snapshots.write(snapshot(position));
        }
        assertThat(disk.list()).containsExactlyInAnyOrder(file(1), file(4), file(5));
    }

    @Test
    void aCrashAnywhereLeavesTheOldOneOrTheNewOne() throws IOException {
        for (int calls = 1; calls <= 12; calls++) {
            for (int seed = 0; seed < 40; seed++) {
                SimulatedDisk cut = new SimulatedDisk(seed);
                Snapshots written = new Snapshots(cut);
                written.write(snapshot(1));
                written.write(snapshot(2));
                cut.cutAfter(calls);
                long expected = 2;
                try {
                    written.write(snapshot(3));
                    expected = 3;
                } catch (SimulatedDisk.PowerCut e) {
                    // as planned
                }
                cut.restart();

                Snapshot newest = written.newest(damage::add);
                assertThat(newest).isIn(snapshot(expected), snapshot(3));
                assertThat(damage).isEmpty();
                written.write(snapshot(4)); // what was left disturbs nobody
                assertThat(written.newest(damage::add)).isEqualTo(snapshot(4));
            }
        }
    }

    @Test
    void aDiskFaultLeavesTheOldOne() throws IOException {
        snapshots.write(snapshot(1));
        disk.failSyncs(1);
        assertThatThrownBy(() -> snapshots.write(snapshot(2))).isInstanceOf(IOException.class);
        disk.failWrites(1);
        assertThatThrownBy(() -> snapshots.write(snapshot(2))).isInstanceOf(IOException.class);
        disk.restart();

        assertThat(snapshots.newest(damage::add)).isEqualTo(snapshot(1));
    }

    @Test
    void aNameThatIsTooLongIsAFaultOfTheCaller() {
        Snapshot wrong = new Snapshot(1, 0, Map.of("x".repeat(256), ByteBuffer.allocate(0)));
        assertThatThrownBy(() -> snapshots.write(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
}
