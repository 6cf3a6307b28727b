package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.recovery.ServerStore;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;
import dev.baliza.server.store.Retention;
import dev.baliza.server.store.StoreClock;
import dev.baliza.server.transport.ShardLoop;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bits that flip in what a server wrote, and the state that the next one makes of it: what stood there is missing and told, every
 * other device is as it was. One bit of each of {@code -Dbaliza.flips=N} stretches of a segment of 64 KiB; 524288 are all bits.
 * STORE §5.
 */
class StateDamageIT {
    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final int HEADER_BYTES = 40;
    private static final int FLIPS = Integer.getInteger("baliza.flips", 384);

    private static final StoreClock CLOCK = new StoreClock() {
        @Override
        public long wallMicros() {
            return 0;
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };

    @TempDir
    private Path dir;

    private final EventLoop loop = new DefaultEventLoop();

    /** A record as STORE §3 has it. */
    private record Stored(int start, int end, int kind, long device) {
        /** FRAME, REJECTED, DESCRIPTION. */
        boolean settles() {
            return kind <= 3;
        }
    }

    /** What a server makes of the directory. */
    private record State(Map<Long, DeviceView> devices, long damaged, boolean unclean) {}

    private Shard shard() {
        ServerIdentity identity = new ServerIdentity(1, AckLevel.STORED, true, false, 65_535, 65_507, 60);
        return new Shard(
                identity,
                new Aggregator(new Families(1_000, 100_000), SeriesRules.DEFAULT, 3_600_000_000L),
                new NameRegistry(),
                new AddressTokens(new byte[32]),
                () -> KeyRing.EMPTY,
                1_000);
    }

    private State recover(Path data) throws IOException {
        ShardLoop only = new ShardLoop(0, loop, shard(), () -> KeyRing.EMPTY, false, () -> 0);
        try (ServerStore store = ServerStore.open(data, Retention.DEFAULT, List.of(only), CLOCK)) {
            Map<Long, DeviceView> devices = only.shard().devices(0, 1_000, true).stream()
                    .collect(Collectors.toMap(DeviceView::id, Function.identity()));
            Map<String, Long> gauges = store.gauges();
            return new State(devices, gauges.get("store_damaged_records"), gauges.get("prev_shutdown_unclean") == 1);
        }
    }

    /** The segment of a server that was stopped in order, and no snapshot beside it. */
    private Path write(Path data) throws Exception {
        try (LastingServer server = new LastingServer(data)) {
            while (Files.size(segment(data)) < SEGMENT_BYTES) {
                SimRun run = server.sim(
                        dir,
                        "--devices=6",
                        "--interval=20ms",
                        "--batch=2",
                        "--duration=1s",
                        "--events=2",
                        "--transport=mixed");
                assertThat(run.text("verdict")).isEqualTo("balanced");
            }
            assertThat(server.process().terminate()).isZero();
        }
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".snap")).toList()) {
                Files.delete(file);
            }
        }
        return segment(data);
    }

    private static Path segment(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(f -> f.toString().endsWith(".seg")).findFirst().orElseThrow();
        }
    }

    private static List<Stored> records(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<Stored> records = new ArrayList<>();
        for (int at = HEADER_BYTES; at < bytes.length; ) {
            int end = at + in.getInt(at + 4);
            records.add(new Stored(at, end, in.get(at + 16), in.getLong(at + 24)));
            at = end;
        }
        return records;
    }

    @Test
    @Timeout(10_000)
    void aFlippedBitCostsItsRecordAndIsTold() throws Exception {
        Path data = dir.resolve("data");
        Path segment = write(data);
        byte[] whole = Files.readAllBytes(segment);
        List<Stored> records = records(whole);
        State before = recover(data);
        assertThat(before.damaged()).isZero();
        assertThat(before.unclean()).isFalse();
        assertThat(before.devices()).hasSize(6);
        Random random = new Random(1);
        int stretch = Math.max(1, SEGMENT_BYTES * 8 / FLIPS);
        int flips = 0;
        int record = -1;
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            for (long from = 0; from < SEGMENT_BYTES * 8L; from += stretch) {
                long bit = from + random.nextInt(stretch);
                int at = (int) (bit / 8);
                while (record + 1 < records.size() && records.get(record + 1).start() <= at) {
                    record++;
                }
                file.seek(at);
                file.write(whole[at] ^ (1 << (bit % 8)));
                check(before, recover(data), record < 0 ? null : records.get(record), bit);
                file.seek(at);
                file.write(whole[at]);
                flips++;
            }
        }
        System.out.printf(
                "%,d bits flipped, %,d records: each told, each cost its record only%n", flips, records.size());
        assertThat(recover(data)).isEqualTo(before);
    }

    /** @param record null: the header */
    private static void check(State before, State now, @Nullable Stored record, long bit) {
        String place = "bit %d, %s".formatted(bit, record);
        assertThat(now.damaged()).as(place).isPositive();
        before.devices().forEach((id, device) -> {
            DeviceView found = now.devices().get(id);
            if (record == null || record.device() != id) {
                assertThat(found).as(place).isEqualTo(device);
            } else {
                assertThat(found).as(place).isNotNull();
                assertThat(found.ledger().accepted())
                        .as(place)
                        .isEqualTo(device.ledger().accepted() - (record.settles() ? 1 : 0));
                assertThat(found.ledger().imbalance()).as(place).isZero();
            }
        });
    }
}
