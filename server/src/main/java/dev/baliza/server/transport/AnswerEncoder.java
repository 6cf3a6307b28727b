package dev.baliza.server.transport;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.server.session.Seal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes what goes to devices into buffers with room for it. Thread: one loop's. Spec: SPEC §3, §10. */
final class AnswerEncoder {
    /** The longest answer that does not carry bytes of its cause: an ACK with all bits and reasons, or a NACK with text. */
    private static final int ANSWER_BYTES = Limits.MIN_FRAME_BYTES + 12 + Limits.MAX_BITMAP_BYTES + 6 * 255;

    private final FrameSealer sealer = new FrameSealer();
    private final ByteBuffer unsealed = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);

    /** Bytes that the frame may need; what comes back is as long as what came. */
    private static int room(Message message) {
        if (message instanceof Message.Pong pong) {
            return Limits.MIN_FRAME_BYTES + 24 + pong.echo().remaining();
        }
        if (message instanceof FileMessage.Chunk chunk) {
            return Limits.MIN_FRAME_BYTES + 16 + chunk.bytes().remaining();
        }
        if (message instanceof Message.AdminResult result) {
            return Limits.MIN_FRAME_BYTES + 13 + result.json().remaining();
        }
        return message instanceof Message.ValuesBack ? Limits.MAX_FRAME_BYTES : ANSWER_BYTES;
    }

    /** A frame in a buffer that the caller owns; sealed when there is a seal. */
    ByteBuf encode(ByteBufAllocator alloc, FrameHeader header, Message message, @Nullable Seal seal) {
        int room = room(message);
        ByteBuf buf = alloc.ioBuffer(room + FrameSealer.MAX_OVERHEAD_BYTES);
        ByteBuffer bytes = buf.internalNioBuffer(0, room + FrameSealer.MAX_OVERHEAD_BYTES);
        int start = bytes.position();
        if (seal == null) {
            FrameCodec.write(bytes, header, Extensions.NONE, message);
        } else {
            unsealed.clear();
            FrameCodec.write(unsealed, header, Extensions.NONE, message);
            sealer.seal(unsealed.flip(), seal.key(), seal.keyId(), seal.clear(), bytes);
        }
        buf.writerIndex(bytes.position() - start);
        return buf;
    }
}
