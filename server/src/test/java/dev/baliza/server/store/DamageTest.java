package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bits that flip and files that end too early: only what stood there is missing, and it is told. STORE §5. */
class DamageTest {
    private static final int SEGMENT_BYTES = 64 * 1024;

    /**
     * A segment of 64 KiB, closed.
     *
     * @param starts offset of each record, and the end
     */
    private record Written(SimulatedDisk disk, String file, List<Store.Found> records, List<Integer> starts) {
        /** @param owner index of the record that is damaged; −1: the header */
        void check(int owner) throws IOException {
            List<Store.Found> whole = new ArrayList<>(records);
            Damage told = new Damage(Damage.Reason.HEADER, file, 0, SegmentHeader.BYTES, 1, 0);
            boolean end = owner == records.size() - 1; // CLOSED, alone in its group: nobody can tell it from a torn one
            if (owner >= 0) {
                int start = starts.get(owner);
                Damage.Reason reason = end ? Damage.Reason.TORN : Damage.Reason.RECORDS;
                long position = whole.remove(owner).position();
                told = new Damage(reason, file, start, starts.get(owner + 1) - start, position, end ? 0 : 1);
            }
            List<Damage> damage = new ArrayList<>();
            if (owner >= 0 && owner % 64 != 0 && !end && positionsAre(owner, damage) && damage.equals(List.of(told))) {
                return; // the whole comparison for each of half a million flips would take minutes
            }
            damage.clear();
            assertThat(Store.read(disk, damage)).as("%s", told).isEqualTo(whole);
            assertThat(damage).containsExactly(told);
        }

        private boolean positionsAre(int without, List<Damage> damage) throws IOException {
            try (JournalReader reader =
                    new JournalReader(disk, JournalReader.OLDEST, () -> records.size(), damage::add)) {
                for (int i = 0; i < records.size(); i++) {
                    if (i != without && (!reader.next() || reader.record().position() != i + 1)) {
                        return false;
                    }
                }
                return !reader.next();
            }
        }
    }

    private static Written written() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        JournalLimits limits = new JournalLimits(
                1 << 20, 2_048, 5_000_000, RecordLayout.MAX_BYTES, 8, 1_000_000_000, 0, Retention.DEFAULT);
        Store store = new Store(disk, limits, 1);
        store.commit();
        String file = SegmentName.listed(disk).get(0).file();
        for (int seq = 0; disk.size(file) < SEGMENT_BYTES - 4_000; seq++) {
            store.offer(seq, "x".repeat(seq * 131 % 2_500));
            store.commit();
        }
        int rest = (int) (SEGMENT_BYTES - disk.size(file)) - 2 * RecordLayout.HEAD_BYTES;
        store.offer(1_000, "y".repeat(rest));
        store.close();
        List<Store.Found> records = Store.read(disk, new ArrayList<>());
        List<Integer> starts = new ArrayList<>(List.of(SegmentHeader.BYTES));
        for (Store.Found record : records) {
            int length = RecordLayout.HEAD_BYTES + record.payload().length();
            starts.add(starts.get(starts.size() - 1) + length);
        }
        assertThat(starts).last().isEqualTo(SEGMENT_BYTES);
        return new Written(disk, file, records, starts);
    }

    @Test
    void aFlippedBitCostsTheRecordItIsInAndNoOther() throws IOException {
        flipEach(8);
    }

    /**
     * Flips one bit after the other and reads all.
     *
     * @param stride of the bits: 1 takes all of them, 8 one of each byte
     */
    static void flipEach(int stride) throws IOException {
        Written written = written();
        for (int owner = -1; owner < written.records.size(); owner++) {
            int start = owner < 0 ? 0 : written.starts.get(owner);
            for (int at = start; at < written.starts.get(owner + 1); at++) {
                for (int bit = at % stride; bit < 8; bit += stride) {
                    written.disk.flip(written.file, at, bit);
                    written.check(owner);
                    written.disk.flip(written.file, at, bit);
                }
            }
        }
    }

    @Test
    void aBlockThatCannotBeReadCostsOnlyItsRecords() throws IOException {
        for (int block = 0; block < SEGMENT_BYTES; block += 4_096) {
            Written written = written();
            List<Store.Found> whole = new ArrayList<>();
            for (int i = 0; i < written.records.size(); i++) {
                if (written.starts.get(i + 1) <= block || written.starts.get(i) >= block + 4_096) {
                    whole.add(written.records.get(i));
                }
            }
            written.disk.spoil(written.file, block);
            List<Damage> damage = new ArrayList<>();

            assertThat(Store.read(written.disk, damage)).isEqualTo(whole);
            assertThat(damage).hasSizeBetween(1, 2).extracting(Damage::file).containsOnly(written.file);
        }
    }

    @Test
    void everyTruncationLeavesTheRecordsBeforeIt() throws IOException {
        Written written = written();
        List<Integer> starts = written.starts;
        byte[] bytes = written.disk.content(written.file);
        SimulatedDisk disk = new SimulatedDisk(2);
        for (int size = 0, whole = 0; size < SEGMENT_BYTES; size++) {
            if (size >= starts.get(whole + 1)) {
                whole++;
            }
            disk.put(written.file, Arrays.copyOf(bytes, size));
            List<Damage> damage = new ArrayList<>();
            Recovery recovery = Recovery.of(disk, damage::add);

            boolean headless = size < SegmentHeader.BYTES;
            boolean clean = headless || size == starts.get(whole);
            if (recovery.committed() != whole || !recovery.unclean() || damage.isEmpty() != clean) {
                assertThat(recovery).as("%d bytes", size).isEqualTo(new Recovery(null, whole, true, 2));
                assertThat(damage).as("%d bytes", size).hasSize(clean ? 0 : 1);
            }
            if (size % 331 == 0) {
                writesOn(disk, written.records.subList(0, whole));
            }
        }
    }

    /** A new process writes behind what is left, and what was torn disturbs nobody. */
    private static void writesOn(SimulatedDisk disk, List<Store.Found> before) throws IOException {
        Store store = Store.open(disk);
        store.offer(77, "after");
        store.close();
        List<Damage> damage = new ArrayList<>();
        List<Store.Found> found = Store.read(disk, damage);

        assertThat(damage).allMatch(d -> d.reason() == Damage.Reason.HEADER);
        assertThat(found.subList(0, before.size())).isEqualTo(before);
        assertThat(found).hasSize(before.size() + 3);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).position()).isEqualTo(i + 1);
        }
        disk.delete(SegmentName.listed(disk).get(1).file());
    }
}
