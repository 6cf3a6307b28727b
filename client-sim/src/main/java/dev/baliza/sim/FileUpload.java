package dev.baliza.sim;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.transfer.Outgoing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends one file to a server, whole; what was sent before is not sent again. Thread: the caller's; it blocks. Spec: SPEC §14. */
public final class FileUpload {
    private static final int DATAGRAM_CHUNK_BYTES = 1_100;
    private static final int STREAM_CHUNK_BYTES = 16 * 1024;
    private static final long DOUBT_MICROS = 1_500_000;
    private static final long GIVE_UP_MICROS = 30_000_000;
    private static final long LONGEST_WAIT_MILLIS = 100;
    private static final int OFFER_BYTES = 136;

    private final StationLink link;
    private final FileOnDisk content;
    private final Outgoing out;

    /** @param bytesPerSecond 0 for no limit */
    FileUpload(StationLink link, FileOnDisk content, FileMessage.Offer offer, boolean tcp, long bytesPerSecond) {
        this.link = link;
        this.content = content;
        out = new Outgoing(offer, tcp ? STREAM_CHUNK_BYTES : DATAGRAM_CHUNK_BYTES, bytesPerSecond, nowMicros());
    }

    static long nowMicros() {
        return TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
    }

    Outgoing transfer() {
        return out;
    }

    /** Until it has ended; false when the server fell silent. */
    boolean run(FileBar bar) throws InterruptedException, IOException {
        while (out.phase() != Outgoing.Phase.ENDED) {
            long now = nowMicros();
            if (now - out.heardMicros() > GIVE_UP_MICROS) {
                return false;
            }
            if (link.isNew()) {
                link.greetAgain();
                out.offerAgain(now);
            }
            if (out.takeOffer(now)) {
                if (!link.isWelcomed() || now - out.heardMicros() > DOUBT_MICROS) {
                    link.sayHello(); // a server that began anew knows nobody
                }
                link.send(out.offer(), OFFER_BYTES);
            }
            for (FileRange chunk = out.takeChunk(now); chunk != null; chunk = out.takeChunk(now)) {
                link.send(
                        new FileMessage.Chunk(
                                out.offer().transfer(), chunk.from(), content.read(chunk.from(), (int) chunk.bytes())),
                        0);
            }
            long wait = (out.nextMicros(now) - now) / 1_000;
            take(link.next(Math.max(1, Math.min(LONGEST_WAIT_MILLIS, wait))));
            while (link.hasMore()) {
                take(link.next(1));
            }
            bar.show(out.heldBytes(), out.offer().size(), System.nanoTime());
        }
        return true;
    }

    private void take(@Nullable Message message) {
        if (message instanceof FileMessage.Accept accept) {
            out.onAccept(accept, nowMicros());
        } else if (message instanceof FileMessage.Done done) {
            out.onDone(done, nowMicros());
        }
    }

    /** Why the file is not there, and what to do; null when it is. */
    @Nullable
    String problem(Path file) {
        FileRefusal refusal = out.refusal();
        FileState state = out.state();
        if (state == FileState.OK) {
            return null;
        }
        if (refusal != null) {
            return switch (refusal) {
                case TOO_LARGE -> "the server takes no file as large as this; raise its files.maxBytes";
                case QUOTA ->
                    "there is no room for it; raise the server's files.quotaBytes or files.deviceQuotaBytes,"
                            + " or delete files it has";
                case NOT_TAKEN ->
                    "the server takes no files; start it with --set store.dir=DIR (and files.maxBytes above 0)";
                case ACCEPTED, TOO_MANY, BUSY -> "the server refuses it: " + refusal;
            };
        }
        return state == FileState.BAD_HASH
                ? "the server got other bytes than were announced; did " + file + " change? Send it again"
                : "the server could not keep it (" + state + "); see its log";
    }
}
