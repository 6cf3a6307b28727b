package dev.baliza.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * What Linux threw away because a socket was full: {@code SK_MEMINFO_DROPS} of the socket option {@code SO_MEMINFO} (socket(7)), the
 * same number as the last column of /proc/net/udp.
 */
final class KernelDrops {
    private static final int SOL_SOCKET = 1;
    private static final int SO_MEMINFO = 55;
    /** An array of nine u32. */
    private static final int MEMINFO_BYTES = 9 * Integer.BYTES;

    private static final int DROPS_OFFSET = 8 * Integer.BYTES;

    private static final RawUnixChannelOption MEMINFO =
            new RawUnixChannelOption("SO_MEMINFO", SOL_SOCKET, SO_MEMINFO, MEMINFO_BYTES);

    private KernelDrops() {}

    /** The count so far as a u32; empty where the transport or the kernel does not tell. Thread: the socket's loop. */
    static OptionalInt of(Channel socket) {
        if (!(socket instanceof EpollDatagramChannel) || !socket.isOpen()) {
            return OptionalInt.empty();
        }
        try {
            ByteBuffer info = socket.config().getOption(MEMINFO);
            return OptionalInt.of(
                    info.duplicate().order(ByteOrder.nativeOrder()).getInt(DROPS_OFFSET));
        } catch (ChannelException e) {
            return OptionalInt.empty();
        }
    }
}
