package dev.baliza.server.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Message;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Errand;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.ReturnPath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files on their way to a disk. SPEC §14. */
class ReceptionsTest {
    private static final int CHUNK = 1_000;

    @TempDir
    Path dir;

    private final List<Message> answers = new ArrayList<>();
    private final ReturnPath back = new ReturnPath() {
        @Override
        public void answer(Errand to, Message message) {
            answers.add(message);
        }

        @Override
        public void send(long device, Message message) {
            answers.add(message);
        }
    };
    private final Peer peer = new Peer(Transport.UDP, new InetSocketAddress("127.0.0.1", 40_000), (a, b, c, d) -> {});
    private long nowMicros = 1_800_000_000_000_000L;
    private FileCounters counters = new FileCounters();
    private Receptions receptions;
    private FileLibrary library;

    @BeforeEach
    void start() throws IOException {
        restart(new FileLimits(100_000, 250_000, 150_000, 0));
    }

    private void restart(FileLimits limits) throws IOException {
        counters = new FileCounters();
        library = FileLibrary.open(dir);
        Quota quota = new Quota(limits);
        library.all().forEach(file -> quota.take(file.device(), file.size()));
        Parts parts = new Parts(library.parts(), quota, counters);
        parts.load();
        receptions = new Receptions(limits, library, parts, quota, counters, back);
    }

