package dev.baliza.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What Linux threw away because a socket was full. With epoll the socket itself is asked ({@code SK_MEMINFO_DROPS} of the option
 * {@code SO_MEMINFO}, socket(7)); with NIO, which has one socket and no such option, it is the last column of its line in
 * /proc/net/udp or udp6: the same number. Elsewhere nobody tells.
 */
final class KernelDrops {
    private static final int SOL_SOCKET = 1;
    private static final int SO_MEMINFO = 55;
    /** An array of nine u32. */
    private static final int MEMINFO_BYTES = 9 * Integer.BYTES;

    private static final int DROPS_OFFSET = 8 * Integer.BYTES;

    private static final RawUnixChannelOption MEMINFO =
            new RawUnixChannelOption("SO_MEMINFO", SOL_SOCKET, SO_MEMINFO, MEMINFO_BYTES);

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));
    private static final int LOCAL_ADDRESS = 1;
    private static final int DROPS = 12;

    private KernelDrops() {}

    /** The count so far as a u32; empty where nobody tells. Thread: the socket's loop. */
    static OptionalInt of(Channel socket) {
        if (!socket.isOpen() || !(socket.localAddress() instanceof InetSocketAddress address)) {
            return OptionalInt.empty();
        }
        return socket instanceof EpollDatagramChannel ? ofSocket(socket) : ofTable(address);
    }

    private static OptionalInt ofSocket(Channel socket) {
        try {
            ByteBuffer info = socket.config().getOption(MEMINFO);
            return OptionalInt.of(
                    info.duplicate().order(ByteOrder.nativeOrder()).getInt(DROPS_OFFSET));
        } catch (ChannelException e) {
            return OptionalInt.empty();
        }
    }

    private static OptionalInt ofTable(InetSocketAddress address) {
        Set<String> wanted = entries(address);
        for (Path table : TABLES) {
            try {
                for (String line : Files.readAllLines(table)) {
                    String[] columns = line.strip().split("\\s+", -1);
                    if (columns.length > DROPS && wanted.contains(columns[LOCAL_ADDRESS])) {
                        return OptionalInt.of(Integer.parseUnsignedInt(columns[DROPS]));
                    }
                }
            } catch (IOException | NumberFormatException e) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }

    /** How the tables write an address; IPv4 also as a mapped one, because Java's sockets are of both families. */
    private static Set<String> entries(InetSocketAddress address) {
        String port = ":%04X".formatted(address.getPort());
        InetAddress ip = address.getAddress();
        String plain = hex(ip.getAddress()) + port;
        if (!(ip instanceof Inet4Address)) {
            return Set.of(plain);
        }
        String mapped =
                ip.isAnyLocalAddress() ? "0".repeat(32) : hex(new byte[10], new byte[] {-1, -1}, ip.getAddress());
        return Set.of(plain, mapped + port);
    }

    /** Words of four bytes, each as this processor reads it. */
    private static String hex(byte[]... parts) {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        for (byte[] part : parts) {
            bytes.put(part);
        }
        bytes.flip();
        StringBuilder hex = new StringBuilder();
        while (bytes.hasRemaining()) {
            hex.append("%08x".formatted(bytes.getInt()));
        }
        return hex.toString().toUpperCase(Locale.ROOT);
    }
}
