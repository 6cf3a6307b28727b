package dev.baliza.server.operator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What operators asked, and what came of it, as a chain of records: in the data directory, or, for local users of a server without one, in
 * memory. Thread: any, but no event loop. Limits: refusals and questions of one asker are rationed; what is left out is counted in the next
 * record.
 */
public final class AuditLog implements AutoCloseable {
    /** Records that can be asked for. */
    static final int MAX_TAIL = 1_000;

    private static final long FILE_BYTES = 16L << 20;

    private final InstantSource clock;
    private final @Nullable AuditFile file;
    private final AuditChain chain;
    private final Ration ration;
    private final Deque<String> tail = new ArrayDeque<>();
    private long suppressedSinceLast;
    private final AtomicLong suppressed = new AtomicLong();

    private AuditLog(@Nullable AuditFile file, AuditChain chain, InstantSource clock) {
        this.file = file;
        this.chain = chain;
        this.clock = clock;
        ration = new Ration(clock);
        if (file != null) {
            tail.addAll(file.tail());
        }
    }

    /**
     * Opens the log in a directory.
     *
     * @throws IOException it cannot be used; the message says what to do
     */
    public static AuditLog in(Path directory, InstantSource clock) throws IOException {
        return in(directory, clock, FILE_BYTES);
    }

    static AuditLog in(Path directory, InstantSource clock, long fileBytes) throws IOException {
        AuditFile file = new AuditFile(directory, fileBytes, MAX_TAIL);
        return new AuditLog(file, file.chain(), clock);
    }

    /** A log that ends with the process. */
    public static AuditLog inMemory(InstantSource clock) {
        return new AuditLog(null, new AuditChain(0, AuditChain.ORIGIN), clock);
    }

    /** Whether it outlives the process. */
    boolean isDurable() {
        return file != null;
    }

    /**
     * Writes a record, on disk before this returns.
     *
     * @throws IOException it could not be written: do not do what it speaks of
     */
    synchronized void writeThrough(AuditRecord record) throws IOException {
        write(record, true);
    }

    /** Writes a record, unless there were too many of its asker. */
    synchronized void write(AuditRecord record) throws IOException {
        if (ration.take(record.role().equals(AuditRecord.NOBODY) ? "" : record.operator())) {
            write(record, false);
        } else {
            suppressed.incrementAndGet();
            suppressedSinceLast++;
        }
    }

    private void write(AuditRecord record, boolean force) throws IOException {
        AuditChain.Next next = chain.next(record, clock.instant(), suppressedSinceLast);
        if (file != null) {
            file.append(next.line(), next.sequence(), force);
        }
        chain.written(next);
        suppressedSinceLast = 0;
        tail.addLast(next.line());
        if (tail.size() > MAX_TAIL) {
            tail.removeFirst();
        }
    }

    /** The last lines, oldest first. */
    synchronized List<String> tail(int count) {
        return tail.stream().skip(Math.max(0, tail.size() - count)).toList();
    }

    /** Hash of the last record: kept elsewhere, it proves later that nothing was cut off. */
    public synchronized String lastHash() {
        return chain.lastHash();
    }

    /** Records that were left out. */
    long suppressed() {
        return suppressed.get();
    }

    @Override
    public synchronized void close() {
        if (file != null) {
            file.close();
        }
    }
}
