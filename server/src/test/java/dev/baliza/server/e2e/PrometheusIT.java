package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
            Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectInput(metrics.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(promtool.waitFor()).as(said).isZero();
            assertThat(said).isEmpty();
        }
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
