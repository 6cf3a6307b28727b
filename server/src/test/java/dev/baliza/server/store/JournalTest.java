package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.BootNonce;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups, acknowledgements, and a disk that takes nothing. STORE §3–§6. */
class JournalTest {
    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final List<Damage> damage = new ArrayList<>();

    @Test
    void aFewRecordsAreCommittedTogetherAfterFiveMilliseconds() throws IOException {
        Store store = Store.open(disk);
        store.commit(); // OPENED
        long syncs = disk.fileSyncs();
        store.offer(0, "a");
        store.offer(1, "b");

        assertThat(store.journal.step()).isEqualTo(5_000_000);
        store.clock.advanceMillis(4);
        store.offer(2, "c");
        assertThat(store.journal.step()).isEqualTo(1_000_000);
        assertThat(store.acknowledged()).isZero();
        store.clock.advanceMillis(1);
        store.journal.step();

        assertThat(store.acknowledged()).isEqualTo(3);
        assertThat(store.journal.committed()).isEqualTo(4);
        assertThat(disk.fileSyncs() - syncs).isEqualTo(1);
        assertThat(Store.seqs(Store.read(disk, damage))).containsExactly(0L, 1L, 2L);
        assertThat(damage).isEmpty();
    }

    @Test
    void manyBytesAreCommittedAtOnce() throws IOException {
        Store store = Store.open(disk);
        store.commit();
        for (int seq = 0; seq < 20; seq++) {
            store.offer(seq, "x".repeat(100));
        }
        store.journal.step();

        assertThat(store.acknowledged()).isEqualTo(20);
        assertThat(store.journal.waitingBytes()).isZero();
    }

    @Test
    void recordsOfABurstThatIsNotFlushedGoWithTheNextGroup() throws IOException {
        Store store = new Store(disk, Store.LIMITS, 2);
        store.lane(1).offer(RecordHead.of(RecordKind.FRAME, 0x82, 2, 7, 0, 0), Store.bytes("unflushed"));
        store.offer(0, "flushed");
        store.commit();

        assertThat(store.acknowledged).containsEntry(0, 1L).containsEntry(1, 1L);
        store.lane(1).flush();
        assertThat(store.journal.waitingBytes()).isZero();
    }

