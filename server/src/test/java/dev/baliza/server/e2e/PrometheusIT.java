package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.server.session.HostileFrames;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus and its promtool against the running server. */
class PrometheusIT {
    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();

    /** Skips with a reason where the tool is missing; with CI=true that is a failure. */
    private static void need(String tool) throws InterruptedException {
        boolean there;
        try {
            Process process = new ProcessBuilder(tool, "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            there = process.waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there)
                    .as(tool + " is not installed; .ci/run installs it")
                    .isTrue();
        }
        Assumptions.assumeTrue(there, tool + " is not installed (Debian package: prometheus); skipped");
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        need("promtool");
        try (RunningServer server = new RunningServer()) {
            SimRun.against(server.devices(), server.http(), dir, "--devices=20", "--interval=50ms", "--duration=1s");
            Path metrics = Files.writeString(dir.resolve("metrics.txt"), server.get("/metrics"));
            assertThat(Files.readString(metrics)).contains("sensor_temperature_celsius{channel=");
            assertThat(promtool(metrics)).isEmpty();
        }
    }

    @Test
    void promtoolReadsWhatHostileDevicesLeft() throws Exception {
        need("promtool");
        try (RunningServer server = new RunningServer("metrics.windowed=*", "metrics.window=4s")) {
            int frames = 20_000;
            String[] address = server.devices().split(":", -1);
            HostileFrames hostile = new HostileFrames(11);
            try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]));
                    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16)) {
                for (int i = 0; i < frames; i++) {
                    Channels.newChannel(out).write(hostile.next());
                }
                out.flush();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(framesIn(server)).isEqualTo(frames));
            }
            String scrape = Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> server.get("/metrics"), text -> text.contains("_window_min{"));
            assertThat(scrape)
                    .contains("baliza_events_total{event=\"duplicate_series\"} 0.0")
                    .contains("baliza_events_total{event=\"invalid_series\"} 0.0")
                    .contains("baliza_ledger_imbalance 0.0")
                    .contains("baliza_udp_receive_buffer_asked_bytes 8388608.0");
            String said = promtool(Files.writeString(dir.resolve("hostile.txt"), scrape));
            // what it thinks of names that devices chose is not ours to mend; what it cannot read is
            assertThat(said.lines()).allMatch(line -> line.startsWith("sensor_") && !line.contains("error"));
        }
    }

    private static long framesIn(RunningServer server) throws IOException, InterruptedException {
        JsonNode frames = new ObjectMapper()
                .readTree(server.get("/api/v1/ledger"))
                .path("frames")
                .path("tcp");
        long sum = 0;
        for (JsonNode count : frames) {
            sum += count.asLong();
        }
        return sum;
    }

    private static String promtool(Path metrics) throws IOException, InterruptedException {
        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(metrics.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as("1 is: cannot be read; " + said).isIn(0, 3);
        return said;
    }

    @Test
    void aRealPrometheusSeesTheOfferedRate() throws Exception {
        need("prometheus");
        try (RunningServer server = new RunningServer()) {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Path config = Files.writeString(dir.resolve("prometheus.yml"), """
                    global: {scrape_interval: 1s}
                    scrape_configs:
                      - job_name: baliza
                        static_configs: [{targets: ["%s"]}]
                    """.formatted(server.http()));
            Process prometheus = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + dir.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("prometheus.log").toFile())
                    .start();
            try {
                // 100 devices × 3 channels × 20 vectors a second, one vector a frame: 6,000 readings a second
                CompletableFuture<SimRun> run = CompletableFuture.supplyAsync(() -> offer(server));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> {
                            assertThat(query(port, "count_over_time(baliza_ledger_imbalance[20s])"))
                                    .isGreaterThan(18);
                            assertThat(query(port, "sum(rate(baliza_readings_total[15s]))"))
                                    .isCloseTo(6_000, within(60.0));
                        });
                assertThat(query(port, "max_over_time(baliza_ledger_imbalance[1m])"))
                        .isZero();
                assertThat(query(port, "count(sensor_temperature_celsius)")).isEqualTo(100);
                assertThat(run.join().differences()).isEmpty();
            } finally {
                prometheus.destroy();
                prometheus.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private SimRun offer(RunningServer server) {
        try {
            return SimRun.against(
                    server.devices(),
                    server.http(),
                    dir,
                    "--devices=100",
                    "--interval=50ms",
                    "--duration=35s",
                    "--batch=1",
                    "--seed=3");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private double query(int port, String expression) throws Exception {
        String url = "http://127.0.0.1:" + port + "/api/v1/query?query="
                + URLEncoder.encode(expression, StandardCharsets.UTF_8);
        HttpResponse<String> response =
                client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        JsonNode result =
                new ObjectMapper().readTree(response.body()).path("data").path("result");
        assertThat(result).as(expression).isNotEmpty();
        return result.get(0).path("value").get(1).asDouble();
    }
}
