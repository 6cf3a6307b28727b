package dev.baliza.server.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.transfer.Incoming;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Errand;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.ReturnPath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files on their way to devices. SPEC §14. */
class PushesTest {
    private static final String HASH = "ab".repeat(32);
    private static final long START = 1_800_000_000_000_000L;

    @TempDir
    Path dir;

    private final List<Message> sent = new ArrayList<>();
    private final FileCounters counters = new FileCounters();
    private final CompletableFuture<PushResult> result = new CompletableFuture<>();
    private Pushes pushes;

    @BeforeEach
    void start() throws IOException {
        Files.write(dir.resolve(HASH), new byte[40_000]);
        ReturnPath back = new ReturnPath() {
            @Override
            public void answer(Errand to, Message message) {
                throw new AssertionError("nothing was asked");
            }

            @Override
            public void send(long device, Message message) {
                sent.add(message);
            }
        };
        pushes = new Pushes(FileLibrary.open(dir), counters, back, 0, START);
    }

    private Errand from(long device, Transport transport, FileMessage message) {
        Peer peer = new Peer(transport, new InetSocketAddress("127.0.0.1", 1), (a, b, c, d) -> {});
        return new Errand(device, "d", peer, 1_200, message);
    }

    private FileMessage.Offer begin() {
        pushes.begin(7, HASH, result, START);
        return (FileMessage.Offer) sent.remove(0);
    }

    private void accept(long device, Transport transport, long transfer) {
        FileMessage.Accept accept =
                new FileMessage.Accept(transfer, 40_000, 1 << 20, 0, 0, List.of(new FileRange(0, 40_000)));
        pushes.onAccept(accept, from(device, transport, accept), START);
    }

    /** SPEC §14.1.1. */
    @Test
    void theServersTransfersHaveTheTopBit() {
        FileMessage.Offer offer = begin();
        assertThat(offer.transfer()).isNegative();
        assertThat(offer.size()).isEqualTo(40_000);
    }

    @Test
    void chunksFitTheDevicesTransport() {
        FileMessage.Offer offer = begin();
        accept(7, Transport.UDP, offer.transfer());
        assertThat(sent)
                .isNotEmpty()
                .allSatisfy(m ->
                        assertThat(((FileMessage.Chunk) m).bytes().remaining()).isLessThanOrEqualTo(1_100));
        sent.clear();

        CompletableFuture<PushResult> second = new CompletableFuture<>();
        pushes.begin(8, HASH, second, START);
        FileMessage.Offer other = (FileMessage.Offer) sent.remove(0);
        assertThat(other.transfer()).isNotEqualTo(offer.transfer());
        accept(8, Transport.TCP, other.transfer());
        assertThat(((FileMessage.Chunk) sent.get(0)).bytes().remaining()).isEqualTo(16 * 1024);
    }

    @Test
    void anotherDeviceCannotSpeakForIt() {
        FileMessage.Offer offer = begin();
        accept(8, Transport.UDP, offer.transfer());
        FileMessage.Done done = new FileMessage.Done(offer.transfer(), FileState.OK, "");
        pushes.onDone(done, from(8, Transport.UDP, done), START);
        assertThat(sent).isEmpty();
        assertThat(result).isNotDone();
        assertThat(counters.of(FileEvent.MISDIRECTED)).isEqualTo(2);
    }

    @Test
    void whoPushesHearsHowItEnded() {
        FileMessage.Offer offer = begin();
        FileMessage.Done done = new FileMessage.Done(offer.transfer(), FileState.OK, "");
        pushes.onDone(done, from(7, Transport.UDP, done), START);
        assertThat(result).isCompletedWithValueMatching(PushResult::ok);
        assertThat(pushes.count()).isZero();

        CompletableFuture<PushResult> refused = new CompletableFuture<>();
        pushes.begin(7, HASH, refused, START);
        FileMessage.Offer other = (FileMessage.Offer) sent.remove(0);
        FileMessage.Accept no = Incoming.refuse(other.transfer(), FileRefusal.TOO_LARGE, 0);
        pushes.onAccept(no, from(7, Transport.UDP, no), START);
        assertThat(refused)
                .isCompletedWithValueMatching(r -> !r.ok() && r.text().contains("too_large"));
    }

    @Test
    void whatCannotBePushedIsSaidAtOnceAndSilenceAfterAMinute() {
        pushes.begin(7, "cd".repeat(32), result, START);
        assertThat(result).isCompletedWithValueMatching(r -> !r.ok() && r.text().contains("no file"));
        List<CompletableFuture<PushResult>> more = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            more.add(new CompletableFuture<>());
            pushes.begin(7, HASH, more.get(i), START);
        }
        assertThat(more.get(4))
                .isCompletedWithValueMatching(r -> !r.ok() && r.text().contains("too many"));
        pushes.tick(START + FileLimits.IDLE_MICROS + 1);
        assertThat(more).allMatch(CompletableFuture::isDone);
        assertThat(pushes.count()).isZero();
    }
}
