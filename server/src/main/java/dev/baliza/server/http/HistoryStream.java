package dev.baliza.server.http;

import dev.baliza.server.history.Scan;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scan on its way to a client, on a thread of its own, which waits for the client: one chunk is under way at a time. A scan that fails
 * ends the connection without the last chunk, so that no client takes a part for the whole. Limits: 16 KiB; a client that takes no
 * chunk for 60 s is cut off.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what fails here closes the channel
final class HistoryStream {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryStream.class);
    private static final int CHUNK_BYTES = 16_384;
    private static final long STALL_SECONDS = 60;

    private final ChannelHandlerContext ctx;
    private final Scan scan;
    private final Runnable end;

    /** @param end called once, when the scan is over */
    HistoryStream(ChannelHandlerContext ctx, Scan scan, Runnable end) {
        this.ctx = ctx;
        this.scan = scan;
        this.end = end;
    }

    /** On the channel's event loop. */
    void start(HttpVersion version) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpHeaders headers = head.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, scan.format().contentType());
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set("x-content-type-options", "nosniff");
        headers.set("x-accel-buffering", "no");
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (version.isKeepAliveDefault()) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        ctx.writeAndFlush(head);
        Thread thread = new Thread(this::run, "baliza-history");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (OutputStream out = new BufferedOutputStream(new Chunks(), CHUNK_BYTES)) {
            scan.run(out, () -> ctx.channel().isActive());
            out.flush();
            send(LastHttpContent.EMPTY_LAST_CONTENT);
        } catch (IOException | RuntimeException e) {
            LOG.info("a history was not read to its end: {}", e.toString());
        } finally {
            ctx.close();
            end.run();
        }
    }

    /** Waits until it is with the system. */
    private void send(HttpContent content) throws IOException {
        ChannelFuture sent = ctx.writeAndFlush(content);
        try {
            if (!sent.await(STALL_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the client took nothing for " + STALL_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (!sent.isSuccess()) {
            throw new IOException("the client is gone", sent.cause());
        }
    }

    /** Each write is a chunk, and waits until it is on its way. */
    private final class Chunks extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuf chunk = ctx.alloc().buffer(length).writeBytes(bytes, offset, length);
            send(new DefaultHttpContent(chunk));
        }
    }
}
