package dev.baliza.server.session;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.FrameHeader;
import org.jspecify.annotations.Nullable;

/** Sends frames to peers. Thread: called on the shard's; a transport whose channel lives elsewhere hands over. */
@FunctionalInterface
public interface Outlet {
    /**
     * Queues a frame; it leaves at the end of the burst.
     *
     * @param message may borrow bytes of the frame being handled
     * @param seal null in the open profile
     */
    void send(Peer peer, FrameHeader header, Message message, @Nullable Seal seal);

    /** Whether frames may still leave: a connection ends, a socket for datagrams does not. */
    default boolean isOpen() {
        return true;
    }
}
