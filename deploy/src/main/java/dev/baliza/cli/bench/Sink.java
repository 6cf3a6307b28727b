package dev.baliza.cli.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The process that a server is compared with: receives on loopback with one Netty loop, {@code recvmmsg} of 64 datagrams, and counts; it
 * decodes nothing. A line on its input is answered with the counts; the end of the input ends it.
 */
final class Sink {
    /** Before the two ports. */
    static final String READY = "sink ready";
    /** Before the counts. */
    static final String COUNTS = "sink counts";

    private static final int SLOT_BYTES = 2_048;
    private static final int SLOTS = 64;
    private static final int STREAM_BYTES = 1 << 16;
    private static final int RECEIVE_BUFFER_BYTES = 8 << 20;

    private Sink() {}

    /** Thread: the loop. */
    @Sharable
    private static final class Count extends ChannelInboundHandlerAdapter {
        private long datagrams;
        private long bytes;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof DatagramPacket packet) {
                datagrams++;
                bytes += packet.content().readableBytes();
                packet.release();
            } else if (message instanceof ByteBuf part) {
                bytes += part.readableBytes();
                part.release();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close(); // the generator went
        }
    }

    /** Runs until its input ends. */
    public static void main(String... arguments) throws IOException, InterruptedException, ExecutionException {
        var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Count count = new Count();
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        Channel udp = new Bootstrap()
                .group(group)
                .channel(EpollDatagramChannel.class)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, SLOT_BYTES)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(SLOT_BYTES * SLOTS))
                .handler(count)
                .bind(any)
                .sync()
                .channel();
        Channel tcp = new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(STREAM_BYTES))
                .childHandler(count)
                .bind(any)
                .sync()
                .channel();
        System.out.printf("%s %d %d%n", READY, port(udp), port(tcp));
        System.out.flush();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            String line = group.next()
                    .submit(() -> COUNTS + " " + count.datagrams + " " + count.bytes)
                    .get();
            System.out.println(line);
            System.out.flush();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private static int port(Channel channel) {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }
}
