package dev.baliza.server.transport;

import dev.baliza.protocol.netty.FrameDecoder;
import dev.baliza.server.books.Transport;
import dev.baliza.server.tap.TapFilter;
import dev.baliza.server.tls.TlsDoor;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Admits connections and builds their pipelines. One whose address is denied, or that is one too many, is closed before a byte of it
 * is read, and counted. Thread: each connection's loop; counts may be read on any.
 */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong denied = new AtomicLong();
    private final AtomicLong overdue = new AtomicLong();
    private final List<ShardLoop> loops;
    private final AddressGate gate;
    private final int maxFrameBytes;
    private final @Nullable TlsDoor tls;
    private volatile int maxConnections;

    /** @param tls null: frames come in the clear */
    ConnectionInitializer(
            List<ShardLoop> loops, AddressGate gate, int maxConnections, int maxFrameBytes, @Nullable TlsDoor tls) {
        this.loops = loops;
        this.gate = gate;
        this.maxConnections = maxConnections;
        this.maxFrameBytes = maxFrameBytes;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (isDenied(channel)) {
            denied.incrementAndGet();
            show(channel, TapFilter.CONNECTION_DENIED, "access.allow or access.deny keeps this address out");
            channel.close();
            return;
        }
        if (connections.size() >= maxConnections) {
            refused.incrementAndGet();
            show(
                    channel,
                    TapFilter.CONNECTION_REFUSED,
                    "all " + maxConnections + " connections are taken; raise tcp.maxConnections");
            channel.close();
            return;
        }
        connections.add(channel);
        if (isDenied(channel)) { // by a filter that came into force since the first look
            closeAsDenied(channel);
            return;
        }
        if (tls != null) {
            tls.addTo(channel.pipeline(), outcome -> show(channel, TapFilter.STREAM_ERROR, outcome.text()));
        }
        FrameDecoder decoder = new FrameDecoder(maxFrameBytes);
        channel.pipeline()
                .addLast(FrameDecoder.NAME, decoder)
                .addLast(ConnectionDeadlines.NAME, new ConnectionDeadlines(decoder, (late, why) -> {
                    overdue.incrementAndGet();
                    show(late, TapFilter.CONNECTION_OVERDUE, why, decoder.heldBytes());
                }))
                .addLast(ConnectionHandler.NAME, new ConnectionHandler(loopOf(channel.eventLoop()), decoder));
    }

    private void show(Channel channel, String outcome, String detail) {
        show(channel, outcome, detail, 0);
    }

    private void show(Channel channel, String outcome, String detail, int bytes) {
        if (channel.remoteAddress() instanceof InetSocketAddress remote) {
            loopOf(channel.eventLoop())
                    .faultTap()
                    .showWithoutFrame(Transport.TCP, remote, outcome, null, detail, bytes, null);
        }
    }

    /** False for a peer that is gone already; its handler finds that out. */
    private boolean isDenied(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address && !gate.permits(address.getAddress());
    }

    private ShardLoop loopOf(EventLoop loop) {
        return loops.stream()
                .filter(candidate -> candidate.eventLoop() == loop)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a connection outside the shards' loops"));
    }

    ChannelGroup connections() {
        return connections;
    }

    long refused() {
        return refused.get();
    }

    long denied() {
        return denied.get();
    }

    long overdue() {
        return overdue.get();
    }

    /** For connections to come; open ones stay. */
    void allowConnections(int count) {
        maxConnections = count;
    }

    /** Closes connections that the gate no longer permits, and counts them as denied. */
    int closeDenied() {
        int closed = 0;
        for (Channel channel : connections) {
            if (isDenied(channel)) {
                closed += closeAsDenied(channel) ? 1 : 0;
            }
        }
        return closed;
    }

    /** Counts it once, whichever thread sees it first. */
    private boolean closeAsDenied(Channel channel) {
        boolean first = connections.remove(channel);
        if (first) {
            denied.incrementAndGet();
            channel.close();
        }
        return first;
    }
}
