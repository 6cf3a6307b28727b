package dev.baliza.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A socket that nobody reads: what was sent to it is there, or was dropped and counted by the kernel. */
class KernelDropsIT {
    private static final int SENT = 300;
    private static final int BYTES = 4_000;

    @ParameterizedTest
    @CsvSource({"EPOLL, 127.0.0.1", "EPOLL, ::1", "NIO, 127.0.0.1", "NIO, ::1", "NIO, 0.0.0.0"})
    void everyDatagramIsReadOrCountedAsDropped(NativeTransport transport, String host) throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "only Linux tells what it dropped");
        Assumptions.assumeTrue(
                transport == NativeTransport.NIO || NativeTransport.best() == transport, "no epoll here");
        AtomicInteger read = new AtomicInteger();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
        try {
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(transport.datagramChannel())
                    .option(ChannelOption.AUTO_READ, false)
                    .option(ChannelOption.SO_RCVBUF, 65_536)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(BYTES))
                    .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                            read.incrementAndGet();
                        }
                    })
                    .bind(new InetSocketAddress(host, 0))
                    .sync()
                    .channel();
            assertThat(drops(channel)).hasValue(0);
            InetAddress target = InetAddress.getByName(host.equals("0.0.0.0") ? "127.0.0.1" : host);
            int port = ((InetSocketAddress) channel.localAddress()).getPort();
            try (DatagramSocket sender = new DatagramSocket()) {
                for (int i = 0; i < SENT; i++) {
                    sender.send(new java.net.DatagramPacket(new byte[BYTES], BYTES, target, port));
                }
            }
            int dropped = drops(channel).orElseThrow();
            assertThat(dropped).isPositive();
            channel.config().setAutoRead(true);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(read.get() + dropped).isEqualTo(SENT));
            assertThat(drops(channel)).hasValue(dropped);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private static OptionalInt drops(Channel channel) throws Exception {
        return channel.eventLoop().submit(() -> KernelDrops.of(channel)).get();
    }
}
