package dev.baliza.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.store.FileDisk;
import dev.baliza.server.store.Journal;
import dev.baliza.server.store.JournalEvents;
import dev.baliza.server.store.JournalLimits;
import dev.baliza.server.store.Lane;
import dev.baliza.server.store.RecordHead;
import dev.baliza.server.store.RecordKind;
import dev.baliza.server.store.Recovery;
import dev.baliza.server.store.Snapshot;
import dev.baliza.server.store.Snapshots;
import dev.baliza.server.store.StoreClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCheckTest {
    private static final long DEVICE = 0xD0D0;
    private static final int FRAMES = 6;

    @TempDir
    private Path dir;

    /** A journal of six frames with a reading each, and one that was rejected. */
    @BeforeEach
    void write() throws IOException {
        FileDisk disk = new FileDisk(dir);
        StoreClock clock = new StoreClock() {
            @Override
            public long wallMicros() {
                return 1_000_000;
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };
        Recovery nothing = Recovery.of(disk, damage -> {});
        Journal journal = new Journal(disk, nothing, JournalLimits.DEFAULT, clock, () -> 7, new Silent());
        Lane lane = journal.lane(batch -> batch.release());
        for (int seq = 0; seq < FRAMES; seq++) {
            lane.offer(head(RecordKind.FRAME, MessageType.READINGS.code(), seq), readings(20 + seq));
        }
        lane.offer(head(RecordKind.REJECTED, 1, FRAMES), ByteBuffer.allocate(4));
        lane.flush();
        journal.close();
        journal.run();
    }

    private static RecordHead head(RecordKind kind, int code, long seq) {
        return new RecordHead(kind, code, DEVICE, 1_000, seq, (int) seq, false, 1_000_000 + seq);
    }

    private static ByteBuffer readings(double value) {
        NamedReading reading =
                new NamedReading(0, "temperature", "inlet", "Cel", SensorType.F64, 0, new Value.Real(value));
        ByteBuffer bytes = ByteBuffer.allocate(200);
        MessageCodec.write(
                bytes,
                new Message.NamedReadings(TimeMode.ON_ARRIVAL, false, false, TimeUnit.MICROSECONDS, List.of(reading)));
        return bytes.flip();
    }

    private StoreCheck.Result check() throws IOException {
        try (StoppedStore store = StoppedStore.open(dir)) {
            return StoreCheck.run(store);
        }
    }

    private void snapshot(long position) throws IOException {
        new Snapshots(new FileDisk(dir)).write(new Snapshot(position, 0, Map.of()));
    }

    @Test
    void whatWasWrittenBalances() throws IOException {
        StoreCheck.Result result = check();
        assertThat(result.differences()).isEmpty();
        assertThat(result.losses()).isEmpty();
        assertThat(result.complete()).isTrue();
        assertThat(result.unclean()).isFalse();
        assertThat(result.records()).containsEntry(RecordKind.FRAME, 6L).containsEntry(RecordKind.REJECTED, 1L);
        DeviceView device = result.devices().get(0);
        assertThat(device.ledger().accepted()).isEqualTo(FRAMES);
        assertThat(device.ledger().rejected()).isEqualTo(1);
        assertThat(device.series().get(0).sum()).isEqualTo(20 + 21 + 22 + 23 + 24 + 25);
    }

    @Test
    void aSnapshotThatForgotADeviceIsFound() throws IOException {
        snapshot(9);
        assertThat(check().differences())
                .containsExactly("000000000000d0d0: records are about it but it is in no snapshot");
    }

    @Test
    void aSnapshotThatForgotFramesIsFound() throws IOException {
        snapshot(4); // OPENED and three frames
        assertThat(check().differences())
                .contains(
                        "000000000000d0d0: 3 frames are counted as accepted but 6 are stored",
                        "000000000000d0d0: readings: 3 with the snapshot, 6 by replaying all records");
    }

    @Test
    void aRecordThatCannotBeReadIsALoss() throws IOException {
        Path segment;
        try (Stream<Path> files = Files.list(dir)) {
            segment = files.filter(file -> file.toString().endsWith(".seg"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 2] ^= 1;
        Files.write(segment, bytes);
        StoreCheck.Result result = check();
        assertThat(result.losses())
                .singleElement()
                .satisfies(loss -> assertThat(loss.records()).isEqualTo(1));
        assertThat(result.differences()).isEmpty();
    }

    @Test
    void anotherDirectoryIsLeftAlone() {
        Path other = dir.resolve("other");
        assertThat(other.toFile().mkdir()).isTrue();
        assertThatThrownBy(() -> StoppedStore.open(other)).isInstanceOf(NoSuchFileException.class);
        assertThat(other).isEmptyDirectory();
    }

    private static final class Silent implements JournalEvents {
        @Override
        public void stalled(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void resumed() {}

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void deleted(String segment) {}

        @Override
        public void retentionFailed(IOException cause) {}
    }
}
