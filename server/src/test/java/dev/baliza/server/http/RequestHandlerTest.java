package dev.baliza.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.auth.Authenticator;
import dev.baliza.server.auth.Users;
import dev.baliza.server.auth.UsersFile;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.Snapshot;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.metrics.BuildInfo;
import dev.baliza.server.metrics.FakeBooks;
import dev.baliza.server.metrics.ServerMetrics;
import dev.baliza.server.tap.TapHub;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHandlerTest {
    private final FakeBooks books = new FakeBooks();
    private final List<String> reasons = new ArrayList<>();
    private final ServerMetrics metrics = new ServerMetrics(books, new BuildInfo("1", "nio", "17", false));
    private final Health health = new Health() {
        @Override
        public boolean live() {
            return true;
        }

        @Override
        public List<String> notReady() {
            return reasons;
        }
    };
    private final Router router = new Router(
            books, metrics, health, new PageInfo("1", false, 1), () -> Instant.ofEpochSecond(5), Runnable::run);
    private EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void open() {
        open(new Doorkeeper(null));
    }

    private void open(Doorkeeper doorkeeper) {
        channel = new EmbeddedChannel(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel ch) {
                ch.config().setAutoRead(false);
                HttpListener.addHandlers(ch.pipeline(), router, HttpLimits.DEFAULT, new TapHub(), doorkeeper);
            }
        });
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        metrics.close();
    }

    @Test
    void answersKeepTheirOrderWhileAPasswordIsChecked(@TempDir Path dir) throws Exception {
        UsersFile.write(dir.resolve("users"), List.of());
        Users nobody = UsersFile.users(dir.resolve("users"));
        List<Runnable> later = new ArrayList<>();
        channel.close();
        open(new Doorkeeper(new Authenticator(() -> nobody, later::add, outcome -> {}, new SecureRandom(), () -> 0)));
        String early = exchange("GET / HTTP/1.1\r\nauthorization: Basic YTpi\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n");
        assertThat(early).isEmpty();
        assertThat(later).hasSize(1);
        later.get(0).run();
        channel.runPendingTasks();
        assertThat(sent())
                .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                .contains("www-authenticate: Basic realm=\"Baliza\", charset=\"UTF-8\"\r\n")
                .contains("HTTP/1.1 200 OK\r\n")
                .endsWith("ok\n");
        exchange("GET / HTTP/1.1\r\nauthorization: Basic YTpi\r\n\r\n");
        channel.close(); // the client goes while it waits
        later.get(1).run();
        assertThat(sent()).isEmpty();
    }

    @Test
    void headHasTheLengthAndNoBody() {
        String get = exchange("GET /healthz HTTP/1.1\r\n\r\n");
        String head = exchange("HEAD /healthz HTTP/1.1\r\n\r\n");
        assertThat(get).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok\n");
        assertThat(head).isEqualTo(get.substring(0, get.length() - 3)).contains("content-length: 3\r\n");
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void everyAnswerHasTheSecurityHeaders() {
        for (String path : List.of("/", "/nothing", "/api/v1/ledger")) {
            assertThat(exchange("GET " + path + " HTTP/1.1\r\n\r\n"))
                    .contains("x-content-type-options: nosniff\r\n")
                    .contains("content-security-policy: default-src 'self';")
                    .contains("referrer-policy: no-referrer\r\n")
                    .contains("cache-control: no-store\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "BREW"})
    void otherMethodsAreNotAllowed(String method) {
        assertThat(exchange(method + " /metrics HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD\r\n");
        assertThat(exchange("GET /healthz HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aBodyIsRefusedAndTheConnectionClosed() {
        assertThat(exchange("GET /healthz HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("connection: close\r\n")
                .doesNotContain("200 OK");
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void aChunkedPostIsRefusedAndTheConnectionClosed() {
        assertThat(exchange("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD\r\n");
        assertThat(channel.isActive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000\u0001\u0002\u0003\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                "GET / HTTP/1.1\r\nBad Name: x\r\n\r\n",
                "GET /\r\n\r\n",
            })
    void whatIsNoRequestGets400(String bytes) {
        assertThat(exchange(bytes)).startsWith("HTTP/1.1 400 ").contains("connection: close\r\n");
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void tooLongLinesAndHeadersAreRefused() {
        assertThat(exchange("GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 414 ");
        open();
        assertThat(exchange("GET / HTTP/1.1\r\nX: " + "a".repeat(9000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void thousandsOfRequestsAheadAreAnswered() {
        String all = exchange("GET /healthz HTTP/1.1\r\n\r\n".repeat(3000));
        assertThat(all.split("\r\nok\n", -1)).hasSize(3001);
    }

    @Test
    void tooManyRequestsThatWaitCloseTheConnection() {
        books.answer = CompletableFuture::new;
        String wait = "GET /api/v1/ledger HTTP/1.1\r\n\r\n";
        exchange(wait.repeat(128));
        assertThat(channel.isActive()).isTrue();
        exchange(wait);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void aRefusalWaitsForTheAnswersBeforeIt() {
        String all = exchange("GET /healthz HTTP/1.1\r\n\r\nPUT / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
        assertThat(all).containsSubsequence("200 OK", "\r\nok\n", "405 Method Not Allowed");
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void aRequestInPiecesIsAnswered() {
        StringBuilder answer = new StringBuilder();
        for (char c : "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".toCharArray()) {
            answer.append(exchange(String.valueOf(c)));
        }
        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("ok\n");
    }

    @Test
    void tricklingHeadersAreCutOffAtTheDeadline() {
        exchange("GET /healthz HTTP/1.1\r\n");
        for (int i = 0; i < 4; i++) {
            pass(1);
            exchange("X: y\r\n");
        }
        assertThat(channel.isActive()).isTrue();
        pass(1);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void anIdleConnectionStaysAndAStartedRequestDoesNot() {
        assertThat(exchange("GET /healthz HTTP/1.1\r\n\r\n")).endsWith("ok\n");
        pass(60);
        assertThat(exchange("GET /healthz HTTP/1.1\r\n\r\n")).endsWith("ok\n");
        pass(60);
        exchange("GET");
        pass(4);
        assertThat(channel.isActive()).isTrue();
        pass(1);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void anIdleConnectionEndsAtItsDeadline() {
        exchange("GET /healthz HTTP/1.1\r\n\r\n");
        pass(120);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void anAnswerThatNeverComesClosesTheConnection() {
        books.answer = CompletableFuture::new;
        exchange("GET /api/v1/ledger HTTP/1.1\r\n\r\n");
        pass(30);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void anAnswerForAClosedConnectionIsReleased() {
        CompletableFuture<Snapshot> slow = new CompletableFuture<>();
        books.answer = () -> slow;
        exchange("GET /api/v1/ledger HTTP/1.1\r\n\r\n");
        channel.close().syncUninterruptibly();
        slow.complete(books.now()); // the leak detector would tell
        assertThat(sent()).isEmpty();
    }

    @Test
    void failingBooksAre503() {
        books.answer = () -> {
            throw new IllegalStateException("closed");
        };
        assertThat(exchange("GET /api/v1/ledger HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 503 ")
                .doesNotContain("closed");
        books.answer = () -> CompletableFuture.failedFuture(new IllegalStateException("closed"));
        assertThat(exchange("GET /api/v1/ledger HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void readinessSaysWhyNot() {
        assertThat(exchange("GET /readyz HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("{\"ready\":true,\"reasons\":[]}\n");
        reasons.add("draining");
        assertThat(exchange("GET /readyz HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 503 ")
                .endsWith("{\"ready\":false,\"reasons\":[\"draining\"]}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=5001",
                "limit=-1",
                "limit=x",
                "limit=",
                "limit=1&limit=2",
                "after=0",
                "after=000000000000000g",
                "detail=some",
                "color=red",
                "limit=%zz"
            })
    void badParametersGet400ThatSaysWhatIsAllowed(String query) {
        assertThat(exchange("GET /api/v1/devices?" + query + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("{\"error\":\"");
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void namesArePercentDecoded() {
        DeviceView device = Devices.device(0xabcL, "lab-1#0000000000000abc", "lab-1");
        books.devices.add(device);
        for (String name : List.of("lab-1%230000000000000abc", "0000000000000abc")) {
            assertThat(exchange("GET /api/v1/devices/" + name + " HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"id\":\"0000000000000abc\"");
        }
        assertThat(exchange("GET /api/v1/devices/lab-2 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
        assertThat(exchange("GET /api/v1/devices/ HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
        assertThat(exchange("GET /api/v1/devices/a%2 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void whatADeviceSaidIsBelowItsName() {
        books.talks.add(new TalkView(5, "lab-1#a", List.of(), 0, 0, List.of()));
        books.devices.add(Devices.device(6, "events", "events"));
        assertThat(exchange("GET /api/v1/devices/lab-1%23a/events HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"label\":\"lab-1#a\",\"heard\":0");
        assertThat(exchange("GET /api/v1/devices/lab-2/events HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ");
        assertThat(exchange("GET /api/v1/devices/events HTTP/1.1\r\n\r\n"))
                .as("a device of that name")
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void theWholeUrlIsATargetToo() {
        assertThat(exchange("GET http://host:7368/healthz HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void closesAfterTheAnswerWhenAsked() {
        assertThat(exchange("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .contains("connection: close\r\n")
                .endsWith("ok\n");
        assertThat(channel.isActive()).isFalse();
        open();
        assertThat(exchange("GET /healthz HTTP/1.0\r\n\r\n")).endsWith("ok\n");
        assertThat(channel.isActive()).isFalse();
    }

    private String exchange(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, US_ASCII));
        channel.runPendingTasks();
        return sent();
    }

    private void pass(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private String sent() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {

            text.append(out.toString(UTF_8));
            out.release();
        }
        return text.toString();
    }
}
