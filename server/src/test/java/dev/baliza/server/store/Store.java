package dev.baliza.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/** A journal in one thread with a clock that stands still, and a record of what it told. */
final class Store {
    static final JournalLimits LIMITS = new JournalLimits(
            4_096,
            2_048,
            5_000_000,
            RecordLayout.MAX_BYTES,
            8,
            1_000_000_000,
            1_000,
            new Retention(3_600_000_000L, 1 << 30));

    /** What a reader found. */
    record Found(long position, RecordKind kind, int code, long device, long epoch, long seq, String payload) {}

    final SimulatedDisk disk;
    final FakeClock clock = new FakeClock();
    final Told events = new Told();
    final List<String> told = events.lines();
    final List<Damage> recoveryDamage = new ArrayList<>();
    final Recovery recovery;
    final Journal journal;

    /** Last position acknowledged by lane number. */
    final Map<Integer, Long> acknowledged = new HashMap<>();

    private final List<Lane> lanes = new ArrayList<>();

    Store(SimulatedDisk disk, JournalLimits limits, int lanes) throws IOException {
        this.disk = disk;
        recovery = Recovery.of(disk, recoveryDamage::add);
        journal = new Journal(disk, recovery, limits, clock, new Random(disk.calls())::nextInt, events);
        for (int i = 0; i < lanes; i++) {
            int number = i;
            this.lanes.add(journal.lane(batch -> {
                acknowledged.merge(number, (long) batch.records(), Long::sum);
                batch.release();
            }));
        }
    }

    static Store open(SimulatedDisk disk) throws IOException {
        return new Store(disk, LIMITS, 1);
    }

    Lane lane(int number) {
        return lanes.get(number);
    }

    /** Offers a frame of device 1 that says so much. */
    boolean offer(long seq, String payload) {
        return offer(0, 1, seq, payload);
    }

    boolean offer(int lane, long device, long seq, String payload) {
        boolean taken = lane(lane)
                .offer(RecordHead.of(RecordKind.FRAME, 0x82, device, 7, seq, clock.wallMicros()), bytes(payload));
        lane(lane).flush();
        return taken;
    }

    /** Lets the group's time pass, and commits. */
    void commit() {
        journal.step();
        clock.advanceMillis(5);
        journal.step();
    }

    void close() {
        journal.close();
        journal.run();
    }

    long acknowledged() {
        return acknowledged.getOrDefault(0, 0L);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** All that can be read up to there. */
    static List<Found> read(Disk disk, long from, LongSupplier committed, List<Damage> damage) throws IOException {
        List<Found> found = new ArrayList<>();
        try (JournalReader reader = new JournalReader(disk, from, committed, damage::add)) {
            while (reader.next()) {
                found.add(found(reader.record()));
            }
        }
        return found;
    }

    /** All that a new process would find. */
    static List<Found> read(Disk disk, List<Damage> damage) throws IOException {
        long committed = Recovery.of(disk, damage::add).committed();
        return read(disk, JournalReader.OLDEST, () -> committed, damage);
    }

    static Found found(JournalRecord record) {
        return new Found(
                record.position(),
                record.kind(),
                record.code(),
                record.device(),
                record.epoch(),
                record.seq(),
                StandardCharsets.UTF_8.decode(record.payload()).toString());
    }

    /** Sequence numbers of the frames among them. */
    static List<Long> seqs(List<Found> found) {
        return found.stream()
                .filter(record -> record.kind() == RecordKind.FRAME)
                .map(Found::seq)
                .toList();
    }
}
