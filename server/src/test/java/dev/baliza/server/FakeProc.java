package dev.baliza.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A /proc with sockets and processes of a test's choice. */
final class FakeProc {
    private static final String HEADING =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    final Path dir;

    FakeProc(Path dir) throws IOException {
        this.dir = dir;
        Files.createDirectories(dir.resolve("net"));
    }

    /** @param state 0A is a TCP socket that listens */
    FakeProc socket(String table, String host, int port, String state, int user, long inode, long drops)
            throws IOException {
        ByteBuffer address =
                ByteBuffer.wrap(InetAddress.getByName(host).getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder local = new StringBuilder();
        while (address.hasRemaining()) {
            local.append("%08X".formatted(address.getInt()));
        }
        String line = "   7: %s:%04X 00000000:0000 %s 00000000:00000000 00:00000000 00000000 %5d        0 %d 2 0 %d%n"
                .formatted(local, port, state, user, inode, drops);
        Path file = dir.resolve("net").resolve(table.toLowerCase(Locale.ROOT));
        Files.writeString(file, (Files.exists(file) ? Files.readString(file) : HEADING) + line);
        return this;
    }

    FakeProc process(long pid, long inode, String... command) throws IOException {
        Path fd = Files.createDirectories(dir.resolve(Long.toString(pid)).resolve("fd"));
        Files.createSymbolicLink(fd.resolve("3"), Path.of("/dev/null"));
        Files.createSymbolicLink(fd.resolve("7"), Path.of("socket:[" + inode + "]"));
        Files.writeString(fd.resolveSibling("cmdline"), String.join("\0", command) + "\0");
        Files.writeString(fd.resolveSibling("comm"), "comm-of-" + pid + "\n");
        return this;
    }
}
