package dev.baliza.protocol.netty;

import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;

/**
 * Cuts a TCP stream into frames and fires each as a {@link Frame} that is valid during the call only.
 *
 * <p>A frame that arrived whole is read where it lies; only what is left of a cut one is copied. After a
 * {@link ProtocolException} (fired once as an exception), or {@link #stop}, the rest of the stream is discarded. Thread: the
 * channel's event loop. Ownership: takes and releases every buffer. Limits: one partial frame, at most {@code maxFrameBytes}.
 * Spec: SPEC §2.3, §2.4.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    public static final String NAME = "frame-decoder";

    /** What {@link FrameCodec#frameLength} needs to tell. */
    private static final int HEAD_BYTES = 8;

    private final int maxFrameBytes;
    private final Frame frame = new Frame();
    private ByteBuffer partial = ByteBuffer.allocate(0);
    private boolean broken;

    /** @param maxFrameBytes longest frame taken, 36 – 65,535 */
    public FrameDecoder(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf buf)) {
            ctx.fireChannelRead(message);
            return;
        }
        try {
            if (!broken) {
                decode(ctx, buf.nioBufferCount() == 1 ? buf.nioBuffer() : ByteBuffer.wrap(bytes(buf)));
            }
        } catch (ProtocolException e) {
            stop();
            ctx.fireExceptionCaught(e);
        } finally {
            ReferenceCountUtil.release(buf);
        }
    }

    private static byte[] bytes(ByteBuf buf) {
        byte[] copy = new byte[buf.readableBytes()];
        buf.getBytes(buf.readerIndex(), copy);
        return copy;
    }

    private void decode(ChannelHandlerContext ctx, ByteBuffer in) throws ProtocolException {
        while (partial.position() > 0 && in.hasRemaining()) {
            completePartial(ctx, in);
        }
        while (in.hasRemaining() && !broken) {
            int length = FrameCodec.frameLength(in, in.position(), in.remaining(), maxFrameBytes);
            if (length == 0 || length > in.remaining()) {
                keep(in, length);
                return;
            }
            int start = in.position();
            in.position(start + length);
            ctx.fireChannelRead(frame.wrap(in, start, length));
        }
    }

    /** Moves bytes into the partial frame until its length is known, then until it is whole. */
    private void completePartial(ChannelHandlerContext ctx, ByteBuffer in) throws ProtocolException {
        int length = FrameCodec.frameLength(partial, 0, partial.position(), maxFrameBytes);
        int wanted = length == 0 ? HEAD_BYTES : length;
        if (partial.capacity() < wanted) {
            partial = ByteBuffer.allocate(wanted).put(partial.flip());
        }
        int count = Math.min(wanted - partial.position(), in.remaining());
        partial.put(partial.position(), in, in.position(), count).position(partial.position() + count);
        in.position(in.position() + count);
        if (length != 0 && partial.position() == length) {
            ByteBuffer whole = partial.flip();
            partial = ByteBuffer.allocate(0);
            ctx.fireChannelRead(frame.wrap(whole, 0, length));
        } else if (length == 0) {
            FrameCodec.frameLength(partial, 0, partial.position(), maxFrameBytes);
        }
    }

    private void keep(ByteBuffer in, int length) {
        partial = ByteBuffer.allocate(Math.max(length, HEAD_BYTES)).put(in);
    }

    /**
     * Discards all that follows, the rest of the buffer being read included: for a receiver that found a frame's checksum
     * wrong, or closes the connection for another reason.
     */
    public void stop() {
        broken = true;
        partial = ByteBuffer.allocate(0);
    }

    /** Whether the stream broke off, or stopped, in the middle of a frame. */
    public boolean insideFrame() {
        return heldBytes() > 0;
    }

    /** Bytes of a frame that is not whole yet. */
    public int heldBytes() {
        return partial.position();
    }
}
