package dev.baliza.sim;

import dev.baliza.protocol.FileMessage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A file to be sent: its size and SHA-256 as they were at the beginning. Confined to one thread. */
final class FileOnDisk implements Closeable {
    private static final int BLOCK_BYTES = 64 * 1024;

    private final FileChannel bytes;
    private final long size;
    private final String sha256;

    FileOnDisk(Path path) throws IOException {
        bytes = FileChannel.open(path, StandardOpenOption.READ);
        try {
            size = bytes.size();
            sha256 = digest();
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    private String digest() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long at = 0; at < size; at += BLOCK_BYTES) {
                digest.update(read(at, (int) Math.min(BLOCK_BYTES, size - at)));
            }
            return FileMessage.hex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    long size() {
        return size;
    }

    String sha256() {
        return sha256;
    }

    ByteBuffer read(long from, int count) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(count);
        while (into.hasRemaining()) {
            if (bytes.read(into, from + into.position()) < 0) {
                throw new IOException("the file has become shorter while it was read");
            }
        }
        return into.flip();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
