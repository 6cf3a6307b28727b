package dev.baliza.server.transport;

import dev.baliza.protocol.netty.FrameDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
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
    private final BiConsumer<Channel, String> missed;
    private @Nullable Future<?> frameDeadline;
    private @Nullable Future<?> readDeadline;
    private boolean sawFrame;

    /** @param missed is told of a connection that is closed, and why */
    ConnectionDeadlines(FrameDecoder decoder, BiConsumer<Channel, String> missed) {
        this.decoder = decoder;
        this.missed = missed;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        frameDeadline = closeAfter(ctx, FIRST_FRAME_SECONDS, "no whole frame came in the first");
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
            frameDeadline = closeAfter(ctx, FRAME_SECONDS, "a frame that began did not come whole within");
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        cancel(readDeadline);
        readDeadline = ctx.channel().isWritable()
                ? null
                : closeAfter(ctx, UNREAD_SECONDS, "the device read none of its answers for");
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel(frameDeadline);
        cancel(readDeadline);
        ctx.fireChannelInactive();
    }

    private Future<?> closeAfter(ChannelHandlerContext ctx, long seconds, String why) {
        return ctx.executor()
                .schedule(
                        () -> {
                            missed.accept(ctx.channel(), why + " " + seconds + " s; the connection is closed");
                            ctx.close();
                        },
                        seconds,
                        TimeUnit.SECONDS);
    }

    private static void cancel(@Nullable Future<?> deadline) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
