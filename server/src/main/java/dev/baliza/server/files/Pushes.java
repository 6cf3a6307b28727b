package dev.baliza.server.files;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.transfer.Outgoing;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Errand;
import dev.baliza.server.session.ReturnPath;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Files on their way out to devices. Time is an argument. Confined to one thread. Limits: {@link FileLimits}. Spec: SPEC §14. */
final class Pushes {
    private static final int DATAGRAM_CHUNK_BYTES = 1_100;
    private static final int STREAM_CHUNK_BYTES = 16 * 1024;

    private final FileLibrary library;
    private final FileCounters counters;
    private final ReturnPath back;
    private final long bytesPerSecond;
    private final Map<Long, Push> byTransfer = new HashMap<>();
    private long nextTransfer;

    /**
     * @param bytesPerSecond of each; 0 for no limit
     * @param firstTransfer above all of earlier lives of the server
     */
    Pushes(FileLibrary library, FileCounters counters, ReturnPath back, long bytesPerSecond, long firstTransfer) {
        this.bytesPerSecond = bytesPerSecond;
        this.library = library;
        this.counters = counters;
        this.back = back;
        nextTransfer = firstTransfer;
    }

    int count() {
        return byTransfer.size();
    }

    void begin(long device, String sha256, CompletableFuture<PushResult> result, long nowMicros) {
        StoredFile file = library.find(sha256);
        long ofDevice =
                byTransfer.values().stream().filter(p -> p.device == device).count();
        if (file == null) {
            fail(
                    result,
                    "the server has no file with this SHA-256; baliza send-file brings one, /api/v1/files lists them");
        } else if (ofDevice >= FileLimits.TRANSFERS_PER_DEVICE || byTransfer.size() >= FileLimits.TRANSFERS) {
            fail(result, "too many files are on their way already; try again when one has arrived");
        } else {
            long transfer = FileMessage.OF_SERVER | nextTransfer++;
            FileMessage.Offer offer =
                    new FileMessage.Offer(transfer, file.size(), sha256, file.name(), file.mediaType());
            try {
                Outgoing outgoing = new Outgoing(offer, DATAGRAM_CHUNK_BYTES, bytesPerSecond, nowMicros);
                Push push = new Push(device, outgoing, library.path(file), result);
                byTransfer.put(transfer, push);
                pump(push, nowMicros);
            } catch (IOException e) {
                fail(result, "the file cannot be read: " + e);
            }
        }
    }

    void onAccept(FileMessage.Accept accept, Errand errand, long nowMicros) {
        Push push = of(accept.transfer(), errand);
        if (push != null) {
            push.outgoing.useChunks(
                    errand.peer().transport() == Transport.TCP ? STREAM_CHUNK_BYTES : DATAGRAM_CHUNK_BYTES);
            push.outgoing.onAccept(accept, nowMicros);
            pump(push, nowMicros);
        }
    }

    void onDone(FileMessage.Done done, Errand errand, long nowMicros) {
        Push push = of(done.transfer(), errand);
        if (push != null) {
            push.outgoing.onDone(done, nowMicros);
            pump(push, nowMicros);
        }
    }

    private @Nullable Push of(long transfer, Errand errand) {
        Push push = byTransfer.get(transfer);
        if (push == null || push.device != errand.device()) {
            counters.count(FileEvent.MISDIRECTED);
            return null;
        }
        return push;
    }

    /** When one of them may go on, or asks again. */
    long nextMicros(long nowMicros) {
        return byTransfer.values().stream()
                .mapToLong(push -> push.outgoing.nextMicros(nowMicros))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    void tick(long nowMicros) {
        for (Push push : List.copyOf(byTransfer.values())) {
            if (nowMicros - push.outgoing.heardMicros() > FileLimits.IDLE_MICROS) {
                end(push, false, "the device did not answer for a minute");
            } else {
                pump(push, nowMicros);
            }
        }
    }

    void closeAll() {
        List.copyOf(byTransfer.values()).forEach(push -> end(push, false, "the server shuts down"));
    }

    private void pump(Push push, long nowMicros) {
        if (push.outgoing.phase() == Outgoing.Phase.ENDED) {
            FileState state = push.outgoing.state();
            String refused = String.valueOf(push.outgoing.refusal()).toLowerCase(Locale.ROOT);
            String text = state == null
                    ? "the device refuses it: " + refused
                    : state.name().toLowerCase(Locale.ROOT);
            end(push, state == FileState.OK, text);
            return;
        }
        try {
            push.pump(back, nowMicros);
        } catch (IOException e) {
            end(push, false, "the file cannot be read: " + e);
        }
    }

    private void end(Push push, boolean ok, String text) {
        byTransfer.remove(push.outgoing.offer().transfer());
        try {
            push.close();
        } catch (IOException e) {
            counters.count(FileEvent.FAILED);
        }
        if (ok) {
            counters.count(FileEvent.PUSHED);
            push.result.complete(new PushResult(true, text));
        } else {
            fail(push.result, text);
        }
    }

    private void fail(CompletableFuture<PushResult> result, String text) {
        counters.count(FileEvent.PUSH_FAILED);
        result.complete(new PushResult(false, text));
    }
}
