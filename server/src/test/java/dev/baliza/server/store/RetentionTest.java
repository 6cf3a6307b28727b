package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What may be deleted, and what never. STORE §8. */
class RetentionTest {
    private final SimulatedDisk disk = new SimulatedDisk(4);

    /** Ten segments of a minute each, with one group of three records. */
    private static Store filled(SimulatedDisk disk, Retention retention) throws IOException {
        JournalLimits limits =
                new JournalLimits(1, 2_048, 5_000_000, RecordLayout.MAX_BYTES, 8, 1_000_000_000, 0, retention);
        Store store = new Store(disk, limits, 1);
        store.commit();
        for (int i = 0; i < 9; i++) {
            for (int seq = 0; seq < 3; seq++) {
                store.offer(3 * i + seq, "x".repeat(300));
            }
            store.commit();
            store.clock.advanceMillis(60_000);
        }
        assertThat(SegmentName.listed(disk)).hasSize(10);
        return store;
    }

    private void snapshot(long position) throws IOException {
        new Snapshots(disk).write(new Snapshot(position, 0, Map.of()));
    }

    private static Retention size(long bytes) {
        return new Retention(Long.MAX_VALUE, bytes);
    }

    private long oldest() throws IOException {
        return SegmentName.listed(disk).get(0).first();
    }

    @Test
    void withoutTwoSnapshotsNothingGoes() throws IOException {
        Store store = filled(disk, size(0));
        snapshot(28);
        store.clock.advanceMillis(60_000);
        store.journal.step();

        assertThat(oldest()).isEqualTo(1);
        assertThat(store.told).isEmpty();
    }

    @Test
    void nothingGoesThatTheOlderSnapshotNeeds() throws IOException {
        Store store = filled(disk, size(0));
        snapshot(12);
        snapshot(28);
        store.clock.advanceMillis(60_000);
        store.journal.step();

        assertThat(oldest()).as("segments begin at 1, 2, 5, 8, 11").isEqualTo(11);
        assertThat(store.told).hasSize(4).allMatch(line -> line.startsWith("deleted: journal-"));
    }

    @Test
    void nothingGoesThatAReaderHolds() throws IOException {
        Store store = filled(disk, size(0));
        AtomicLong done = new AtomicLong(4);
        store.journal.hold(done::get);
        snapshot(27);
        snapshot(28);
        store.clock.advanceMillis(60_000);
        store.journal.step();
        assertThat(oldest()).isEqualTo(5);

        done.set(1_000);
        store.clock.advanceMillis(60_000);
        store.journal.step();
        assertThat(oldest()).as("the last segment stays").isEqualTo(26);
        List<Damage> damage = new ArrayList<>();
        assertThat(Store.seqs(Store.read(disk, damage))).containsExactly(24L, 25L, 26L);
        assertThat(damage).isEmpty();
    }

    @Test
    void theOldestGoUntilTheSizeIsKept() throws IOException {
        Store store = filled(disk, size(3_500));
        snapshot(27);
        snapshot(28);
        store.clock.advanceMillis(60_000);
        store.journal.step();

        assertThat(SegmentName.listed(disk)).as("of 1,084 bytes each").hasSize(3);
    }

    @Test
    void segmentsGoWhenAllTheirRecordsAreTooOld() throws IOException {
        Store store = filled(disk, new Retention(4 * 60_000_000L - 1, Long.MAX_VALUE));
        snapshot(27);
        snapshot(28);
        store.clock.advanceMillis(1);
        store.journal.step();

        assertThat(oldest()).as("the next one began 4 minutes ago").isEqualTo(17);
    }

    @Test
    void aCrashAmongDeletionsLeavesNoHole() throws IOException {
        for (int calls = 1; calls <= 8; calls++) {
            SimulatedDisk cut = new SimulatedDisk(calls);
            Store store = filled(cut, size(0));
            new Snapshots(cut).write(new Snapshot(27, 0, Map.of()));
            new Snapshots(cut).write(new Snapshot(28, 0, Map.of()));
            store.clock.advanceMillis(60_000);
            cut.cutAfter(calls);
            try {
                store.journal.step();
            } catch (SimulatedDisk.PowerCut e) {
                // as planned
            }
            cut.restart();
            List<Damage> damage = new ArrayList<>();
            Store.read(cut, damage);
            assertThat(damage).isEmpty();
        }
    }

    @Test
    void aFaultIsToldAndTriedAgain() throws IOException {
        Store store = filled(disk, size(0));
        snapshot(27);
        snapshot(28);
        store.clock.advanceMillis(60_000);
        disk.failSyncs(1);
        store.journal.step();
        assertThat(store.told).containsExactly("retention failed: simulated fault of a sync");
        store.clock.advanceMillis(60_000);
        store.journal.step();
        assertThat(oldest()).isEqualTo(26);
    }
}
