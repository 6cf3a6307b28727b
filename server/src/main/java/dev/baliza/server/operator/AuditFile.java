package dev.baliza.server.operator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code audit.log} in the data directory, only ever appended to. A full one becomes {@code audit-<first record>.log}, and the chain goes
 * on in a new one. Thread: one at a time. Limits: files of 16 MiB, the newest ten of those that are full.
 */
final class AuditFile implements AutoCloseable {
    static final String NAME = "audit.log";
    private static final int MAX_OLD_FILES = 10;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String OWNER_ONLY = "rw-------";
    private static final Pattern OLD = Pattern.compile("audit-\\d{12}\\.log");

    private final Path directory;
    private final long maxBytes;
    private FileChannel channel;
    private long firstSequence;
    private final Deque<String> tail = new ArrayDeque<>();
    private long incompleteBytes;

    /** Something is wrong with the log that is there; the message says what to do. */
    static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        BrokenException(String message) {
            super(message);
        }
    }

    /**
     * Opens or makes it.
     *
     * @param maxBytes a longer file is put aside
     * @param keep so many of the last lines are read
     */
    AuditFile(Path directory, long maxBytes, int keep) throws IOException {
        this.directory = directory;
        this.maxBytes = maxBytes;
        channel = open();
        readTail(keep);
    }

    private Path path() {
        return directory.resolve(NAME);
    }

    private FileChannel open() throws IOException {
        boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY))
                }
                : new FileAttribute<?>[0];
        FileChannel opened = FileChannel.open(
                path(),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                attributes);
        if (posix) {
            Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString(OWNER_ONLY));
        }
        opened.position(opened.size());
        return opened;
    }

    /** Reads the file once: its last lines stay, an incomplete one, of a power cut, is removed. */
    private void readTail(int keep) throws IOException {
        long complete = 0;
        long at = 0;
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int read = channel.read(buffer, at); read > 0; read = channel.read(buffer.clear(), at)) {
            for (int i = 0; i < read; i++) {
                byte one = buffer.get(i);
                if (one != '\n') {
                    line.write(one);
                    continue;
                }
                complete = at + i + 1;
                take(line.toString(StandardCharsets.UTF_8), keep);
                line.reset();
            }
            at += read;
        }
        incompleteBytes = at - complete;
        if (incompleteBytes > 0) {
            channel.truncate(complete);
            channel.force(true);
        }
        channel.position(complete);
    }

    private void take(String line, int keep) throws BrokenException {
        if (firstSequence == 0) {
            firstSequence =
                    AuditChain.read(line).orElseThrow(() -> broken(path())).sequence();
        }
        tail.addLast(line);
        if (tail.size() > keep) {
            tail.removeFirst();
        }
    }

    /** The last lines that were there, oldest first. */
    List<String> tail() {
        return new ArrayList<>(tail);
    }

    /** Bytes of a line that was not written to its end, and removed. */
    long incompleteBytes() {
        return incompleteBytes;
    }

    /** The chain up to the last record. */
    AuditChain chain() throws IOException {
        String last = tail.peekLast();
        List<Path> old = oldFiles(directory);
        if (last == null && !old.isEmpty()) { // put aside, and then the power went
            List<String> lines = Files.readAllLines(old.get(old.size() - 1));
            last = lines.isEmpty() ? null : lines.get(lines.size() - 1);
        }
        if (last == null) {
            return new AuditChain(0, AuditChain.ORIGIN);
        }
        AuditChain.Link link = AuditChain.read(last).orElseThrow(() -> broken(path()));
        return new AuditChain(link.sequence(), link.hash());
    }

    private static BrokenException broken(Path file) {
        return new BrokenException(
                file + " is no audit log, or was changed; see: baliza audit verify " + file + ", then move it away");
    }

    /**
     * Appends a line.
     *
     * @param force whether it must be on disk before this returns
     */
    void append(String line, long sequence, boolean force) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        if (channel.position() > 0 && channel.position() + bytes.remaining() > maxBytes) {
            rotate();
        }
        if (channel.position() == 0) {
            firstSequence = sequence;
        }
        long start = channel.position();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (force) {
                channel.force(false);
            }
        } catch (IOException e) {
            channel.truncate(start);
            channel.position(start);
            throw e;
        }
    }

    private void rotate() throws IOException {
        channel.force(true);
        channel.close();
        Files.move(path(), directory.resolve(String.format(Locale.ROOT, "audit-%012d.log", firstSequence)));
        channel = open();
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
        List<Path> old = oldFiles(directory);
        for (Path one : old.subList(0, Math.max(0, old.size() - MAX_OLD_FILES))) {
            Files.delete(one);
        }
    }

    /** Files that are full, oldest first. */
    static List<Path> oldFiles(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(f -> OLD.matcher(f.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() {
        try {
            if (channel.isOpen()) {
                channel.force(true);
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
