package dev.baliza.server.http;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_URI_TOO_LONG;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;

import dev.baliza.server.history.Scan;
import dev.baliza.server.tap.TapHub;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests one by one and answers each before it turns to the next, so pipelined answers keep their order. Thread: the
 * channel's event loop. Ownership: releases every reply, sent or not. Limits: what waits is bounded by the codec before it,
 * and the channel, which does not read by itself, reads on only when nothing waits.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what fails here closes the channel
final class RequestHandler extends SimpleChannelInboundHandler<HttpObject> {
    static final String NAME = "requests";

    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Router router;
    private final Doorkeeper doorkeeper;
    private final RequestDeadline deadline;
    private final TapHub taps;
    /** What to do next: at the front the oldest request that has no answer yet. */
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    private @Nullable HttpRequest request;
    private @Nullable TapStream stream;
    private boolean answering;
    private boolean refused;

    RequestHandler(Router router, Doorkeeper doorkeeper, RequestDeadline deadline, TapHub taps) {
        this.router = router;
        this.doorkeeper = doorkeeper;
        this.deadline = deadline;
        this.taps = taps;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        ctx.read();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!answering) {
            ctx.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting.clear();
        if (stream != null) {
            stream.close();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (stream != null) {
            stream.drain();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
        if (refused) {
            return;
        }
        if (msg.decoderResult().isFailure()) {
            Throwable cause = msg.decoderResult().cause();
            refuse(ctx, () -> malformed(cause));
        } else if (msg instanceof HttpRequest head && hasBody(head)) {
            refuse(ctx, isRead(head) ? RequestHandler::tooLarge : RequestHandler::notAllowed);
        } else if (msg instanceof HttpRequest head) {
            request = head;
        } else if (msg instanceof LastHttpContent && request != null) {
            HttpRequest complete = request;
            request = null;
            waiting.add(() -> answer(ctx, complete));
            next(ctx);
        }
    }

    private void next(ChannelHandlerContext ctx) {
        if (answering) {
            return;
        }
        Runnable step = waiting.poll();
        if (step == null) {
            ctx.read();
        } else {
            answering = true;
            step.run();
        }
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest complete) {
        deadline.answering(ctx);
        var unused = doorkeeper.refusal(complete, ctx.channel().remoteAddress()).handle((refusal, failure) -> {
            if (failure != null || refusal.isPresent()) {
                hop(ctx, complete, failure != null ? unavailable(failure) : refusal.get());
            } else if (ctx.executor().inEventLoop()) {
                admit(ctx, complete);
            } else {
                ctx.executor().execute(() -> admit(ctx, complete));
            }
            return null;
        });
    }

    private void admit(ChannelHandlerContext ctx, HttpRequest complete) {
        if (!ctx.channel().isActive()) {
            return;
        }
        CompletableFuture<Reply> reply;
        try {
            if (complete.method().equals(HttpMethod.GET) && router.isTap(complete) && stream(ctx, complete)) {
                return;
            }
            HistoryRoute history = router.history(complete);
            if (history != null) {
                var unused = history.answer(complete).handle((answer, failure) -> {
                    ctx.executor().execute(() -> history(ctx, complete, history, answer, failure));
                    return null;
                });
                return;
            }
            reply = isRead(complete) ? router.route(complete) : CompletableFuture.completedFuture(notAllowed());
        } catch (IllegalArgumentException e) {
            reply = CompletableFuture.completedFuture(Reply.error(BAD_REQUEST, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        var unused = reply.handle((done, failure) -> {
            hop(ctx, complete, done != null ? done : unavailable(failure));
            return null;
        });
    }

    private void history(
            ChannelHandlerContext ctx,
            HttpRequest complete,
            HistoryRoute route,
            HistoryRoute.@Nullable Answer answer,
            @Nullable Throwable failure) {
        Scan scan = answer == null ? null : answer.scan();
        if (scan == null) {
            Reply reply = answer == null ? null : answer.reply();
            send(ctx, complete, reply == null ? unavailable(failure) : reply);
        } else if (ctx.channel().isActive()) {
            beginStream();
            route.stream(ctx, complete, scan);
            ctx.read(); // or the end of the connection would go unnoticed
        } else {
            route.drop(scan);
        }
    }

    /** From now on the connection takes no more requests. */
    private void beginStream() {
        refused = true;
        waiting.clear();
        deadline.none();
    }

    /** Answers with a stream, after which the connection takes no more requests; false when there are too many. */
    private boolean stream(ChannelHandlerContext ctx, HttpRequest complete) {
        TapStream opened = TapStream.open(ctx, taps, complete);
        if (opened == null) {
            return false;
        }
        stream = opened;
        beginStream();
        opened.start(complete.protocolVersion());
        ctx.read(); // or the end of the connection would go unnoticed
        return true;
    }

    /** From the thread that made the reply to the channel's. */
    private void hop(ChannelHandlerContext ctx, HttpRequest to, Reply reply) {
        if (ctx.executor().inEventLoop()) {
            send(ctx, to, reply);
            return;
        }
        try {
            ctx.executor().execute(() -> send(ctx, to, reply));
        } catch (RejectedExecutionException e) {
            reply.body().release();
        }
    }

    private void send(ChannelHandlerContext ctx, HttpRequest to, Reply reply) {
        if (!ctx.channel().isActive()) {
            reply.body().release();
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(to);
        FullHttpResponse response = response(reply, to.method().equals(HttpMethod.HEAD));
        HttpUtil.setKeepAlive(response.headers(), to.protocolVersion(), keepAlive);
        ChannelFuture written = ctx.writeAndFlush(response);
        written.addListener(result -> {
            if (!result.isSuccess() || !keepAlive) {
                ctx.close();
                return;
            }
            answering = false;
            deadline.idle(ctx);
            // Not from here: pipelined requests would nest their calls.
            ctx.executor().execute(() -> next(ctx));
        });
    }

    /** Behind the answers that are due: says why nothing more is read. */
    private void refuse(ChannelHandlerContext ctx, Supplier<Reply> why) {
        refused = true;
        waiting.add(() -> sendLast(ctx, why.get()));
        next(ctx);
    }

    /** Closes once the client had a moment to read the answer. */
    private void sendLast(ChannelHandlerContext ctx, Reply reply) {
        FullHttpResponse response = response(reply, false);
        HttpUtil.setKeepAlive(response.headers(), HttpVersion.HTTP_1_1, false);
        ctx.writeAndFlush(response).addListener(result -> {
            if (result.isSuccess() && ctx.channel() instanceof DuplexChannel duplex) {
                // Closing with bytes unread would reset the connection and take the answer with it.
                deadline.lingering(ctx);
                SslHandler tls = ctx.pipeline().get(SslHandler.class);
                if (tls == null) {
                    duplex.shutdownOutput();
                } else {
                    tls.closeOutbound();
                }
                duplex.config().setAutoRead(true);
            } else {
                ctx.close();
            }
        });
    }

    private static FullHttpResponse response(Reply reply, boolean headOnly) {
        int bytes = reply.body().readableBytes();
        if (headOnly) {
            reply.body().release();
        }
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, reply.status(), headOnly ? Unpooled.EMPTY_BUFFER : reply.body());
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, reply.contentType());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, bytes);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set("x-content-type-options", "nosniff");
        headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY);
        headers.set("referrer-policy", "no-referrer");
        headers.set("cross-origin-resource-policy", "same-origin");
        reply.headers().forEach(headers::set);
        return response;
    }

    private static boolean hasBody(HttpRequest head) {
        return head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                || !head.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
    }

    private static boolean isRead(HttpRequest head) {
        return head.method().equals(HttpMethod.GET) || head.method().equals(HttpMethod.HEAD);
    }

    private static Reply tooLarge() {
        return Reply.error(REQUEST_ENTITY_TOO_LARGE, "no request has a body here");
    }

    private static Reply notAllowed() {
        return Reply.error(METHOD_NOT_ALLOWED, "only GET and HEAD").with("Allow", "GET, HEAD");
    }

    private static Reply malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Reply.error(REQUEST_URI_TOO_LONG, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Reply.error(REQUEST_HEADER_FIELDS_TOO_LARGE, "the header fields are too large");
        }
        return Reply.error(BAD_REQUEST, "not a request of HTTP/1.1");
    }

    private static Reply unavailable(@Nullable Throwable failure) {
        LOG.debug("no answer from the books", failure);
        return Reply.error(SERVICE_UNAVAILABLE, "the server cannot answer now");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("closing {}", ctx.channel(), cause);
        ctx.close();
    }
}
