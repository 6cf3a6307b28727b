package dev.baliza.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The sockets that listen on this host, as Linux tells in /proc/net; empty on other systems. Thread: any; reads files. */
public final class SocketTable {
    private static final String LISTEN = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int USER = 7;
    private static final int INODE = 9;
    private static final int DROPS = 12;

    /** Which sockets. */
    public enum Protocol {
        TCP("tcp"),
        UDP("udp");

        private final String label;

        Protocol(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /**
     * A socket.
     *
     * @param user id of its owner
     * @param drops datagrams thrown away because it was full; 0 with TCP
     */
    public record Entry(InetSocketAddress local, int user, long inode, long drops) {
        /** Whether a socket that wants the address would be in its way. */
        boolean holds(InetSocketAddress wanted) {
            InetAddress mine = local.getAddress();
            InetAddress other = wanted.getAddress();
            return local.getPort() == wanted.getPort()
                    && (mine.equals(other) || mine.isAnyLocalAddress() || other.isAnyLocalAddress());
        }
    }

    private SocketTable() {}

    /** @param proc /proc, or what stands for it in a test */
    public static List<Entry> read(Path proc, Protocol protocol) {
        List<Entry> entries = new ArrayList<>();
        for (String table : List.of(protocol.label(), protocol.label() + "6")) {
            try {
                Files.readAllLines(proc.resolve("net").resolve(table)).stream()
                        .skip(1)
                        .map(line -> entry(line, protocol))
                        .flatMap(Optional::stream)
                        .forEach(entries::add);
            } catch (IOException e) {
                // another system, or no IPv6: nothing to tell
            }
        }
        return entries;
    }

    private static Optional<Entry> entry(String line, Protocol protocol) {
        String[] columns = line.strip().split("\\s+", -1);
        if (columns.length <= INODE || (protocol == Protocol.TCP && !columns[STATE].equals(LISTEN))) {
            return Optional.empty();
        }
        try {
            long drops = protocol == Protocol.UDP && columns.length > DROPS ? Long.parseLong(columns[DROPS]) : 0;
            return Optional.of(new Entry(
                    address(columns[LOCAL_ADDRESS]),
                    Integer.parseInt(columns[USER]),
                    Long.parseLong(columns[INODE]),
                    drops));
        } catch (IllegalArgumentException | IOException e) {
            return Optional.empty(); // a format that is not known
        }
    }

    /** {@code 0100007F:1CC7}: words of four bytes, each as this processor reads it, and the port. */
    private static InetSocketAddress address(String text) throws IOException {
        int colon = text.indexOf(':');
        byte[] words = HexFormat.of().parseHex(text, 0, Math.max(0, colon));
        ByteBuffer bytes = ByteBuffer.allocate(words.length).order(ByteOrder.nativeOrder());
        ByteBuffer read = ByteBuffer.wrap(words);
        while (read.remaining() >= Integer.BYTES) {
            bytes.putInt(read.getInt());
        }
        return new InetSocketAddress(
                InetAddress.getByAddress(bytes.array()), Integer.parseInt(text.substring(colon + 1), 16));
    }
}
