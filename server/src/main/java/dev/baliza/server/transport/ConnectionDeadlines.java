package dev.baliza.server.transport;

import dev.baliza.protocol.netty.FrameDecoder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Absolute deadlines of a connection: its first frame, each whole frame from its first byte, and a peer that does not read. Not
 * idle timers: one byte every few seconds keeps none of them away. Thread: the connection's loop.
 */
final class ConnectionDeadlines extends ChannelInboundHandlerAdapter {
    static final String NAME = "deadlines";

    private static final long FIRST_FRAME_SECONDS = 5;
    private static final long FRAME_SECONDS = 10;
    private static final long UNREAD_SECONDS = 10;

    private final FrameDecoder decoder;
    private @Nullable Future<?> frameDeadline;
    private @Nullable Future<?> readDeadline;
    private boolean sawFrame;

    ConnectionDeadlines(FrameDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        frameDeadline = closeAfter(ctx, FIRST_FRAME_SECONDS);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object event) {
        sawFrame = true;
        cancel(frameDeadline);
        frameDeadline = null;
        ctx.fireChannelRead(event);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (sawFrame && decoder.insideFrame() && frameDeadline == null) {
            frameDeadline = closeAfter(ctx, FRAME_SECONDS);
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        cancel(readDeadline);
        readDeadline = ctx.channel().isWritable() ? null : closeAfter(ctx, UNREAD_SECONDS);
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel(frameDeadline);
        cancel(readDeadline);
        ctx.fireChannelInactive();
    }

    private static Future<?> closeAfter(ChannelHandlerContext ctx, long seconds) {
        return ctx.executor().schedule(() -> ctx.close(), seconds, TimeUnit.SECONDS);
    }

    private static void cancel(@Nullable Future<?> deadline) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
