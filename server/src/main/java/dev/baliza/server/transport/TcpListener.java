package dev.baliza.server.transport;

import dev.baliza.protocol.netty.FrameDecoder;
import dev.baliza.server.books.Transport;
import dev.baliza.server.tap.TapFilter;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The device port for streams. Limits: {@code maxConnections}, beyond which a connection is closed at once and counted. */
public final class TcpListener implements AutoCloseable {
    private final Channel server;
    private final ChannelGroup connections;
    private final AtomicLong refused;

    private TcpListener(Channel server, ChannelGroup connections, AtomicLong refused) {
        this.server = server;
        this.connections = connections;
        this.refused = refused;
    }

    /** Binds; connections are spread over the loops. */
    public static TcpListener bind(
            NativeTransport transport,
            EventLoopGroup group,
            List<ShardLoop> loops,
            InetSocketAddress address,
            int maxConnections,
            int maxFrameBytes)
            throws InterruptedException {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        AtomicLong refused = new AtomicLong();
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4_096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 256 * 1024))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (connections.size() >= maxConnections) {
                            refused.incrementAndGet();
                            showRefused(channel, loopOf(channel.eventLoop(), loops), maxConnections);
                            channel.close();
                            return;
                        }
                        connections.add(channel);
                        pipeline(channel, loopOf(channel.eventLoop(), loops), maxFrameBytes);
                    }
                })
                .bind(address)
                .sync()
                .channel();
        return new TcpListener(server, connections, refused);
    }

    private static void showRefused(Channel channel, ShardLoop loop, int maxConnections) {
        if (channel.remoteAddress() instanceof InetSocketAddress remote) {
            loop.showWithoutFrame(
                    Transport.TCP,
                    remote,
                    TapFilter.CONNECTION_REFUSED,
                    null,
                    "all " + maxConnections + " connections are taken; raise tcp.maxConnections",
                    0,
                    null);
        }
    }

    /** The pipeline of a connection, from the socket to the shard. */
    static void pipeline(Channel channel, ShardLoop loop, int maxFrameBytes) {
        FrameDecoder decoder = new FrameDecoder(maxFrameBytes);
        channel.pipeline()
                .addLast(FrameDecoder.NAME, decoder)
                .addLast(ConnectionDeadlines.NAME, new ConnectionDeadlines(decoder))
                .addLast(ConnectionHandler.NAME, new ConnectionHandler(loop, decoder));
    }

    private static ShardLoop loopOf(EventLoop loop, List<ShardLoop> loops) {
        return loops.stream()
                .filter(candidate -> candidate.eventLoop() == loop)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a connection outside the shards' loops"));
    }

    public InetSocketAddress localAddress() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Open connections. */
    public int connections() {
        return connections.size();
    }

    /** Connections closed at once because there were too many. */
    public long refused() {
        return refused.get();
    }

    /** Stops accepting. */
    public void stopAccepting() {
        server.close().awaitUninterruptibly();
    }

    /** Closes all connections once what they have to say is written, at the latest after two seconds. */
    @Override
    public void close() {
        stopAccepting();
        connections.forEach(channel -> channel.eventLoop().execute(channel::close));
        connections.newCloseFuture().awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