    private static byte[] bytes(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) {
        try {
            return FileMessage.hex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FileMessage.Offer offer(long transfer, byte[] file) {
        return new FileMessage.Offer(transfer, file.length, sha256(file), "f.bin", "");
    }

    private Errand errand(long device, FileMessage message, long budget) {
        return new Errand(device, "device-" + device, peer, budget, message);
    }

    private void offer(long device, FileMessage.Offer offer) {
        receptions.onOffer(offer, errand(device, offer, 65_535), nowMicros);
    }

    private void chunk(long device, long transfer, byte[] file, int from, int to) {
        FileMessage.Chunk chunk =
                new FileMessage.Chunk(transfer, from, ByteBuffer.wrap(Arrays.copyOfRange(file, from, to)));
        receptions.onChunk(chunk, errand(device, chunk, 65_535), nowMicros);
    }

    private void chunks(long device, long transfer, byte[] file, int from, int to) {
        for (int at = from; at < to; at += CHUNK) {
            chunk(device, transfer, file, at, Math.min(to, at + CHUNK));
        }
    }

    private <M> M last(Class<M> type) {
        return type.cast(answers.get(answers.size() - 1));
    }

    private FileState lastState() {
        return FileState.values()[last(FileMessage.Done.class).state()];
    }

    private FileRefusal lastRefusal() {
        return FileRefusal.values()[last(FileMessage.Accept.class).refusal()];
    }

    private List<String> onDisk() throws IOException {
        try (var files = Files.walk(dir)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> dir.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** SPEC §14.4.1, §14.1.4. */
    @Test
    void aFileIsKeptUnderItsHashAndAnsweredOnlyThen() throws IOException {
        byte[] file = bytes(1, 10_500);
        offer(7, offer(1, file));
        assertThat(last(FileMessage.Accept.class).missing()).containsExactly(new FileRange(0, 10_500));

        chunks(7, 1, file, 0, 10_500);

        assertThat(lastState()).isEqualTo(FileState.OK);
        assertThat(Files.readAllBytes(dir.resolve(sha256(file)))).isEqualTo(file);
        assertThat(onDisk()).containsExactly(sha256(file), "index.jsonl");
        offer(8, offer(5, file));
        assertThat(lastState()).isEqualTo(FileState.OK);
        assertThat(counters.of(FileEvent.ALREADY_THERE)).isOne();
    }

    /** SPEC §14.2.1. */
    @Test
    void chunksAreAcknowledgedEverySixteenAndWhenNoMoreWait() {
        byte[] file = bytes(1, 40_000);
        offer(7, offer(1, file));
        answers.clear();

        chunks(7, 1, file, 0, 16_000);
        assertThat(answers).hasSize(1);
        chunks(7, 1, file, 16_000, 18_000);
        assertThat(answers).hasSize(1);
        receptions.endOfBurst();
        assertThat(last(FileMessage.Accept.class).missing()).containsExactly(new FileRange(18_000, 40_000));
        receptions.endOfBurst();
        assertThat(answers).hasSize(2);
    }

    /** SPEC §14.4.1. */
    @Test
    void wrongBytesAreForgotten() throws IOException {
        byte[] file = bytes(1, 5_000);
        byte[] other = bytes(2, 5_000);
        offer(7, offer(1, file));
        chunks(7, 1, other, 0, 5_000);
        assertThat(lastState()).isEqualTo(FileState.BAD_HASH);
        assertThat(onDisk()).isEmpty();

        offer(7, offer(2, file));
        chunks(7, 2, file, 0, 5_000);
        assertThat(lastState()).isEqualTo(FileState.OK);
    }

    @Test
    void aFileOfNoBytesNeedsNoChunks() throws IOException {
        offer(7, offer(1, new byte[0]));
        assertThat(lastState()).isEqualTo(FileState.OK);
        assertThat(Files.size(dir.resolve(sha256(new byte[0])))).isZero();

        offer(7, new FileMessage.Offer(2, 0, "00".repeat(32), "f", ""));
        assertThat(lastState()).isEqualTo(FileState.BAD_HASH);
    }

    /** SPEC §14.1.4: random cuts, with and without a restart, cost nothing that was written. */
    @Test
    void afterACutOnlyWhatIsMissingIsAskedFor() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            byte[] file = bytes(100 + seed, 20_000);
            offer(7, offer(seed, file));
            int to = CHUNK * (1 + random.nextInt(19));
            chunks(7, seed, file, 0, to);
            if (random.nextBoolean()) {
                receptions.closeAll(nowMicros);
            }
            restart(new FileLimits(100_000, 1_000_000_000, 1_000_000_000, 0));

            offer(7, offer(1_000 + seed, file));
            assertThat(last(FileMessage.Accept.class).missing()).containsExactly(new FileRange(to, 20_000));
            chunks(7, 1_000 + seed, file, to, 20_000);
            assertThat(lastState()).isEqualTo(FileState.OK);
        }
    }

    @Test
    void bytesThatAPowerCutTookAreAskedForAgain() throws IOException {
        byte[] file = bytes(1, 20_000);
        offer(7, offer(1, file));
        chunks(7, 1, file, 0, 10_000);
        receptions.closeAll(nowMicros);
        Path part = library.parts().resolve(onDisk().get(1).substring("parts/".length()));
        byte[] damaged = Files.readAllBytes(part);
        Arrays.fill(damaged, 3_000, 4_000, (byte) 0);
        Files.write(part, damaged);
        restart(new FileLimits(100_000, 250_000, 150_000, 0));

        offer(7, offer(2, file));
        assertThat(last(FileMessage.Accept.class).missing())
                .containsExactly(new FileRange(3_000, 4_000), new FileRange(10_000, 20_000));
        chunks(7, 2, file, 3_000, 4_000);
        chunks(7, 2, file, 10_000, 20_000);
        assertThat(lastState()).isEqualTo(FileState.OK);
    }

    /** The map of a part does not outgrow it, and still says the truth. */
    @Test
    void aSenderOfSingleBytesFillsNoDisk() throws IOException {
        byte[] file = bytes(1, 20_000);
        offer(7, offer(1, file));
        for (int at = 0; at < 19_000; at++) {
            chunk(7, 1, file, at, at + 1);
        }
        assertThat(Files.size(library.parts().resolve(onDisk().get(0).substring("parts/".length()))))
                .isLessThan(16L * 5_000);
        receptions.closeAll(nowMicros);
        restart(new FileLimits(100_000, 250_000, 150_000, 0));
        offer(7, offer(2, file));
        assertThat(last(FileMessage.Accept.class).missing()).containsExactly(new FileRange(19_000, 20_000));
    }

    @Test
    void limitsAreToldAndCounted() {
        offer(7, offer(1, new byte[100_001]));
        assertThat(lastRefusal()).isEqualTo(FileRefusal.TOO_LARGE);
        offer(7, new FileMessage.Offer(2, Long.MAX_VALUE, "00".repeat(32), "lie", ""));
        assertThat(lastRefusal()).isEqualTo(FileRefusal.TOO_LARGE);
        offer(7, offer(3, bytes(3, 90_000)));
        offer(7, offer(4, bytes(4, 90_000)));
        assertThat(lastRefusal()).isEqualTo(FileRefusal.QUOTA);
        offer(8, offer(1, bytes(5, 90_000)));
        offer(9, offer(1, bytes(6, 90_000)));
        assertThat(lastRefusal()).isEqualTo(FileRefusal.QUOTA);
        for (int i = 0; i < 5; i++) {
            offer(10, offer(i, bytes(10 + i, 10)));
        }
        assertThat(lastRefusal()).isEqualTo(FileRefusal.TOO_MANY);
        assertThat(last(FileMessage.Accept.class).retryAfter()).isPositive();
        assertThat(counters.of(FileEvent.REFUSED_QUOTA)).isEqualTo(2);
        assertThat(counters.of(FileEvent.REFUSED_TOO_LARGE)).isEqualTo(2);
        assertThat(counters.of(FileEvent.REFUSED_TOO_MANY)).isOne();
    }

    /** A part that rests gives way to a file that comes. */
    @Test
    void restingPartsMakeRoom() {
        offer(7, offer(1, bytes(1, 90_000)));
        nowMicros += FileLimits.IDLE_MICROS + 1;
        receptions.tick(nowMicros);
        assertThat(counters.of(FileEvent.IDLE)).isOne();
        assertThat(receptions.count()).isZero();

        offer(7, offer(2, bytes(2, 90_000)));
        assertThat(lastRefusal()).isEqualTo(FileRefusal.ACCEPTED);
        assertThat(counters.of(FileEvent.PART_DROPPED)).isOne();
    }

    @Test
    void partsAreThrownAwayAfterADay() throws IOException {
        offer(7, offer(1, bytes(1, 9_000)));
        receptions.closeAll(nowMicros);
        nowMicros += FileLimits.PART_MICROS;
        receptions.tick(nowMicros);
        assertThat(onDisk()).hasSize(2);
        nowMicros++;
        receptions.tick(nowMicros);
        assertThat(onDisk()).isEmpty();
    }

    /** SPEC §14.1.2: names are data. */
    @Test
    void namesAreNoPaths() throws IOException {
        byte[] file = bytes(1, 10);
        for (String name :
                List.of("../../etc/passwd", "/etc/passwd", "..", "a/../../b", "C:\\x", "\u202dx".substring(1))) {
            byte[] own = (name + Arrays.toString(file)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            offer(7, new FileMessage.Offer(1, own.length, sha256(own), name, ""));
            chunk(7, 1, own, 0, own.length);
            assertThat(lastState()).isEqualTo(FileState.OK);
            assertThat(library.views().get(0).name()).isNotEmpty();
        }
        assertThat(onDisk()).allMatch(name -> name.equals("index.jsonl") || name.matches("[0-9a-f]{64}"));
        assertThat(FileLibrary.open(dir).views()).anyMatch(view -> view.name().equals("../../etc/passwd"));
    }

    /** SPEC §14.3.1. */
    @Test
    void chunksOfNoTransferAndBeyondTheEndChangeNothing() {
        byte[] file = bytes(1, 5_000);
        chunk(7, 99, file, 0, 10);
        assertThat(lastState()).isEqualTo(FileState.UNKNOWN);
        offer(7, offer(1, file));
        chunk(8, 1, file, 0, 10);
        assertThat(lastState()).isEqualTo(FileState.UNKNOWN);
        FileMessage.Chunk beyond = new FileMessage.Chunk(1, 4_999, ByteBuffer.allocate(2));
        receptions.onChunk(beyond, errand(7, beyond, 65_535), nowMicros);
        chunk(7, 1, bytes(9, 5_000), 0, 1_000); // wrong ones first …
        chunk(7, 1, file, 0, 1_000); // … stay: nothing held is replaced
        chunks(7, 1, file, 1_000, 5_000);
        assertThat(lastState()).isEqualTo(FileState.BAD_HASH);
        assertThat(counters.of(FileEvent.CHUNKS_OUTSIDE)).isOne();
        assertThat(counters.of(FileEvent.CHUNKS_DUPLICATE)).isOne();
        assertThat(counters.of(FileEvent.CHUNKS_UNKNOWN)).isEqualTo(2);
    }

    @Test
    void aTransferThatIsGivenUpLeavesNothing() throws IOException {
        byte[] file = bytes(1, 5_000);
        offer(7, offer(1, file));
        chunks(7, 1, file, 0, 2_000);
        FileMessage.Done cancel = new FileMessage.Done(1, FileState.CANCELLED, "");
        receptions.onCancel(cancel, errand(7, cancel, 65_535));
        assertThat(onDisk()).isEmpty();
        assertThat(receptions.count()).isZero();
    }

    @Test
    void theSameFileUnderAnotherNumberGoesOn() {
        byte[] file = bytes(1, 5_000);
        offer(7, offer(1, file));
        chunks(7, 1, file, 0, 2_000);
        offer(7, offer(2, file));
        assertThat(last(FileMessage.Accept.class).missing()).containsExactly(new FileRange(2_000, 5_000));
        assertThat(receptions.count()).isOne();
        offer(7, offer(2, bytes(2, 3_000)));
        assertThat(last(FileMessage.Accept.class).missing()).containsExactly(new FileRange(0, 3_000));
        assertThat(receptions.count()).isOne();
    }

    /** SPEC §9.1: no answer is longer than what caused it, until the address is validated. */
    @Test
    void answersFitTheirBudget() {
        byte[] file = bytes(1, 50_000);
        FileMessage.Offer offer = offer(1, file);
        receptions.onOffer(offer, errand(7, offer, 40), nowMicros);
        assertThat(answers).isEmpty();
        assertThat(counters.of(FileEvent.ANSWER_WITHHELD)).isOne();
        for (int at = 0; at < 50_000; at += 2_000) {
            chunk(7, 1, file, at, at + 1_000);
        }
        receptions.onOffer(offer, errand(7, offer, 60 + 3 * 16 + 5), nowMicros);
        assertThat(last(FileMessage.Accept.class).missing()).hasSize(3);
        assertThat(last(FileMessage.Accept.class).horizon()).isEqualTo(7_000);
    }

    @Test
    void filesOfAnotherHandAndTornIndexLinesAreLivedWith() throws IOException {
        byte[] file = bytes(1, 100);
        Files.write(dir.resolve(sha256(file)), file);
        Files.writeString(dir.resolve("index.jsonl"), "{\"sha256\":\"" + sha256(file) + "\",\"size\":1");
        Files.writeString(dir.resolve("notes.txt"), "hands off");
        restart(new FileLimits(100_000, 250_000, 150_000, 0));

        offer(7, offer(1, file));
        assertThat(lastState()).isEqualTo(FileState.OK);
        byte[] next = bytes(2, 100);
        offer(7, offer(2, next));
        chunk(7, 2, next, 0, 100);
        assertThat(FileLibrary.open(dir).views())
                .anyMatch(view ->
                        view.sha256().equals(sha256(next)) && view.name().equals("f.bin"));
        assertThat(Files.exists(dir.resolve("notes.txt"))).isTrue();
    }
}