    @Test
    void everyFieldComesBack() throws IOException {
        Store store = Store.open(disk);
        EpochGrant grant = new EpochGrant(new BootNonce(-1, 2), new BootNonce(3, -4), 0xFFFF_FFFFL);
        ByteBuffer payload = ByteBuffer.allocate(EpochGrant.BYTES);
        grant.write(payload);
        store.lane(0)
                .offer(
                        RecordHead.of(
                                RecordKind.EPOCH, 0xFFFF, -1, 0xFFFF_FFFEL, Long.MAX_VALUE, 1_800_000_000_000_001L),
                        payload.flip());
        store.lane(0).offer(RecordHead.of(RecordKind.REJECTED, 22, 5, 6, 7, -1), ByteBuffer.allocate(0));
        store.lane(0).flush();
        store.commit();

        try (JournalReader reader = new JournalReader(disk, 2, store.journal::committed, damage::add)) {
            assertThat(reader.next()).isTrue();
            JournalRecord record = reader.record();
            assertThat(record.kind()).isEqualTo(RecordKind.EPOCH);
            assertThat(record.position()).isEqualTo(2);
            assertThat(record.code()).isEqualTo(0xFFFF);
            assertThat(record.device()).isEqualTo(-1);
            assertThat(record.epoch()).isEqualTo(0xFFFF_FFFEL);
            assertThat(record.seq()).isEqualTo(Long.MAX_VALUE);
            assertThat(record.arrivalMicros()).isEqualTo(1_800_000_000_000_001L);
            assertThat(EpochGrant.read(record.payload())).isEqualTo(grant);
            assertThat(reader.next()).isTrue();
            assertThat(reader.record().kind()).isEqualTo(RecordKind.REJECTED);
            assertThat(reader.record().payload().remaining()).isZero();
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void offersAreRefusedWhileBothBatchesOfALaneAreFull() throws IOException {
        Store store = Store.open(disk);
        disk.capacity(0, false);
        String big = "x".repeat(60_000);
        int taken = 0;
        for (int i = 0; i < 10; i++) {
            if (store.offer(taken, big)) {
                taken++;
            }
            store.commit();
        }
        assertThat(taken).as("one in the group that waits, two behind it").isEqualTo(3);
        assertThat(store.acknowledged()).isZero();

        disk.capacity(1 << 20, false);
        store.clock.advanceMillis(1_000);
        store.commit();
        store.commit();
        assertThat(store.acknowledged()).isEqualTo(3);
        assertThat(store.offer(3, big)).isTrue();
    }

    @Test
    void aRecordThatNeverFitsIsAFaultOfTheCaller() throws IOException {
        Store store = Store.open(disk);
        assertThatThrownBy(() -> store.offer(0, "x".repeat(RecordLayout.MAX_BYTES)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFullDiskStopsTheAcknowledgementsAndNothingElse() throws IOException {
        Store store = Store.open(disk);
        store.commit();
        disk.capacity(1_020, false); // the reserve and a little
        store.offer(0, "waits");
        store.commit();
        store.offer(1, "waits too");
        store.commit();
        assertThat(store.journal.state()).isEqualTo(Journal.State.STALLED);
        assertThat(store.told).hasSize(1);
        assertThat(store.told.get(0)).startsWith("stalled: disk full: 1020 bytes are free");
        assertThat(store.acknowledged()).isZero();

        disk.capacity(10_000, false);
        assertThat(store.journal.step()).isPositive();
        store.clock.advanceMillis(1_000);
        store.journal.step();
        store.commit();

        assertThat(store.journal.state()).isEqualTo(Journal.State.WRITING);
        assertThat(store.told).hasSize(2).last().isEqualTo("resumed");
        assertThat(store.acknowledged()).isEqualTo(2);
        assertThat(Store.seqs(Store.read(disk, damage))).containsExactly(0L, 1L);
        assertThat(damage).isEmpty();
    }

    @Test
    void aDiskThatIsFullerThanItSaysLosesNothing() throws IOException {
        for (int room = 0; room < 400; room += 7) {
            SimulatedDisk small = new SimulatedDisk(room);
            small.capacity(room, true);
            Store store = Store.open(small);
            for (int seq = 0; seq < 4; seq++) {
                store.offer(seq, "reading number " + seq);
            }
            store.commit();
            assertThat(store.acknowledged()).isIn(0L, 4L);
            small.capacity(1 << 20, true);
            store.clock.advanceMillis(1_000);
            store.commit();

            assertThat(store.acknowledged()).isEqualTo(4);
            assertThat(Store.seqs(Store.read(small, damage))).containsExactly(0L, 1L, 2L, 3L);
            assertThat(damage).isEmpty();
        }
    }

    @Test
    void aFailedWriteIsTriedAgain() throws IOException {
        Store store = Store.open(disk);
        store.commit();
        disk.failWrites(2);
        store.offer(0, "a");
        store.commit();
        assertThat(store.told).containsExactly("stalled: simulated fault of a write");
        for (int i = 0; i < 3; i++) {
            store.clock.advanceMillis(1_000);
            store.commit();
        }
        assertThat(store.acknowledged()).isEqualTo(1);
        assertThat(Store.seqs(Store.read(disk, damage))).containsExactly(0L);
        assertThat(damage).isEmpty();
    }

    @Test
    void afterAFailedSyncNothingIsAcknowledgedAnyMore() throws IOException {
        Store store = Store.open(disk);
        store.offer(0, "a");
        store.commit();
        assertThat(store.acknowledged()).isEqualTo(1);
        disk.failSyncs(1);
        store.offer(1, "b");
        store.commit();

        assertThat(store.journal.state()).isEqualTo(Journal.State.FAILED);
        assertThat(store.told).hasSize(1).first().asString().startsWith("failed: cannot sync journal-0000000001");
        assertThat(store.offer(2, "c")).isFalse();
        store.clock.advanceMillis(10_000);
        store.commit();
        store.close();
        assertThat(store.acknowledged()).isEqualTo(1);
        assertThat(store.journal.committed()).isEqualTo(2);

        disk.restart();
        assertThat(Store.seqs(Store.read(disk, damage))).containsExactly(0L);
    }

    @Test
    void aFailedSyncOfTheDirectoryIsFinalToo() throws IOException {
        Store store = Store.open(disk);
        disk.failSyncs(1);
        store.offer(0, "a");
        store.commit();

        assertThat(store.told).containsExactly("failed: cannot sync the data directory: simulated fault of a sync");
        assertThat(store.acknowledged()).isZero();
    }

    @Test
    void aFaultOfAListenerEndsTheWriting() throws IOException {
        Store store = Store.open(disk);
        Lane lane = store.journal.lane(batch -> {
            throw new IllegalStateException("a bug");
        });
        lane.offer(RecordHead.of(RecordKind.FRAME, 0, 0, 0, 0, 0), Store.bytes("x"));
        lane.flush();
        store.close();

        assertThat(store.journal.state()).isEqualTo(Journal.State.FAILED);
        assertThat(store.told).containsExactly("failed: a bug");
    }

    @Test
    void closingWritesWhatWaitsAndSaysSo() throws IOException {
        Store store = new Store(disk, Store.LIMITS, 2);
        assertThat(store.recovery.unclean()).isFalse();
        store.offer(0, "a");
        store.lane(1).offer(RecordHead.of(RecordKind.FRAME, 0x82, 2, 7, 0, 0), Store.bytes("unflushed"));
        store.close();

        assertThat(store.journal.state()).isEqualTo(Journal.State.CLOSED);
        assertThat(store.acknowledged).containsEntry(0, 1L).containsEntry(1, 1L);
        assertThat(store.offer(1, "late")).isFalse();
        disk.restart();
        assertThat(Store.read(disk, damage))
                .extracting(Store.Found::kind)
                .containsExactly(RecordKind.OPENED, RecordKind.FRAME, RecordKind.FRAME, RecordKind.CLOSED);
        assertThat(Store.open(disk).recovery.unclean()).isFalse();
    }

    @Test
    void aProcessThatWasKilledIsNoticed() throws IOException {
        Store store = Store.open(disk);
        store.offer(0, "a");
        store.commit();
        disk.kill();

        Store second = Store.open(disk);
        assertThat(second.recovery.unclean()).isTrue();
        assertThat(second.recovery.committed()).isEqualTo(2);
        second.close();
        assertThat(Store.open(disk).recovery.unclean()).isFalse();
    }

    @Test
    void whatAKilledProcessLeftInTheCacheIsOnDiskBeforeItCounts() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            SimulatedDisk killed = new SimulatedDisk(seed);
            Store store = Store.open(killed);
            store.offer(0, "written, never synced");
            killed.cutAfter(6); // create, header, sync of the directory, two batches: it ends in the sync
            assertThatThrownBy(store::commit).isInstanceOf(SimulatedDisk.PowerCut.class);
            killed.kill();
            List<Long> counted = Store.seqs(Store.read(killed, damage));
            killed.restart();

            assertThat(Store.seqs(Store.read(killed, damage))).isEqualTo(counted);
        }
    }

    @Test
    void closingOnAFullDiskEndsAndLeavesItUnclean() throws IOException {
        Store store = Store.open(disk);
        store.commit();
        disk.capacity(0, false);
        store.offer(0, "a");
        store.close();

        assertThat(store.journal.state()).isEqualTo(Journal.State.STALLED);
        disk.restart();
        assertThat(Store.open(disk).recovery.unclean()).isTrue();
    }

    @Test
    void positionsGoOnOverSegmentsAndProcesses() throws IOException {
        for (int life = 0; life < 3; life++) {
            Store store = Store.open(disk);
            for (int i = 0; i < 50; i++) {
                store.offer(life * 50 + i, "x".repeat(i * 10));
                store.commit();
            }
            store.close();
        }
        List<Store.Found> found = Store.read(disk, damage);

        assertThat(SegmentName.listed(disk)).hasSizeGreaterThan(6);
        assertThat(found).hasSize(3 * 52);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).position()).isEqualTo(i + 1);
        }
        assertThat(Store.seqs(found)).isSorted().hasSize(150);
        assertThat(damage).isEmpty();
    }

    @Test
    void aSnapshotIsNotedInTheJournal() throws IOException {
        Store store = Store.open(disk);
        assertThat(store.journal.snapshotTaken(1)).isTrue();
        store.commit();

        assertThat(Store.read(disk, damage)).last().satisfies(note -> {
            assertThat(note.kind()).isEqualTo(RecordKind.SNAPSHOT);
            assertThat(note.seq()).isEqualTo(1);
        });
    }
}
