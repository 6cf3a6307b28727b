package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The books outlive the process: SIGTERM and SIGKILL under load, on the same ports and the same directory. {@code
 * -Dbaliza.kills=N} for more than the default number of them.
 */
class RestartIT {
    private static final int KILLS = Integer.getInteger("baliza.kills", 3);
    private static final int DEVICES = 50;

    @TempDir
    private Path dir;

    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private final Random random = new Random(Long.getLong("baliza.seed", 5));
    private final List<ServerProcess> servers = new ArrayList<>();
    private int device;
    private int http;

    @AfterEach
    void stop() {
        background.shutdownNow();
        servers.forEach(ServerProcess::close);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private ServerProcess start() throws Exception {
        if (device == 0) {
            device = freePort();
            http = freePort();
        }
        ServerProcess server = ServerProcess.start(
                List.of(),
                "store.dir=" + dir.resolve("data"),
                "tcp.port=" + device,
                "udp.port=" + device,
                "http.port=" + http);
        servers.add(server);
        return server;
    }

    private JsonNode get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + path))
                .build();
        return new ObjectMapper()
                .readTree(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    private SimRun sim(String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of(
                "--devices=" + DEVICES,
                "--interval=50ms",
                "--batch=3",
                "--delivery=reliable",
                "--seed=" + random.nextInt()));
        options.addAll(List.of(more));
        return SimRun.against("127.0.0.1:" + device, "127.0.0.1:" + http, dir, options.toArray(String[]::new));
    }

    /** Everything durable of all devices, as JSON. */
    private String durable() throws Exception {
        StringBuilder all = new StringBuilder();
        for (JsonNode one : get("/api/v1/devices?detail=full&limit=1000").path("devices")) {
            all.append(one.path("id")).append(one.path("label")).append(one.path("ledger"));
            all.append(one.path("epochs")).append(one.path("readings")).append(one.path("talk"));
            all.append(one.path("series")).append('\n');
        }
        JsonNode ledger = get("/api/v1/ledger");
        assertThat(ledger.path("imbalance").asLong(-1)).isZero();
        return all.toString() + ledger.path("ledger") + ledger.path("readings") + ledger.path("skipped");
    }

    @Test
    void whatWasCountedIsThereAfterAShutdown() throws Exception {
        ServerProcess first = start();
        assertThat(sim("--duration=2s", "--transport=mixed", "--events=1").text("verdict"))
                .isEqualTo("balanced");
        String before = durable();
        assertThat(first.terminate()).isZero();
        start();
        assertThat(durable()).isEqualTo(before);
        assertThat(get("/api/v1/ledger")
                        .path("gauges")
                        .path("prev_shutdown_unclean")
                        .asLong(-1))
                .isZero();
        assertThat(sim("--duration=1s", "--transport=mixed").text("verdict")).isEqualTo("balanced");
    }

    @Test
    void whatWasCountedIsThereAfterSigkill() throws Exception {
        ServerProcess first = start();
        assertThat(sim("--duration=2s", "--transport=mixed", "--faults=loss=0.05,dup=0.1", "--delivery=best-effort")
                        .differences())
                .isEmpty();
        String before = durable();
        first.process.destroyForcibly().waitFor();
        start();
        assertThat(durable()).isEqualTo(before);
        assertThat(get("/api/v1/ledger")
                        .path("gauges")
                        .path("prev_shutdown_unclean")
                        .asLong(-1))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void killsUnderLoadLoseNothingAcknowledgedAndCountNothingTwice(String transport) throws Exception {
        ServerProcess server = start();
        int seconds = 2 * KILLS + 2;
        Future<SimRun> run = background.submit(
                () -> sim("--transport=" + transport, "--duration=" + seconds + "s", "--faults=loss=0.01"));
        for (int i = 0; i < KILLS; i++) {
            Thread.sleep(500 + random.nextInt(1_450));
            server.process.destroyForcibly().waitFor();
            server = start();
        }
        SimRun done = run.get();
        assertThat(done.differences()).isEmpty();
        assertThat(done.text("verdict")).isEqualTo("balanced");
        assertThat(get("/api/v1/ledger").path("imbalance").asLong(-1)).isZero();
    }
}
