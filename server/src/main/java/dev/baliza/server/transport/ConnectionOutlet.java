package dev.baliza.server.transport;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.session.Outlet;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.Seal;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The way back over a connection, as one loop uses it. Thread: that loop's, wherever the connection lives.
 *
 * @param loop that flushes at the end of its burst
 */
record ConnectionOutlet(Channel channel, ShardLoop loop) implements Outlet {
    @Override
    public void send(Peer peer, FrameHeader header, Message message, @Nullable Seal seal) {
        loop.sendTo(channel, header, message, seal);
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }
}
