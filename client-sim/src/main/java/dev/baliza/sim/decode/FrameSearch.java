package dev.baliza.sim.decode;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import java.nio.ByteBuffer;

/** Finds a frame in the middle of a stream: only a right checksum tells one from chance. */
final class FrameSearch {
    private FrameSearch() {}

    /** Position of the first whole frame with a right checksum; the limit when there is none. */
    static int first(ByteBuffer bytes) {
        Frame frame = new Frame();
        for (int at = 0; at + Limits.MIN_FRAME_BYTES <= bytes.limit(); at++) {
            try {
                int length = FrameCodec.frameLength(bytes, at, bytes.limit() - at, Limits.MAX_FRAME_BYTES);
                if (length <= bytes.limit() - at
                        && frame.wrap(bytes, at, length).checksumMatches()) {
                    return at;
                }
            } catch (ProtocolException notHere) {
                // the next byte may begin one
            }
        }
        return bytes.limit();
    }
}
