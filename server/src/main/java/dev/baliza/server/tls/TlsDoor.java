package dev.baliza.server.tls;

import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.server.books.HandshakeOutcome;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Puts TLS in front of the connections of one port. Each takes the certificate that is in force when it comes. Thread: any. Limits: a
 * handshake has a deadline that no byte moves.
 */
public final class TlsDoor {
    /** Two round trips and a signature; devices on a slow link need a second or two. */
    public static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Supplier<TlsContext> context;
    private final Consumer<HandshakeOutcome> outcomes;
    private final Duration deadline;

    /**
     * Makes one.
     *
     * @param context in force
     * @param outcomes is told once for each connection, on its loop
     */
    public TlsDoor(Supplier<TlsContext> context, Consumer<HandshakeOutcome> outcomes, Duration deadline) {
        this.context = context;
        this.outcomes = outcomes;
        this.deadline = deadline;
    }

    /**
     * Adds TLS to a pipeline; handlers behind it see the connection active when its handshake is complete.
     *
     * @param failed is told in addition when it is not to be
     */
    public void addTo(ChannelPipeline pipeline, Consumer<HandshakeOutcome> failed) {
        SslHandler tls = new SslHandler(context.get().serverEngine());
        tls.setHandshakeTimeoutMillis(deadline.toMillis());
        pipeline.addLast("tls", tls);
        pipeline.addLast(HandshakeHandler.NAME, new HandshakeHandler(outcome -> {
            outcomes.accept(outcome);
            if (outcome != HandshakeOutcome.COMPLETED) {
                failed.accept(outcome);
            }
        }));
    }
}
