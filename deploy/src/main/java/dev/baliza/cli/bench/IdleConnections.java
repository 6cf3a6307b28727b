package dev.baliza.cli.bench;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Connections that say one PING and then nothing. Thread: one caller. */
final class IdleConnections implements AutoCloseable {
    private static final long SETTLE_MILLIS = 300;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("baliza-idle", true), EpollIoHandler.newFactory());
    private final Bootstrap bootstrap;
    private final InetSocketAddress target;
    private int open;

    IdleConnections(InetSocketAddress target) {
        this.target = target;
        bootstrap =
                new Bootstrap().group(group).channel(EpollSocketChannel.class).handler(new Generator.Ignore());
    }

    /** Opens more until there are so many. */
    void open(int count) throws IOException, InterruptedException {
        ByteBuffer ping = ByteBuffer.allocate(128);
        FrameCodec.write(
                ping,
                new FrameHeader(0, 0, 0, 0, Limits.BACK_UNSET, 0),
                Extensions.NONE,
                new Message.Ping(0, ByteBuffer.allocate(0)));
        ping.flip();
        for (; open < count; open++) {
            var connected = bootstrap.connect(target).await();
            if (!connected.isSuccess()) {
                throw new IOException("connection " + open + " failed", connected.cause());
            }
            Channel channel = connected.channel();
            channel.writeAndFlush(Unpooled.copiedBuffer(ping));
        }
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
