package dev.baliza.protocol.netty;

import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import io.netty.channel.socket.DatagramPacket;
import java.nio.ByteBuffer;

/**
 * Cuts a datagram into frames. Thread: confined to one. Ownership: the packet stays the caller's; a frame is valid during
 * {@link Receiver#onFrame} only. Spec: SPEC §2.2, §2.4.
 */
public final class DatagramDecoder {
    private final Frame frame = new Frame();

    /** Takes the frames of a datagram. */
    public interface Receiver {
        /** @return whether to go on with the rest of the datagram */
        boolean onFrame(Frame frame);
    }

    /**
     * Gives each frame to the receiver, in order, until it says stop.
     *
     * @throws ProtocolException when what follows is no frame; those before it were given
     */
    public void decode(DatagramPacket packet, Receiver receiver) throws ProtocolException {
        ByteBuffer bytes = packet.content().nioBuffer();
        int at = bytes.position();
        int end = bytes.limit();
        do {
            int length = FrameCodec.frameLengthInDatagram(bytes, at, end - at);
            if (!receiver.onFrame(frame.wrap(bytes, at, length))) {
                return;
            }
            at += length;
        } while (at < end);
    }
}
