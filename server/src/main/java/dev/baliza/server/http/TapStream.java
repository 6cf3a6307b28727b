package dev.baliza.server.http;

import dev.baliza.server.tap.Tap;
import dev.baliza.server.tap.TapEvent;
import dev.baliza.server.tap.TapFilter;
import dev.baliza.server.tap.TapHub;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer without end: one JSON object a line for each event, an empty line when nothing happened for a while. Thread: the
 * channel's event loop, but for the wake-up. Limits: those of {@link Tap}; a channel that is not writable is left alone.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what fails here closes the channel
final class TapStream {
    static final String PATH = "/api/v1/tap";
    static final String CONTENT_TYPE = "application/x-ndjson; charset=utf-8";

    private static final int EVENTS_A_TURN = 128;
    private static final long KEEP_ALIVE_SECONDS = 15;
    private static final ByteBuf EMPTY_LINE = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[] {'\n'}));

    private final ChannelHandlerContext ctx;
    private final TapHub hub;
    private final TapFilter filter;
    private @Nullable Tap tap;
    private @Nullable Future<?> keepAlive;
    private boolean closed;

    private TapStream(ChannelHandlerContext ctx, TapHub hub, TapFilter filter) {
        this.ctx = ctx;
        this.hub = hub;
        this.filter = filter;
    }

    /**
     * Begins to listen; {@link #start} answers.
     *
     * @return null when there are too many taps
     * @throws IllegalArgumentException the query is wrong; the message is for the client
     */
    static @Nullable TapStream open(ChannelHandlerContext ctx, TapHub hub, HttpRequest request) {
        TapFilter filter = TapFilter.of(new QueryStringDecoder(request.uri()).parameters());
        TapStream stream = new TapStream(ctx, hub, filter);
        Tap tap = hub.open(filter, stream::wake);
        stream.tap = tap;
        return tap == null ? null : stream;
    }

    /** Sends the head of the answer, then what happened since {@link #open}. */
    void start(HttpVersion version) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpHeaders headers = head.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set("x-content-type-options", "nosniff");
        headers.set("x-accel-buffering", "no");
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (version.isKeepAliveDefault()) { // HTTP/1.0 knows no chunks: there the connection's end ends the answer
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        ctx.write(head);
        write(EMPTY_LINE.duplicate());
        ctx.flush();
        keepAlive = ctx.executor()
                .scheduleAtFixedRate(this::keepAlive, KEEP_ALIVE_SECONDS, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        drain();
    }

    private void write(ByteBuf line) {
        ctx.write(new DefaultHttpContent(line));
    }

    /** A peer that is gone without a word makes the write fail in the end, and that closes the channel. */
    private void keepAlive() {
        if (ctx.channel().isWritable()) {
            write(EMPTY_LINE.duplicate());
            ctx.flush();
        }
    }

    /** On the thread of a frame. */
    private void wake() {
        try {
            ctx.executor().execute(this::drain);
        } catch (RejectedExecutionException e) {
            // the server goes, and this channel with it
        }
    }

    /** Sends what waits, as long as the client takes it; called again when it does. */
    void drain() {
        Tap from = tap;
        if (from == null || closed || keepAlive == null || !ctx.channel().isWritable()) {
            return;
        }
        from.rest();
        long lost = from.takeLost();
        if (lost > 0) {
            write(TapJson.lost(lost));
        }
        int sent = 0;
        TapEvent event = from.poll();
        while (event != null) {
            write(TapJson.event(event, filter.bytes()));
            sent++;
            event = sent < EVENTS_A_TURN && ctx.channel().isWritable() ? from.poll() : null;
        }
        ctx.flush();
        if (sent == EVENTS_A_TURN) {
            ctx.executor().execute(this::drain); // others have their turn first
        }
    }

    /** The client is gone. */
    void close() {
        closed = true;
        if (tap != null) {
            hub.close(tap);
        }
        if (keepAlive != null) {
            keepAlive.cancel(false);
        }
    }
}
