package dev.baliza.server.session;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.FrameHeader;

/** Sends frames to peers. Thread: called on the shard's; a transport whose channel lives elsewhere hands over. */
@FunctionalInterface
public interface Outlet {
    /** Queues a frame; it leaves at the end of the burst. {@code message} may borrow bytes of the frame being handled. */
    void send(Peer peer, FrameHeader header, Message message);
}
