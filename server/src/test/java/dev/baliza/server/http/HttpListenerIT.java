package dev.baliza.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.server.books.Snapshot;
import dev.baliza.server.metrics.BuildInfo;
import dev.baliza.server.metrics.FakeBooks;
import dev.baliza.server.metrics.ServerMetrics;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpListenerIT {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final FakeBooks books = new FakeBooks();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ServerMetrics metrics = new ServerMetrics(books, new BuildInfo("1", "nio", "17", true));
    private final HttpListener listener = listener(2);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper mapper = new ObjectMapper();

    private HttpListener listener(int connections) {
        HttpLimits limits = new HttpLimits(
                4096,
                8192,
                128,
                connections,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(120),
                Duration.ofMillis(200));
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
        return new HttpListener(
                loops,
                loops,
                NioServerSocketChannel.class,
                books,
                metrics,
                health,
                new PageInfo("1", true, 1),
                InstantSource.system(),
                limits);
    }

    @BeforeEach
    void start() throws IOException {
        listener.start(ANY);
    }

    @AfterEach
    void stop() {
        listener.close();
        metrics.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void metricsComeInTheFormatAndCodingAskedFor() throws Exception {
        HttpResponse<byte[]> text = get("/metrics", "Accept", "text/plain");
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(text.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text.headers().firstValue("content-encoding")).isEmpty();
        assertThat(new String(text.body(), UTF_8)).contains("baliza_build_info{insecure=\"true\"");

        HttpResponse<byte[]> zipped =
                get("/metrics", "Accept", "application/openmetrics-text;q=0.9,*/*;q=0.1", "Accept-Encoding", "gzip");
        assertThat(zipped.headers().firstValue("content-encoding")).hasValue("gzip");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(new String(in.readAllBytes(), UTF_8)).endsWith("# EOF\n");
        }
    }

    @Test
    void thePageNeedsNothingThatItsPolicyForbids() throws Exception {
        String html = new String(get("/").body(), UTF_8);
        assertThat(html)
                .contains("<title>Baliza</title>")
                .doesNotContain("style=")
                .doesNotContain("<style");
        int bytes = 0;
        for (String path : List.of("/", "/page.js", "/page.css", "/favicon.svg")) {
            HttpResponse<byte[]> file = get(path);
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(path.equals("/") || html.contains("\"" + path + "\"")).isTrue();
            bytes += file.body().length;
        }
        assertThat(bytes).isLessThan(30_000);
        String script = new String(get("/page.js").body(), UTF_8);
        assertThat(script).doesNotContain("innerHTML").doesNotContain("eval(").doesNotContain(".style");
    }

    @Test
    void pagesOfDevicesAreInUnsignedOrder() throws Exception {
        for (long id : new long[] {-1, 3, 1, 2, Long.MIN_VALUE}) {
            books.devices.add(Devices.device(id, String.format("%016x", id), null));
        }
        List<String> ids = new ArrayList<>();
        String after = "";
        for (int page = 0; page < 3; page++) {
            JsonNode list = json("/api/v1/devices?limit=2" + after);
            list.path("devices").forEach(device -> {
                ids.add(device.path("id").asText());
                assertThat(device.has("series")).isFalse();
                assertThat(device.path("epochs")).hasSize(1);
            });
            after = "&after=" + list.path("next").asText();
            assertThat(list.path("next").isNull()).isEqualTo(page == 2);
        }
        assertThat(ids)
                .containsExactly(
                        "0000000000000001",
                        "0000000000000002",
                        "0000000000000003",
                        "8000000000000000",
                        "ffffffffffffffff");
        assertThat(json("/api/v1/devices?detail=full").path("devices").path(0).path("series"))
                .hasSize(2);
        assertThat(json("/api/v1/devices?limit=5").path("next").isNull()).isTrue();
    }

    @Test
    void anUnknownPathSaysWhatThereIs() throws Exception {
        HttpResponse<byte[]> missing = get("/nothing");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(mapper.readTree(missing.body()).path("paths")).hasSizeGreaterThan(5);
    }

    @Test
    void aRefusedRequestCanStillReadWhy() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nX: " + "a".repeat(200_000) + "\r\n\r\n").getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        CompletableFuture<Snapshot> slow = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        books.answer = () -> {
            asked.countDown();
            return slow;
        };
        try (Socket socket = connect()) {
            StringBuilder requests = new StringBuilder();
            for (String path : List.of("/api/v1/ledger", "/healthz", "/metrics", "/readyz", "/nothing")) {
                requests.append("GET ").append(path).append(" HTTP/1.1\r\n\r\n");
            }
            requests.append("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
            socket.getOutputStream().write(requests.toString().getBytes(US_ASCII));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            slow.complete(books.now());
            String all = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(all.split("HTTP/1\\.1 ")).hasSize(7);
            assertThat(all)
                    .containsSubsequence(
                            "\"nowMicros\"",
                            "\r\nok\n",
                            "# HELP",
                            "\"reasons\"",
                            "no such path",
                            "<title>Baliza</title>");
        }
    }

    @Test
    void manyRequestsOnOneConnectionAreAnswered() throws Exception {
        try (Socket socket = connect()) {
            for (int i = 0; i < 300; i++) {
                exchangeOk(socket);
            }
        }
    }

    @Test
    void connectionsOverTheLimitAreClosed() throws Exception {
        try (Socket first = connect();
                Socket second = connect()) {
            exchangeOk(first);
            exchangeOk(second);
            try (Socket third = connect()) {
                assertThat(third.getInputStream().read()).isEqualTo(-1);
            }
            exchangeOk(first);
        }
    }

    @Test
    void aTakenPortIsAnError() {
        try (HttpListener other = listener(1)) {
            assertThatThrownBy(() -> other.start(listener.localAddress()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot bind");
        }
    }

    @Test
    void closeEndsOpenConnections() throws Exception {
        try (Socket socket = connect()) {
            exchangeOk(socket);
            listener.close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void exchangeOk(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /healthz HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\nok\n") < 0) {
            int read = socket.getInputStream().read();
            assertThat(read).isNotNegative();
            text.append((char) read);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(listener.localAddress());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<byte[]> response = get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
        return mapper.readTree(response.body());
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + listener.localAddress().getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }
}
