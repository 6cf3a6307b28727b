package dev.baliza.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.books.Transport;
import dev.baliza.server.metrics.BuildInfo;
import dev.baliza.server.metrics.FakeBooks;
import dev.baliza.server.metrics.ServerMetrics;
import dev.baliza.server.tap.TapEvent;
import dev.baliza.server.tap.TapFilter;
import dev.baliza.server.tap.TapHub;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream of a tap on the wire, with a clock that stands still. */
class TapStreamTest {
    private static final int EVENTS_A_TAP_KEEPS = 1_024;

    private final FakeBooks books = new FakeBooks();
    private final ServerMetrics metrics = new ServerMetrics(books, new BuildInfo("1", "nio", "17", false));
    private final TapHub hub = new TapHub();
    private EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void open() {
        Health health = new Health() {
            @Override
            public boolean live() {
                return true;
            }

            @Override
            public List<String> notReady() {
                return List.of();
            }
        };
        Router router = new Router(
                books, metrics, health, new PageInfo("1", false, 1), () -> Instant.ofEpochSecond(5), Runnable::run);
        channel = new EmbeddedChannel(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel ch) {
                ch.config().setAutoRead(false);
                HttpListener.addHandlers(ch.pipeline(), router, HttpLimits.DEFAULT, hub, new Doorkeeper(null));
            }
        });
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        metrics.close();
    }

    private String request(String head) {
        channel.writeInbound(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
        return written();
    }

    private String written() {
        channel.runPendingTasks();
        StringBuilder out = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            out.append(part.toString(StandardCharsets.UTF_8));
            part.release();
        }
        return out.toString();
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            InetSocketAddress remote = new InetSocketAddress("127.0.0.1", 50_000);
            hub.publish(TapEvent.before(i, Transport.UDP, remote, null, 9, "malformed", null, "event " + i, null));
        }
    }

    private void writable(boolean writable) {
        Objects.requireNonNull(channel.unsafe().outboundBuffer()).setUserDefinedWritability(1, writable);
    }

    @Test
    void eventsFollowTheHeadAtOnce() {
        assertThat(request("GET /api/v1/tap HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("application/x-ndjson", "chunked");
        publish(1);

        assertThat(written()).contains("\"outcome\":\"malformed\",\"detail\":\"event 0\"}\n");
    }

    @Test
    void olderClientsGetTheStreamWithoutChunks() {
        assertThat(request("GET /api/v1/tap HTTP/1.0\r\n\r\n")).doesNotContain("chunked");
        publish(1);

        assertThat(written()).startsWith("{\"time\"").endsWith("}\n");
    }

    @Test
    void clientThatDoesNotReadLosesEventsAndIsToldHowMany() {
        request("GET /api/v1/tap HTTP/1.0\r\n\r\n");
        writable(false);
        publish(EVENTS_A_TAP_KEEPS + 7);
        assertThat(written()).isEmpty();
        writable(true);

        assertThat(written().lines()).hasSize(EVENTS_A_TAP_KEEPS + 1).first().isEqualTo("{\"lost\":7}");
        publish(1);
        assertThat(written()).contains("event 0");
    }

    @Test
    void tapEndsWithItsConnection() {
        request("GET /api/v1/tap HTTP/1.1\r\n\r\n");
        assertThat(hub.taps()).isEqualTo(1);
        channel.close();

        assertThat(hub.isOn()).isFalse();
    }

    @Test
    void silenceIsBrokenSoThatBrokenConnectionsShow() {
        request("GET /api/v1/tap HTTP/1.0\r\n\r\n");
        channel.advanceTimeBy(15, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(written()).isEqualTo("\n");
    }

    @Test
    void noDeadlineEndsATap() {
        request("GET /api/v1/tap HTTP/1.1\r\n\r\n");
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void wrongQueryIsABadRequestAndHeadHasNoStream() {
        assertThat(request("GET /api/v1/tap?kind=x HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("unknown parameter 'kind'");
        assertThat(request("HEAD /api/v1/tap HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .contains("application/x-ndjson");
        assertThat(hub.isOn()).isFalse();
    }

    @Test
    void oneTapTooManyIsUnavailable() {
        for (int i = 0; i < TapHub.MAX_TAPS; i++) {
            hub.open(TapFilter.ALL, () -> {});
        }

        assertThat(request("GET /api/v1/tap HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 503")
                .contains("taps are open already");
    }
}
