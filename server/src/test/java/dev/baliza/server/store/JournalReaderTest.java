package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Reading behind a writer, and past what cannot be read. STORE §5. */
class JournalReaderTest {
    private final SimulatedDisk disk = new SimulatedDisk(5);
    private final List<Damage> damage = new ArrayList<>();

    private Store filled(int frames) throws IOException {
        Store store = Store.open(disk);
        for (int seq = 0; seq < frames; seq++) {
            store.offer(seq, "x".repeat(500));
            store.commit();
        }
        return store;
    }

    private JournalReader reader(Store store, long from) {
        return new JournalReader(disk, from, store.journal::committed, damage::add);
    }

    @Test
    void aReaderFollowsTheWriterOverSegments() throws IOException {
        Store store = Store.open(disk);
        List<Long> seqs = new ArrayList<>();
        try (JournalReader reader = reader(store, 2)) {
            assertThat(reader.next()).isFalse();
            for (int seq = 0; seq < 60; seq++) {
                store.offer(seq, "x".repeat(seq * 17 % 700));
                if (seq % 7 == 0) {
                    continue; // the next group is larger
                }
                store.commit();
                while (reader.next()) {
                    seqs.add(reader.record().seq());
                }
                assertThat(seqs).hasSize(seq + 1);
            }
        }
        assertThat(seqs).isSorted().doesNotHaveDuplicates();
        assertThat(SegmentName.listed(disk)).hasSizeGreaterThan(3);
        assertThat(damage).isEmpty();
    }

    @Test
    void whatIsWrittenAndNotSyncedIsNotRead() throws IOException {
        Store store = filled(1);
        try (JournalReader reader = reader(store, JournalReader.OLDEST)) {
            assertThat(reader.next()).isTrue();
            store.offer(1, "y".repeat(3_000));
            disk.cutAfter(2); // the write is done, the sync is not
            assertThatThrownBy(store::commit).isInstanceOf(SimulatedDisk.PowerCut.class);
            assertThat(reader.next()).isTrue();
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void whatWasReadAheadOfTheCommitIsReadAgain() throws IOException {
        filled(3);
        String file = SegmentName.listed(disk).get(0).file();
        AtomicLong committed = new AtomicLong(1);
        try (JournalReader reader = new JournalReader(disk, 1, committed::get, damage::add)) {
            disk.flip(file, 200, 0); // the writer has not got that far
            assertThat(reader.next()).isTrue();
            assertThat(reader.next()).isFalse();
            disk.flip(file, 200, 0);
            committed.set(2);
            assertThat(reader.next()).isTrue();
            assertThat(reader.record().seq()).isZero();
        }
        assertThat(damage).isEmpty();
    }

    @Test
    void reachesEveryPosition() throws IOException {
        Store store = filled(30);
        for (long from = 1; from <= 31; from++) {
            try (JournalReader reader = reader(store, from)) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.record().position()).isEqualTo(from);
            }
        }
        try (JournalReader reader = reader(store, 32)) {
            assertThat(reader.next()).isFalse();
            store.offer(30, "new");
            store.commit();
            assertThat(reader.next()).isTrue();
            assertThat(reader.record().position()).isEqualTo(32);
        }
        assertThat(damage).isEmpty();
    }

    /** Changes a byte of the first frame, and makes its checksum right again. */
    private void change(int offset, byte value) throws IOException {
        SegmentName segment = SegmentName.listed(disk).get(0);
        byte[] bytes = disk.content(segment.file());
        int frame = SegmentHeader.BYTES + RecordLayout.HEAD_BYTES; // behind OPENED
        bytes[frame + offset] = value;
        int sum = new RecordSum().of(ByteBuffer.wrap(bytes), frame, RecordLayout.HEAD_BYTES + 500, segment.salt());
        ByteBuffer.wrap(bytes).putInt(frame, sum);
        disk.put(segment.file(), bytes);
    }

    @Test
    void aRecordWhosePositionCannotBeIsDamage() throws IOException {
        filled(3);
        change(RecordLayout.POSITION_OFFSET, (byte) 1); // 2 to the power of 56 records further

        assertThat(Store.seqs(Store.read(disk, damage))).containsExactly(1L, 2L);
        assertThat(damage).hasSize(1).allMatch(d -> d.firstPosition() == 2 && d.records() == 1);
    }

