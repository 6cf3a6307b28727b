package dev.baliza.server.files;

import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.transfer.Ranges;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/**
 * The bytes of a file that came so far. Beside them lies a map: for each write its offset, length and CRC-32C. After a crash a write counts
 * only if its bytes still have that checksum, so nothing has to be forced to disk before the end. Confined to one thread.
 */
final class PartFile implements Closeable {
    private static final String DATA = ".part";
    private static final String MAP = ".map";
    private static final int ENTRY_BYTES = 16;
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int SPARE_ENTRIES = 4_096;
    /** More entries than this many bytes would fill are merged. */
    private static final int BYTES_PER_ENTRY = 512;

    private final Path dataPath;
    private final Path mapPath;
    private final long size;
    private final FileChannel data;
    private final FileChannel map;
    private final Ranges held = new Ranges();
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    private long entries;

    private PartFile(Path directory, PartId id) throws IOException {
        dataPath = directory.resolve(id.fileName() + DATA);
        mapPath = directory.resolve(id.fileName() + MAP);
        size = id.size();
        data = FileChannel.open(dataPath, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            map = openMap(mapPath);
        } catch (IOException e) {
            data.close();
            throw e;
        }
    }

    private static FileChannel openMap(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Opens or makes it; {@link #held} then has what is there. */
    static PartFile open(Path directory, PartId id) throws IOException {
        PartFile part = new PartFile(directory, id);
        try {
            part.load();
            return part;
        } catch (IOException e) {
            part.close();
            throw e;
        }
    }

    /** The part that this file of the directory belongs to; null for another kind of file. */
    static String idOf(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(DATA) ? name.substring(0, name.length() - DATA.length()) : "";
    }

    /** Throws a part away that is not open. */
    static void delete(Path directory, PartId id) throws IOException {
        Files.deleteIfExists(directory.resolve(id.fileName() + DATA));
        Files.deleteIfExists(directory.resolve(id.fileName() + MAP));
    }

    private void load() throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        for (long at = 0; readFully(map, entry.clear(), at); at += ENTRY_BYTES) {
            long offset = entry.getLong(0);
            int length = entry.getInt(8);
            boolean sane = offset >= 0 && length > 0 && length <= BLOCK_BYTES && offset <= size - length;
            if (sane && crc(offset, length) == entry.getInt(12)) {
                held.add(offset, offset + length);
            }
            entries++;
        }
        map.truncate(entries * ENTRY_BYTES); // a torn last entry
    }

    /** Whether so many bytes were there. */
    private static boolean readFully(FileChannel from, ByteBuffer into, long at) throws IOException {
        while (into.hasRemaining()) {
            if (from.read(into, at + into.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    private int crc(long offset, int length) throws IOException {
        boolean whole = readFully(data, block.clear().limit(length), offset);
        return whole ? crc(block.flip()) : ~crc(block.flip());
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** What is there; the transfer's own while this is open. */
    Ranges held() {
        return held;
    }

    /** Writes at most 64 KiB, which {@link #held} then has. */
    void write(ByteBuffer bytes, long offset) throws IOException {
        if (bytes.remaining() > BLOCK_BYTES) {
            throw new IllegalArgumentException("a write of " + bytes.remaining() + " bytes");
        }
        ByteBuffer left = bytes.duplicate();
        while (left.hasRemaining()) {
            data.write(left, offset + left.position() - bytes.position());
        }
        note(offset, bytes.remaining(), crc(bytes));
        held.add(offset, offset + bytes.remaining());
        if (entries > size / BYTES_PER_ENTRY + SPARE_ENTRIES) {
            merge();
        }
    }

    private void note(long offset, int length, int crc) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        entry.putLong(offset).putInt(length).putInt(crc).flip();
        long at = entries * ENTRY_BYTES;
        while (entry.hasRemaining()) {
            map.write(entry, at + entry.position());
        }
        entries++;
    }

    /** A sender of very small chunks must not make the map longer than the file: one entry for each block of what is there. */
    private void merge() throws IOException {
        map.truncate(0);
        entries = 0;
        for (FileRange range : held.all()) {
            for (long at = range.from(); at < range.to(); at += BLOCK_BYTES) {
                int length = (int) Math.min(BLOCK_BYTES, range.to() - at);
                note(at, length, crc(at, length));
            }
        }
    }

    /** SHA-256 of all bytes from the first to the last. */
    byte[] sha256() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long at = 0; at < size; at += BLOCK_BYTES) {
                int length = (int) Math.min(BLOCK_BYTES, size - at);
                if (!readFully(data, block.clear().limit(length), at)) {
                    throw new IOException(dataPath + " has less than " + size + " bytes");
                }
                digest.update(block.flip());
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Forces the bytes to disk, closes, and gives the file, which the caller moves. The map is gone. */
    Path complete() throws IOException {
        data.truncate(size);
        data.force(true);
        close();
        Files.deleteIfExists(mapPath);
        return dataPath;
    }

    @Override
    public void close() throws IOException {
        try {
            map.close();
        } finally {
            data.close();
        }
    }
}
