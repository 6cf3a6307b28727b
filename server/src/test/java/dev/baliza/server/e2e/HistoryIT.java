package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.server.history.History;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was stored comes out again, each reading once, with the time that it had. */
class HistoryIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private RunningServer start(String... settings) throws Exception {
        RunningServer server = new RunningServer(settings);
        open.add(server);
        return server;
    }

    private HttpResponse<String> get(RunningServer server, String query, String accept) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.http() + "/api/v1/history" + query))
                .header("Accept", accept)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static List<JsonNode> lines(String body) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : body.lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private JsonNode device(RunningServer server, String name) throws Exception {
        return JSON.readTree(server.get("/api/v1/devices/" + name));
    }

    @Test
    void everyReadingOfEverySeriesComesOutOnceAlsoAfterARestart() throws Exception {
        String[] settings = {"store.dir=" + dir.resolve("data")};
        RunningServer first = start(settings);
        SimRun run = SimRun.against(
                first.devices(),
                first.http(),
                dir,
                "--devices=3",
                "--interval=20ms",
                "--batch=4",
                "--duration=2s",
                "--transport=mixed",
                "--delivery=reliable",
                "--faults=dup=0.2");
        assertThat(run.differences()).isEmpty();
        first.close();
        RunningServer server = start(settings);
        JsonNode device = device(server, "sim-0002");
        List<JsonNode> all = lines(get(server, "?device=sim-0002", "*/*").body());
        assertThat(all).noneMatch(line -> line.has("leftOut"));
        assertThat(device.path("series")).isNotEmpty();
        for (JsonNode series : device.path("series")) {
            List<JsonNode> own = all.stream()
                    .filter(line -> line.path("quantity").equals(series.path("quantity"))
                            && line.path("channel").equals(series.path("channel"))
                            && line.path("component")
                                    .asText()
                                    .equals(series.path("component").asText()))
                    .toList();
            long count = series.path("count").asLong() + series.path("skipped").asLong();
            assertThat(own).as(series.toString()).hasSize((int) count);
            long newest = own.stream()
                    .mapToLong(line -> micros(line.path("time").asText()))
                    .max()
                    .orElseThrow();
            assertThat(newest).isEqualTo(series.path("lastMicros").asLong());
        }
        String csv = get(server, "?device=sim-0002&format=csv", "*/*").body();
        assertThat(csv.lines().count()).isEqualTo(all.size() + 1L);
        assertThat(csv).startsWith("time,device,quantity,channel,component,value,");
        assertThat(get(server, "?device=sim-0002", "text/csv").body()).isEqualTo(csv);
    }

    private static long micros(String time) {
        return java.time.temporal.ChronoUnit.MICROS.between(java.time.Instant.EPOCH, java.time.Instant.parse(time));
    }

    @Test
    void aPartIsAskedForByTimeQuantityChannelAndNumber() throws Exception {
        RunningServer server = start();
        SimRun.against(
                server.devices(), server.http(), dir, "--devices=1", "--interval=20ms", "--batch=4", "--duration=1s");
        List<JsonNode> all = lines(get(server, "?device=sim-0001", "*/*").body());
        JsonNode some = all.get(all.size() / 2);
        String channel = "&quantity=" + some.path("quantity").asText() + "&channel="
                + URLEncoder.encode(some.path("channel").asText(), StandardCharsets.UTF_8);
        List<JsonNode> own = all.stream()
                .filter(line -> line.path("quantity").equals(some.path("quantity"))
                        && line.path("channel").equals(some.path("channel")))
                .toList();
        assertThat(lines(get(server, "?device=sim-0001" + channel, "*/*").body()))
                .isEqualTo(own);
        assertThat(lines(
                        get(server, "?device=sim-0001&limit=7" + channel, "*/*").body()))
                .isEqualTo(own.subList(0, 7));
        long from = micros(some.path("time").asText());
        List<JsonNode> later = own.stream()
                .filter(line -> micros(line.path("time").asText()) >= from)
                .toList();
        assertThat(later).isNotEmpty().hasSizeLessThan(own.size());
        String query = "?device=sim-0001&from=" + some.path("time").asText() + channel;
        assertThat(lines(get(server, query, "*/*").body())).isEqualTo(later);
        String seconds = "%d.%06d".formatted(from / 1_000_000, from % 1_000_000);
        assertThat(lines(get(server, "?device=sim-0001&from=" + seconds + channel, "*/*")
                        .body()))
                .isEqualTo(later);
        String before = "?device=sim-0001&to=" + some.path("time").asText().replace("Z", "%2B00:00") + channel;
        assertThat(lines(get(server, before, "*/*").body()).size()).isEqualTo(own.size() - later.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|400|say which device",
                "?device=nobody|404|no such device",
                "?device=a&from=yesterday|400|from is a time such as",
                "?device=a&limit=0|400|limit is a whole number",
                "?device=a&format=xml|400|format is json or csv",
                "?device=a&colour=red|400|parameters are device",
                "?device=a&from=2&to=1|400|from must be before to",
            })
    void aWrongQuestionIsToldWhatIsWrong(String query, int status, String text) throws Exception {
        HttpResponse<String> response = get(start(), query, "*/*");
        assertThat(response.body()).contains(text);
        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void withoutAStoreThereIsNoHistory() throws Exception {
        HttpResponse<String> response = get(start("store.enabled=false"), "?device=a", "*/*");
        assertThat(response.body()).contains("store.enabled: true");
        assertThat(response.statusCode()).isEqualTo(409);
    }

    @Test
    void clientsThatDoNotReadAreFewAndHoldNobodyUp() throws Exception {
        RunningServer server = start();
        SimRun.against(
                server.devices(),
                server.http(),
                dir,
                "--devices=1",
                "--channels=40",
                "--interval=5ms",
                "--batch=20",
                "--duration=3s",
                "--transport=tcp");
        List<Socket> stalled = new ArrayList<>();
        for (int i = 0; i < History.MOST; i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4_096);
            socket.connect(server.server.httpAddress());
            open.add(socket);
            stalled.add(socket);
            socket.getOutputStream()
                    .write("GET /api/v1/history?device=sim-0001 HTTP/1.1\r\nHost: a\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(15), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
        }
        HttpResponse<String> refused = get(server, "?device=sim-0001", "*/*");
        assertThat(refused.body()).contains("4 histories are being read already");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(server.get("/healthz")).isEqualTo("ok\n");
        for (Socket socket : stalled) {
            socket.close();
        }
        HttpResponse<String> next = get(server, "?device=sim-0001&limit=1", "*/*");
        for (int i = 0; i < 100 && next.statusCode() == 503; i++) {
            Thread.sleep(50);
            next = get(server, "?device=sim-0001&limit=1", "*/*");
        }
        assertThat(next.statusCode()).isEqualTo(200);
    }
}
