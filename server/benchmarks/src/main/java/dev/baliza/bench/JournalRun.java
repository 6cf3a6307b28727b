package dev.baliza.bench;

import dev.baliza.server.store.CommittedBatch;
import dev.baliza.server.store.Damage;
import dev.baliza.server.store.FileDisk;
import dev.baliza.server.store.Journal;
import dev.baliza.server.store.JournalEvents;
import dev.baliza.server.store.JournalLimits;
import dev.baliza.server.store.JournalReader;
import dev.baliza.server.store.Lane;
import dev.baliza.server.store.RecordHead;
import dev.baliza.server.store.RecordKind;
import dev.baliza.server.store.Recovery;
import dev.baliza.server.store.StoreClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the journal takes, with a sync for each group, and how fast it is read back.
 *
 * <p>Run: {@code java -cp server/benchmarks/target/benchmarks.jar dev.baliza.bench.JournalRun DIR [seconds] [lanes] [payload bytes]
 * [records a second and lane; 0: as many as it takes]} with a DIR that is empty and on the disk in question.
 */
public final class JournalRun implements StoreClock, JournalEvents {
    private static final int BURST = 32;
    private static final int MAX_SAMPLES = 1 << 20;

    private JournalRun() {}

    /** One shard: offers, and notes how long a burst waits for its commit. */
    private static final class Producer implements Runnable, Consumer<CommittedBatch> {
        private final ByteBuffer payload;
        private final long endNanos;
        private final long burstNanos;
        private final long[] offeredNanos = new long[1 << 16];
        private final long[] waitedNanos = new long[MAX_SAMPLES];
        private final Lane lane;
        private long refused;
        private volatile long committed;
        private int samples;
        private long total;

        Producer(Journal journal, int bytes, long endNanos, long burstNanos) {
            payload = ByteBuffer.allocate(bytes);
            this.endNanos = endNanos;
            this.burstNanos = burstNanos;
            lane = journal.lane(this);
        }

        @Override
        public void run() {
            long next = System.nanoTime();
            for (long seq = 0; System.nanoTime() - endNanos < 0; ) {
                for (int i = 0; i < BURST; i++) {
                    if (lane.offer(RecordHead.of(RecordKind.FRAME, 0x82, 1, 1, seq, 0), payload)) {
                        seq++;
                    } else {
                        refused++;
                        Thread.onSpinWait();
                    }
                }
                offeredNanos[(int) (seq / BURST) & 0xFFFF] = System.nanoTime();
                lane.flush();
                next += burstNanos;
                while (burstNanos > 0 && System.nanoTime() - next < 0) {
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public void accept(CommittedBatch batch) {
            long now = System.nanoTime();
            total += batch.records();
            batch.release();
            long records = total;
            for (long burst = committed / BURST + 1; burst <= records / BURST && samples < MAX_SAMPLES; burst++) {
                waitedNanos[samples++] = now - offeredNanos[(int) burst & 0xFFFF];
            }
            committed = records;
        }
    }

    /** Runs it; prints what came out. */
    public static void main(String... arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int seconds = number(arguments, 1, 10);
        int lanes = number(arguments, 2, 2);
        int bytes = number(arguments, 3, 100);
        int rate = number(arguments, 4, 0);
        FileDisk disk = new FileDisk(directory);
        JournalRun all = new JournalRun();
        Recovery recovery = Recovery.of(disk, JournalRun::print);
        Journal journal = new Journal(disk, recovery, JournalLimits.DEFAULT, all, new SecureRandom()::nextInt, all);
        Thread writer = new Thread(journal, "journal");
        long start = System.nanoTime();
        List<Producer> producers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            long burstNanos = rate == 0 ? 0 : 1_000_000_000L * BURST / rate;
            Producer producer = new Producer(journal, bytes, start + seconds * 1_000_000_000L, burstNanos);
            producers.add(producer);
            threads.add(new Thread(producer, "lane-" + i));
        }
        writer.start();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        journal.close();
        writer.join();
        report(producers, (System.nanoTime() - start) / 1e9, bytes + 48);
        readBack(disk, recovery.committed() + 1, journal.committed(), bytes + 48);
    }

    private static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private static void report(List<Producer> producers, double seconds, int recordBytes) {
        long records = producers.stream().mapToLong(p -> p.committed).sum();
        long refused = producers.stream().mapToLong(p -> p.refused).sum();
        long[] waited = producers.stream()
                .flatMapToLong(p -> Arrays.stream(p.waitedNanos, 0, p.samples))
                .sorted()
                .toArray();
        System.out.printf(
                "written and synced: %,d records, %,.0f/s, %,.1f MB/s; offers refused: %,d%n",
                records, records / seconds, records * (double) recordBytes / 1e6 / seconds, refused);
        if (waited.length > 0) {
            System.out.printf(
                    "offer to commit: p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
                    waited[waited.length / 2] / 1e6,
                    waited[(int) (waited.length * 0.99)] / 1e6,
                    waited[waited.length - 1] / 1e6);
        }
    }

    private static void print(Damage damage) {
        System.out.println(damage);
    }

    private static void readBack(FileDisk disk, long from, long to, int recordBytes) throws IOException {
        long start = System.nanoTime();
        long records = 0;
        try (JournalReader reader = new JournalReader(disk, from, () -> to, JournalRun::print)) {
            while (reader.next()) {
                records++;
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "read back: %,d records, %,.0f/s, %,.1f MB/s%n",
                records, records / seconds, records * (double) recordBytes / 1e6 / seconds);
    }

    @Override
    public long wallMicros() {
        return System.currentTimeMillis() * 1_000;
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void stalled(String reason) {
        System.out.println("stalled: " + reason);
    }

    @Override
    public void resumed() {
        System.out.println("resumed");
    }

    @Override
    public void failed(Throwable cause) {
        System.out.println("failed: " + cause);
    }

    @Override
    public void deleted(String segment) {}

    @Override
    public void retentionFailed(IOException cause) {
        System.out.println("retention failed: " + cause);
    }
}
