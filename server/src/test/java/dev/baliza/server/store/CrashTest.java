package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The power goes at any call, many times over: what was acknowledged is there, nothing is there twice. STORE §5–§7. */
class CrashTest {
    private static final int LANES = 3;

    /** What was offered and acknowledged in all lives of one disk. */
    private static final class Run {
        final Random random;
        final SimulatedDisk disk;
        final long[] offered = new long[LANES];
        final long[] acknowledged = new long[LANES];
        long snapshotPosition = -1;
        final List<String> lives = new ArrayList<>();

        Run(long seed) {
            random = new Random(seed);
            disk = new SimulatedDisk(seed);
        }

        /** One process, until the power goes after so many calls. */
        void live(long calls) throws IOException {
            disk.cutAfter(calls);
            long[] before = offered.clone();
            Store store = null;
            try {
                store = new Store(disk, Store.LIMITS, LANES);
                for (int burst = 0; burst < 40; burst++) {
                    for (int i = random.nextInt(8); i >= 0; i--) {
                        int lane = random.nextInt(LANES);
                        store.offer(lane, lane, offered[lane], text(lane, offered[lane]));
                        offered[lane]++;
                    }
                    store.commit();
                    if (random.nextInt(10) == 0) {
                        long position = store.journal.committed();
                        new Snapshots(disk).write(snapshot(position));
                        snapshotPosition = position;
                        store.journal.snapshotTaken(position);
                    }
                }
                store.close();
                lives.add("closed");
            } catch (SimulatedDisk.PowerCut e) {
                lives.add("cut after " + calls);
            }
            if (store != null) {
                Map<Integer, Long> records = store.acknowledged;
                records.forEach((lane, count) -> acknowledged[lane] = before[lane] + count);
            }
            disk.restart();
        }

        /** Offered and not found again: a device would send it once more under the same number. */
        void check() throws IOException {
            List<Damage> damage = new ArrayList<>();
            Recovery recovery = Recovery.of(disk, damage::add);
            assertThat(damage).as("%s", lives).allMatch(d -> d.reason() == Damage.Reason.TORN);
            damage.clear();
            List<Store.Found> found = Store.read(disk, JournalReader.OLDEST, recovery::committed, damage);
            assertThat(damage).as("%s", lives).allMatch(d -> d.reason() == Damage.Reason.HEADER);
            long position = 0;
            long[] next = new long[LANES];
            for (Store.Found record : found) {
                assertThat(record.position()).as("%s", lives).isEqualTo(++position);
                if (record.kind() == RecordKind.FRAME) {
                    int lane = (int) record.device();
                    assertThat(record.seq()).as("lane %d of %s", lane, lives).isEqualTo(next[lane]);
                    assertThat(record.payload()).isEqualTo(text(lane, record.seq()));
                    next[lane] = record.seq() + 1;
                }
            }
            assertThat(position).isEqualTo(recovery.committed());
            for (int lane = 0; lane < LANES; lane++) {
                assertThat(next[lane]).as("lane %d of %s", lane, lives).isGreaterThanOrEqualTo(acknowledged[lane]);
                offered[lane] = next[lane]; // what was lost is offered again
            }
            Snapshot snapshot = recovery.snapshot();
            assertThat(snapshot == null ? -1 : snapshot.position())
                    .as("%s", lives)
                    .isBetween(snapshotPosition, recovery.committed());
            if (snapshot != null) {
                assertThat(snapshot).isEqualTo(snapshot(snapshot.position()));
            }
        }

        private static String text(int lane, long seq) {
            return lane + ":" + seq + "-".repeat((int) (seq * 37 % 150));
        }

        private static Snapshot snapshot(long position) {
            ByteBuffer state = ByteBuffer.allocate(200).putLong(0, position);
            return new Snapshot(position, 0, Map.of("ledger", state, "nothing", ByteBuffer.allocate(0)));
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesEveryCallOfAGroup() throws IOException {
        for (int calls = 1; calls <= 60; calls++) {
            for (int seed = 0; seed < 12; seed++) {
                Run run = new Run(seed * 1_000L + calls);
                run.live(calls);
                run.check();
            }
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesManyCrashesInARow() throws IOException {
        for (int seed = 0; seed < 500; seed++) {
            Run run = new Run(seed);
            for (int life = 0; life < 5; life++) {
                run.live(1 + run.random.nextInt(life % 2 == 0 ? 200 : 12));
                run.check();
            }
        }
    }

    /** After a sync that failed the system takes what it did not write for clean: only writing it again makes it durable. STORE §6.2. */
    @Test
    void whatARestartFindsAfterAFailedSyncIsOnDiskBeforeItCounts() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            for (int groups = 0; groups < 3; groups++) {
                SimulatedDisk disk = new SimulatedDisk(seed);
                Store store = Store.open(disk);
                for (int i = 0; i < groups; i++) {
                    store.commit(); // OPENED is in the first
                    store.offer(i, "before");
                }
                disk.failSyncs(1);
                store.offer(groups, "x".repeat(seed * 20));
                store.commit();
                assertThat(store.journal.state()).isEqualTo(Journal.State.FAILED);
                disk.kill();
                long found = Recovery.of(disk, damage -> {}).committed();
                disk.restart();
                assertThat(Recovery.of(disk, damage -> {}).committed())
                        .as("seed %d, %d groups", seed, groups)
                        .isEqualTo(found);
            }
        }
    }
}