    @Test
    void kindsOfLaterVersionsArePassedOver() throws IOException {
        Store store = filled(3);
        change(RecordLayout.KIND_OFFSET, (byte) 200);

        try (JournalReader reader = reader(store, JournalReader.OLDEST)) {
            List<Long> positions = new ArrayList<>();
            while (reader.next()) {
                positions.add(reader.record().position());
            }
            assertThat(positions).containsExactly(1L, 3L, 4L);
            assertThat(reader.unknownKinds()).isEqualTo(1);
        }
        assertThat(damage).isEmpty();
    }

    @Test
    void aSegmentOfALaterVersionIsRefused() throws IOException {
        Store store = filled(1);
        String file = SegmentName.listed(disk).get(0).file();
        byte[] bytes = disk.content(file);
        bytes[5] = 2;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 36);
        ByteBuffer.wrap(bytes).putInt(36, (int) crc.getValue());
        disk.put(file, bytes);

        assertThatThrownBy(() -> reader(store, 1).next())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format version 2, this server reads 1: start the server version that wrote it");
    }

    @Test
    void aLostSegmentIsTold() throws IOException {
        Store store = filled(30);
        List<SegmentName> segments = SegmentName.listed(disk);
        disk.delete(segments.get(1).file());
        List<Store.Found> found = Store.read(disk, JournalReader.OLDEST, store.journal::committed, damage);

        long missing = segments.get(2).first() - segments.get(1).first();
        assertThat(found).hasSize((int) (31 - missing));
        assertThat(damage).hasSize(1);
        assertThat(damage.get(0).firstPosition()).isEqualTo(segments.get(1).first());
        assertThat(damage.get(0).records()).isEqualTo(missing);

        damage.clear();
        disk.delete(segments.get(0).file());
        Store.read(disk, 1, store.journal::committed, damage);
        assertThat(damage).hasSize(1);
        assertThat(damage.get(0).records()).isEqualTo(segments.get(2).first() - 1);
    }

    @Test
    void aDamagedStretchCostsOnlyItsRecords() throws IOException {
        Store store = filled(7);
        String file = SegmentName.listed(disk).get(0).file();
        byte[] bytes = disk.content(file);
        int start = SegmentHeader.BYTES + RecordLayout.HEAD_BYTES + 550 + 100;
        Arrays.fill(bytes, start, start + 900, (byte) 0); // in the second and the third frame
        disk.put(file, bytes);

        assertThat(Store.seqs(Store.read(disk, damage))).containsExactly(0L, 3L, 4L, 5L, 6L);
        assertThat(damage).containsExactly(new Damage(Damage.Reason.RECORDS, file, start - 100, 2 * 550, 3, 2));
        assertThat(damage.get(0))
                .hasToString(file + ", 1100 bytes from offset 640: 2 records from position 3 on cannot"
                        + " be read; the others are used. Keep the file and check the disk");
        assertThat(store.journal.committed()).isEqualTo(8);
    }

    /** A device sends the image of a record as its payload; when the head before it is damaged, a search walks over it. */
    @Test
    void noPayloadPassesForARecord() throws IOException {
        Store store = Store.open(disk);
        store.commit();
        ByteBuffer image = ByteBuffer.allocate(100 + RecordLayout.HEAD_BYTES);
        image.putInt(100 + 4, RecordLayout.HEAD_BYTES).putLong(100 + 8, 3).put(100 + 16, (byte) 1);
        image.putInt(100, new RecordSum().of(image, 100, RecordLayout.HEAD_BYTES, 0)); // the salt is not known to it
        image.clear();
        store.lane(0).offer(RecordHead.of(RecordKind.FRAME, 0x82, 6, 6, 6, 6), image);
        store.lane(0).flush();
        store.commit();
        store.offer(7, "honest");
        store.commit();
        disk.flip(SegmentName.listed(disk).get(0).file(), SegmentHeader.BYTES + RecordLayout.HEAD_BYTES + 30, 1);

        assertThat(Store.seqs(Store.read(disk, damage))).containsExactly(7L);
        assertThat(damage).hasSize(1);
    }

    @Test
    void otherFilesOfTheDirectoryAreNotRead() throws IOException {
        Store store = filled(2);
        disk.put("journal-9999999999-9999999999999999999-00000000.seg", new byte[0]);
        disk.put("journal-1-2-3.seg.bak", new byte[0]);
        disk.put("lock", new byte[] {'1'});

        assertThat(Store.read(disk, JournalReader.OLDEST, store.journal::committed, damage))
                .hasSize(3);
        assertThat(damage).isEmpty();
    }
}
