package dev.baliza.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that takes too long over what it is doing, whether or not bytes trickle in. Thread: the channel's event
 * loop. There is a deadline at every moment.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what fails here closes the channel
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    static final String NAME = "deadline";

    private final HttpLimits limits;
    private @Nullable Future<?> deadline;
    private boolean idle;

    RequestDeadline(HttpLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        arm(ctx, limits.request());
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (idle) {
            idle = false;
            arm(ctx, limits.request());
        }
        ctx.fireChannelRead(msg);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel();
        ctx.fireChannelInactive();
    }

    /** The request is complete. */
    void answering(ChannelHandlerContext ctx) {
        idle = false;
        arm(ctx, limits.answer());
    }

    /** The answer is written. */
    void idle(ChannelHandlerContext ctx) {
        idle = true;
        arm(ctx, limits.idle());
    }

    /** The last answer is written, and the client may read it. */
    void lingering(ChannelHandlerContext ctx) {
        idle = false;
        arm(ctx, limits.linger());
    }

    /** The answer has no end. */
    void none() {
        idle = false;
        cancel();
    }

    private void arm(ChannelHandlerContext ctx, Duration time) {
        cancel();
        if (ctx.channel().isActive()) {
            deadline = ctx.executor().schedule(() -> ctx.channel().close(), time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
