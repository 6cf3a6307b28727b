package dev.baliza.server.files;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.transfer.Incoming;
import dev.baliza.server.books.FileView;
import dev.baliza.server.session.Desk;
import dev.baliza.server.session.Errand;
import dev.baliza.server.session.ReturnPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files in and sends them out, on a thread that may wait for the disk, so that no event loop does. Thread: any. Limits: 8 MiB and
 * 8,192 errands wait; what is more is dropped, counted and comes again. Spec: SPEC §14.
 */
public final class FileDesk implements Desk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileDesk.class);
    private static final long TICK_MILLIS = 100;
    private static final long MIN_WAIT_MICROS = 1_000;
    private static final int REFUSAL_BYTES = Limits.MIN_FRAME_BYTES + 24;

    private final ScheduledThreadPoolExecutor thread;
    private final LongSupplier clockMicros;
    private final ReturnPath back;
    private final FileCounters counters = new FileCounters();
    private final AtomicInteger waitingBytes = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final @Nullable FileLibrary library;
    private final Quota quota;
    private final @Nullable Receptions receptions;
    private final @Nullable Pushes pushes;
    private volatile long storedBytes;
    /** Whether a look at the pushes before the next tick is ordered; the thread's own. */
    private boolean pumpOrdered;

    /** @param directory of the files; null: none are taken */
    public FileDesk(@Nullable Path directory, FileLimits limits, ReturnPath back, LongSupplier clockMicros)
            throws IOException {
        this.clockMicros = clockMicros;
        this.back = back;
        quota = new Quota(limits);
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "baliza-files");
            made.setDaemon(true);
            return made;
        });
        if (directory == null || limits.maxBytes() == 0) {
            library = null;
            receptions = null;
            pushes = null;
            return;
        }
        FileLibrary opened = FileLibrary.open(directory);
        opened.all().forEach(file -> quota.take(file.device(), file.size()));
        Parts parts = new Parts(opened.parts(), quota, counters);
        parts.load();
        storedBytes = quota.bytes();
        library = opened;
        receptions = new Receptions(limits, opened, parts, quota, counters, back);
        pushes = new Pushes(opened, counters, back, limits.pushBytesPerSecond(), clockMicros.getAsLong());
        var unused = thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void serve(Errand errand) {
        if (!(errand.message() instanceof FileMessage message)) {
            throw new IllegalArgumentException("no file message");
        }
        int bytes = message instanceof FileMessage.Chunk chunk ? chunk.bytes().remaining() : 0;
        boolean full = waitingBytes.get() + bytes > FileLimits.QUEUE_BYTES || waiting.get() >= FileLimits.QUEUE_ERRANDS;
        if (full) {
            counters.count(FileEvent.SHED);
            return;
        }
        waiting.incrementAndGet();
        waitingBytes.addAndGet(bytes);
        try {
            thread.execute(() -> handle(message, errand, bytes));
        } catch (RejectedExecutionException e) {
            counters.count(FileEvent.SHED); // the server goes
        }
    }

    private void handle(FileMessage message, Errand errand, int bytes) {
        waitingBytes.addAndGet(-bytes);
        boolean last = waiting.decrementAndGet() == 0;
        try {
            dispatch(message, errand, clockMicros.getAsLong());
            if (last && receptions != null) {
                receptions.endOfBurst();
            }
            orderPump();
        } catch (RuntimeException e) {
            LOG.error("bug in a file transfer", e);
        }
        storedBytes = quota.bytes();
    }

    private void dispatch(FileMessage message, Errand errand, long nowMicros) {
        boolean ofServer = message.isFromServersFile();
        if (receptions == null || pushes == null) {
            notTaken(message, errand);
        } else if (message instanceof FileMessage.Offer offer && !ofServer) {
            receptions.onOffer(offer, errand, nowMicros);
        } else if (message instanceof FileMessage.Chunk chunk && !ofServer) {
            receptions.onChunk(chunk, errand, nowMicros);
        } else if (message instanceof FileMessage.Done done && !ofServer) {
            receptions.onCancel(done, errand);
        } else if (message instanceof FileMessage.Accept accept && ofServer) {
            pushes.onAccept(accept, errand, nowMicros);
        } else if (message instanceof FileMessage.Done done) {
            pushes.onDone(done, errand, nowMicros);
        } else {
            counters.count(FileEvent.MISDIRECTED);
        }
    }

    private void notTaken(FileMessage message, Errand errand) {
        if (message instanceof FileMessage.Offer offer && errand.budget() >= REFUSAL_BYTES) {
            counters.count(FileEvent.REFUSED_NOT_TAKEN);
            back.answer(errand, Incoming.refuse(offer.transfer(), FileRefusal.NOT_TAKEN, 0));
        } else if (message instanceof FileMessage.Chunk chunk) {
            counters.count(FileEvent.CHUNKS_UNKNOWN);
            back.answer(errand, new FileMessage.Done(chunk.transfer(), FileState.UNKNOWN, ""));
        } else {
            counters.count(FileEvent.MISDIRECTED);
        }
    }

    /** A push that waits for its rate goes on when it may, not at the next tick. */
    private void orderPump() {
        Pushes to = pushes;
        long now = clockMicros.getAsLong();
        long wait = to == null ? Long.MAX_VALUE : to.nextMicros(now) - now;
        if (to != null && !pumpOrdered && wait < TimeUnit.MILLISECONDS.toMicros(TICK_MILLIS)) {
            pumpOrdered = true;
            var unused = thread.schedule(
                    () -> {
                        pumpOrdered = false;
                        to.tick(clockMicros.getAsLong());
                        orderPump();
                    },
                    Math.max(MIN_WAIT_MICROS, wait),
                    TimeUnit.MICROSECONDS);
        }
    }

    private void tick() {
        try {
            if (receptions != null && pushes != null) {
                long now = clockMicros.getAsLong();
                pushes.tick(now);
                orderPump();
                receptions.tick(now);
                storedBytes = quota.bytes();
            }
        } catch (RuntimeException e) {
            LOG.error("bug in a file transfer", e);
        }
    }

    /**
     * Sends a file that the server has to a device that it knows. The future completes on the files' thread.
     *
     * @param sha256 64 hexadecimal digits, lower case
     */
    public CompletableFuture<PushResult> push(long device, String sha256) {
        CompletableFuture<PushResult> result = new CompletableFuture<>();
        Pushes to = pushes;
        if (to == null) {
            result.complete(new PushResult(false, "the server stores nothing; start it with --set store.dir=DIR"));
            return result;
        }
        try {
            thread.execute(() -> to.begin(device, sha256, result, clockMicros.getAsLong()));
        } catch (RejectedExecutionException e) {
            result.complete(new PushResult(false, "the server shuts down"));
        }
        return result;
    }

    /** Files that are whole, newest first. */
    public List<FileView> files() {
        FileLibrary of = library;
        return of == null ? List.of() : of.views();
    }

    /** What was counted, by the names of {@code baliza_events_total}. */
    public Map<String, Long> events() {
        return counters.all();
    }

    /** Numbers of the moment. */
    public Map<String, Long> gauges() {
        Map<String, Long> gauges = new TreeMap<>();
        gauges.put("files", (long) (library == null ? 0 : library.all().size()));
        gauges.put("files_reserved_bytes", storedBytes);
        return gauges;
    }

    /** Ends all transfers; their parts stay. */
    @Override
    public void close() {
        try {
            thread.execute(() -> {
                if (receptions != null && pushes != null) {
                    pushes.closeAll();
                    receptions.closeAll(clockMicros.getAsLong());
                }
            });
            thread.shutdown();
            if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("a file transfer still waits for the disk");
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("closed twice");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
