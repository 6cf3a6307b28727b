package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads, a clock and files as they are in a server. STORE §3–§6. */
@Timeout(60)
class JournalThreadTest {
    private static final int PRODUCERS = 4;
    private static final int RECORDS = 5_000;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void manyProducersAndAReaderLoseNothing() throws Exception {
        FileDisk disk = new FileDisk(directory);
        List<Damage> damage = new ArrayList<>();
        Told events = new Told();
        JournalLimits limits = new JournalLimits(
                200_000, 16_384, 500_000, RecordLayout.MAX_BYTES, 8, 1_000_000_000, 0, Retention.DEFAULT);
        Journal journal = new Journal(
                disk, Recovery.of(disk, damage::add), limits, new SystemClock(), new Random(1)::nextInt, events);
        Thread writer = new Thread(journal, "journal");
        AtomicLong[] committed = new AtomicLong[PRODUCERS];
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            AtomicLong mine = new AtomicLong();
            committed[p] = mine;
            Lane lane = journal.lane(batch -> {
                mine.addAndGet(batch.records());
                batch.release();
            });
            int device = p;
            producers.add(new Thread(() -> produce(lane, device)));
        }
        long[] read = new long[PRODUCERS];
        Thread reading = new Thread(() -> readAll(disk, journal, damage, read));
        writer.start();
        reading.start();
        producers.forEach(Thread::start);
        for (Thread producer : producers) {
            producer.join();
        }
        journal.close();
        writer.join();
        reading.join();

        assertThat(journal.state()).isEqualTo(Journal.State.CLOSED);
        assertThat(events.lines()).isEmpty();
        assertThat(damage).isEmpty();
        for (int p = 0; p < PRODUCERS; p++) {
            assertThat(committed[p]).hasValue(RECORDS);
            assertThat(read[p]).isEqualTo(RECORDS);
        }
        assertThat(journal.committed()).isEqualTo(PRODUCERS * RECORDS + 2);
        assertThat(SegmentName.listed(disk)).hasSizeGreaterThan(3);
    }

    private static void produce(Lane lane, int device) {
        ByteBuffer payload = ByteBuffer.allocate(120);
        for (int seq = 0; seq < RECORDS; seq++) {
            while (!lane.offer(RecordHead.of(RecordKind.FRAME, 0x82, device, 1, seq, 0), payload)) {
                Thread.onSpinWait();
            }
            if (seq % 10 == 9) {
                lane.flush();
            }
        }
    }

    /** Each number of each device once and in order, until the journal is closed. */
    private static void readAll(Disk disk, Journal journal, List<Damage> damage, long[] read) {
        try (JournalReader reader = new JournalReader(disk, 1, journal::committed, damage::add)) {
            boolean last = false;
            while (!last) {
                last = journal.state() == Journal.State.CLOSED;
                while (reader.next()) {
                    JournalRecord record = reader.record();
                    if (record.kind() == RecordKind.FRAME && record.seq() == read[(int) record.device()]) {
                        read[(int) record.device()]++;
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
