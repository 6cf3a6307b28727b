package dev.baliza.server.transport;

import dev.baliza.server.tls.TlsDoor;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The device port for streams. Limits: {@code maxConnections}, beyond which a connection is closed at once and counted. */
public final class TcpListener implements AutoCloseable {
    private final Channel server;
    private final ConnectionInitializer admission;

    private TcpListener(Channel server, ConnectionInitializer admission) {
        this.server = server;
        this.admission = admission;
    }

    /**
     * Binds; connections are spread over the loops.
     *
     * @param gate asked for each connection when it is accepted
     * @param backlog connections that wait to be accepted; the kernel may allow fewer
     * @param tls null: frames come in the clear
     */
    public static TcpListener bind(
            NativeTransport transport,
            EventLoopGroup group,
            List<ShardLoop> loops,
            InetSocketAddress address,
            AddressGate gate,
            int maxConnections,
            int backlog,
            int maxFrameBytes,
            @Nullable TlsDoor tls)
            throws InterruptedException {
        ConnectionInitializer admission = new ConnectionInitializer(loops, gate, maxConnections, maxFrameBytes, tls);
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, backlog)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 256 * 1024))
                .childHandler(admission)
                .bind(address)
                .sync()
                .channel();
        return new TcpListener(server, admission);
    }

    public InetSocketAddress localAddress() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Open connections. */
    public int connections() {
        return admission.connections().size();
    }

    /** Connections closed at once because there were too many. */
    public long refused() {
        return admission.refused();
    }

    /** Connections closed because of their address. */
    public long denied() {
        return admission.denied();
    }

    /** Connections closed because a frame or the reading of answers took too long. */
    public long overdue() {
        return admission.overdue();
    }

    /** From here on so many; open connections stay. */
    public void allowConnections(int count) {
        admission.allowConnections(count);
    }

    /**
     * Closes open connections that the gate no longer permits.
     *
     * @return how many
     */
    public int closeDenied() {
        return admission.closeDenied();
    }

    /** Stops accepting. */
    public void stopAccepting() {
        server.close().awaitUninterruptibly();
    }

    /** Closes all connections once what they have to say is written, at the latest after two seconds. */
    @Override
    public void close() {
        stopAccepting();
        ChannelGroup connections = admission.connections();
        connections.forEach(channel -> channel.eventLoop().execute(channel::close));
        connections.newCloseFuture().awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
