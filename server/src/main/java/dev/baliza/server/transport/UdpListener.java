package dev.baliza.server.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The device port for datagrams: one socket per loop where the kernel can share a port, else one in all.
 *
 * <p>Each receive slot takes the largest datagram, so nothing is ever cut; untouched pages of a slot cost nothing. Spec: SPEC §2.2.
 */
public final class UdpListener implements AutoCloseable {
    /** Largest payload: 65,507 over IPv4, 65,527 over IPv6. */
    private static final int SLOT_BYTES = 65_536;
    /** Datagrams per recvmmsg. */
    private static final int SLOTS = 16;

    private final List<Channel> channels;
    private final int askedBytes;
    private final int receiveBufferBytes;

    private UdpListener(List<Channel> channels, int askedBytes, int receiveBufferBytes) {
        this.channels = channels;
        this.askedBytes = askedBytes;
        this.receiveBufferBytes = receiveBufferBytes;
    }

    /**
     * Binds.
     *
     * @param gate asked for each datagram before it is decoded
     * @param receiveBufferBytes asked of the kernel for each socket; it may grant less
     * @param maxDatagramBytes larger datagrams are counted and refused
     */
    public static UdpListener bind(
            NativeTransport transport,
            List<ShardLoop> loops,
            InetSocketAddress address,
            AddressGate gate,
            int receiveBufferBytes,
            int maxDatagramBytes)
            throws InterruptedException, IOException {
        boolean shared = transport == NativeTransport.EPOLL;
        probe(address);
        List<Channel> channels = new ArrayList<>();
        InetSocketAddress bindTo = address;
        try {
            for (ShardLoop loop : shared ? loops : loops.subList(0, 1)) {
                Channel channel = bootstrap(transport, loop, gate, receiveBufferBytes, maxDatagramBytes, shared)
                        .bind(bindTo)
                        .sync()
                        .channel();
                channels.add(channel);
                loop.useUdp(channel);
                bindTo = (InetSocketAddress) channel.localAddress();
            }
        } catch (Exception e) {
            channels.forEach(Channel::close);
            throw e;
        }
        if (!shared) {
            loops.forEach(loop -> loop.useUdp(channels.get(0)));
        }
        int reported = channels.get(0).config().getOption(ChannelOption.SO_RCVBUF);
        // Linux books twice what it grants for its own overhead and reports that; the JDK halves it, Netty's epoll does
        // not
        return new UdpListener(channels, receiveBufferBytes, shared ? reported / 2 : reported);
    }

    /** A shared port would silently be shared with a stranger's socket as well: take it alone for a moment first. */
    private static void probe(InetSocketAddress address) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.setReuseAddress(false);
            socket.bind(address);
        }
    }

    private static Bootstrap bootstrap(
            NativeTransport transport,
            ShardLoop loop,
            AddressGate gate,
            int receiveBufferBytes,
            int maxDatagramBytes,
            boolean shared) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channel(transport.datagramChannel())
                .option(ChannelOption.SO_RCVBUF, receiveBufferBytes)
                .handler(new DatagramHandler(loop, gate, maxDatagramBytes));
        if (shared) {
            bootstrap
                    .option(UnixChannelOption.SO_REUSEPORT, true)
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, SLOT_BYTES)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(SLOT_BYTES * SLOTS));
        } else {
            bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(SLOT_BYTES));
        }
        return bootstrap;
    }

    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channels.get(0).localAddress();
    }

    /** What was asked of the kernel for one socket. */
    public int askedBytes() {
        return askedBytes;
    }

    /** What the kernel granted for one socket. */
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    public int sockets() {
        return channels.size();
    }

    /** Stops reading and closes the sockets; what the kernel still holds is lost and counted by it. */
    @Override
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
    }
}
