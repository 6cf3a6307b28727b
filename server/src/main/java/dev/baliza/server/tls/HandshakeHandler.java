package dev.baliza.server.tls;

import dev.baliza.server.books.HandshakeOutcome;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind the TLS handler and keeps the connection from the others until its handshake is complete. Thread: the connection's
 * loop.
 */
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    static final String NAME = "handshake";

    private static final Logger LOG = LoggerFactory.getLogger(HandshakeHandler.class);

    private final Consumer<HandshakeOutcome> outcomes;
    private boolean completed;

    HandshakeHandler(Consumer<HandshakeOutcome> outcomes) {
        this.outcomes = outcomes;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read(); // channels that do not read by themselves; what is behind is told later
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && !completed) {
            completed = done.isSuccess();
            outcomes.accept(completed ? HandshakeOutcome.COMPLETED : outcome(done.cause()));
            if (completed) {
                ctx.fireChannelActive();
            } else {
                LOG.debug("TLS handshake with {} failed", ctx.channel().remoteAddress(), done.cause());
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    /** What is wrong with a handshake is told by its event; what is wrong with records after it goes on as what it is. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable real = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (completed || !(real instanceof SSLException)) {
            ctx.fireExceptionCaught(real);
        }
    }

    private static HandshakeOutcome outcome(Throwable cause) {
        if (cause instanceof SslHandshakeTimeoutException) {
            return HandshakeOutcome.TIMEOUT;
        }
        if (cause instanceof NotSslRecordException) {
            return HandshakeOutcome.NOT_TLS;
        }
        if (cause instanceof ClosedChannelException) {
            return HandshakeOutcome.CLOSED;
        }
        // The JDK tells these apart by their words only.
        String words = String.valueOf(cause).toLowerCase(Locale.ROOT);
        if (words.contains("received fatal alert")) {
            return HandshakeOutcome.REFUSED;
        }
        if (words.contains("empty client certificate chain") || words.contains("empty server certificate chain")) {
            return HandshakeOutcome.NO_CERTIFICATE;
        }
        if (words.contains("protocol version") || words.contains("requested protocol")) {
            return HandshakeOutcome.VERSION;
        }
        for (Throwable at = cause.getCause(); at != null; at = at.getCause()) {
            if (at instanceof GeneralSecurityException) {
                return HandshakeOutcome.UNTRUSTED;
            }
        }
        return HandshakeOutcome.FAILED;
    }
}
