package dev.baliza.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.protocol.tls.TlsException;
import dev.baliza.server.books.HandshakeOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes in memory, with a clock that stands still. */
class TlsDoorTest {
    private static final int ROUNDS = 20;

    @TempDir
    Path dir;

    private final List<HandshakeOutcome> outcomes = new ArrayList<>();
    private final List<HandshakeOutcome> failed = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private boolean active;
    private Pki pki;
    private Pki.Pair server;

    @BeforeEach
    void makeCertificates() throws Exception {
        pki = new Pki(dir, "authority");
        server = pki.make("server");
    }

    @AfterEach
    void close() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    /** A connection that was accepted; what is behind the door is this test. */
    private EmbeddedChannel accepted(@Nullable Path clients) throws TlsException {
        TlsContext context = TlsContext.server(server.certificate(), server.key(), clients);
        EmbeddedChannel channel = new EmbeddedChannel();
        channels.add(channel);
        channel.freezeTime();
        new TlsDoor(() -> context, outcomes::add, Duration.ofSeconds(5)).addTo(channel.pipeline(), failed::add);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                active = true;
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                errors.add(cause);
            }
        });
        channel.pipeline().fireChannelActive();
        return channel;
    }

    private EmbeddedChannel connected(SSLEngine engine) {
        EmbeddedChannel channel = new EmbeddedChannel(new SslHandler(engine), new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                // the client hears of its refusal; the server's view is what counts here
            }
        });
        channels.add(channel);
        return channel;
    }

    private EmbeddedChannel client(@Nullable Path certificate, @Nullable Path key) throws TlsException {
        return connected(TlsContext.client(pki.ca, certificate, key).clientEngine("localhost", 7367));
    }

    /** Carries bytes both ways until there are none. */
    private static void exchange(EmbeddedChannel client, EmbeddedChannel accepted) {
        for (int i = 0; i < ROUNDS; i++) {
            carry(client, accepted);
            carry(accepted, client);
        }
    }

    private static void carry(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            if (to.isOpen()) {
                to.writeInbound(bytes);
            } else {
                bytes.release();
            }
        }
    }

    @Test
    void bytesPassOnceTheHandshakeIsComplete() throws Exception {
        EmbeddedChannel accepted = accepted(null);
        assertThat(active).isFalse();
        EmbeddedChannel client = client(null, null);
        exchange(client, accepted);
        assertThat(active).isTrue();
        assertThat(outcomes).containsExactly(HandshakeOutcome.COMPLETED);
        client.writeOutbound(Unpooled.copiedBuffer("frame", StandardCharsets.US_ASCII));
        exchange(client, accepted);
        ByteBuf got = accepted.readInbound();
        assertThat(got.toString(StandardCharsets.US_ASCII)).isEqualTo("frame");
        got.release();
        assertThat(client.pipeline().get(SslHandler.class).engine().getSession().getProtocol())
                .isEqualTo("TLSv1.3");
        assertThat(errors).isEmpty();
        assertThat(failed).isEmpty();
    }

    @Test
    void aClientOfTls12IsRefusedAndCounted() throws Exception {
        SSLEngine engine = TlsContext.client(pki.ca, null, null).clientEngine("localhost", 7367);
        engine.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertRefused(accepted(null), connected(engine), HandshakeOutcome.VERSION);
    }

    @Test
    void plainBytesCloseTheConnectionAndAreCounted() throws Exception {
        EmbeddedChannel accepted = accepted(null);
        accepted.writeInbound(Unpooled.copiedBuffer("\u00ba\u0017 this is no TLS", StandardCharsets.ISO_8859_1));
        assertThat(accepted.isOpen()).isFalse();
        assertThat(outcomes).containsExactly(HandshakeOutcome.NOT_TLS);
        assertThat(failed).containsExactly(HandshakeOutcome.NOT_TLS);
        assertThat(errors).isEmpty();
    }

    @Test
    void aHandshakeThatTricklesIsClosedAtItsDeadline() throws Exception {
        EmbeddedChannel accepted = accepted(null);
        EmbeddedChannel client = client(null, null);
        ByteBuf hello = client.readOutbound();
        for (int second = 0; second < 4; second++) { // a byte a second keeps no deadline away
            accepted.writeInbound(hello.readRetainedSlice(1));
            accepted.advanceTimeBy(1, TimeUnit.SECONDS);
            accepted.runScheduledPendingTasks();
            assertThat(accepted.isOpen()).isTrue();
        }
        hello.release();
        accepted.advanceTimeBy(1, TimeUnit.SECONDS);
        accepted.runScheduledPendingTasks();
        assertThat(accepted.isOpen()).isFalse();
        assertThat(outcomes).containsExactly(HandshakeOutcome.TIMEOUT);
    }

    @Test
    void silenceIsClosedAtTheDeadline() throws Exception {
        EmbeddedChannel accepted = accepted(null);
        accepted.advanceTimeBy(5, TimeUnit.SECONDS);
        accepted.runScheduledPendingTasks();
        assertThat(accepted.isOpen()).isFalse();
        assertThat(outcomes).containsExactly(HandshakeOutcome.TIMEOUT);
    }

    @Test
    void aClientThatLeavesIsCounted() throws Exception {
        EmbeddedChannel accepted = accepted(null);
        accepted.close();
        assertThat(outcomes).containsExactly(HandshakeOutcome.CLOSED);
    }

    @Test
    void aClientWithACertificateOfTheAuthorityComesIn() throws Exception {
        Pki.Pair own = pki.make("device");
        EmbeddedChannel accepted = accepted(pki.ca);
        exchange(client(own.certificate(), own.key()), accepted);
        assertThat(outcomes).containsExactly(HandshakeOutcome.COMPLETED);
        assertThat(active).isTrue();
    }

    @Test
    void aClientWithoutACertificateIsRefusedWhereOneIsAskedFor() throws Exception {
        assertRefused(accepted(pki.ca), client(null, null), HandshakeOutcome.NO_CERTIFICATE);
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        Pki.Pair other = new Pki(Files.createDirectory(dir.resolve("other")), "authority").make("device");
        assertRefused(accepted(pki.ca), client(other.certificate(), other.key()), HandshakeOutcome.UNTRUSTED);
    }

    @Test
    void aCertificateWhoseTimeIsOverIsRefused() throws Exception {
        Pki.Pair old = pki.make("device", Duration.ofDays(-1));
        assertRefused(accepted(pki.ca), client(old.certificate(), old.key()), HandshakeOutcome.UNTRUSTED);
    }

    @Test
    void aClientThatDoesNotTrustTheServerIsCounted() throws Exception {
        Pki other = new Pki(dir, "stranger");
        SSLEngine engine = TlsContext.client(other.ca, null, null).clientEngine("localhost", 7367);
        assertRefused(accepted(null), connected(engine), HandshakeOutcome.REFUSED);
    }

    @Test
    void aClientThatWantsAnotherHostRefuses() throws Exception {
        SSLEngine engine = TlsContext.client(pki.ca, null, null).clientEngine("elsewhere.example", 7367);
        assertRefused(accepted(null), connected(engine), HandshakeOutcome.REFUSED);
    }

    private void assertRefused(EmbeddedChannel accepted, EmbeddedChannel client, HandshakeOutcome outcome) {
        exchange(client, accepted);
        assertThat(outcomes).containsExactly(outcome);
        assertThat(failed).containsExactly(outcome);
        assertThat(accepted.isOpen()).isFalse();
        assertThat(active).isFalse();
        assertThat(errors).isEmpty();
    }
}
