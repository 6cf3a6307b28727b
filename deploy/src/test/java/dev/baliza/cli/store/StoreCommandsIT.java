package dev.baliza.cli.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.server.BalizaServer;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.sim.SimCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** verify, export and replay against servers in this process and what they leave behind. */
class StoreCommandsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream usualOut = System.out;
    private final PrintStream usualErr = System.err;
    private final List<BalizaServer> servers = new ArrayList<>();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setOut(usualOut);
        System.setErr(usualErr);
        servers.forEach(BalizaServer::close);
    }

    private Path data(String name) {
        return dir.resolve(name);
    }

    private BalizaServer start(String directory) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        BalizaServer server = BalizaServer.start(ConfigLoader.load(
                null,
                Map.of(),
                List.of("tcp.port=" + port, "udp.port=" + port, "http.port=0", "store.dir=" + data(directory))));
        servers.add(server);
        return server;
    }

    private static String device(BalizaServer server) {
        return BalizaServer.text(server.tcpAddress());
    }

    private static String http(BalizaServer server) {
        return BalizaServer.text(server.httpAddress());
    }

    /** The exit status; what was printed is in {@link #out} and {@link #err}. */
    private int run(Object command, String... arguments) {
        out.reset();
        err.reset();
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private void simulate(BalizaServer server, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server=" + device(server),
                "--http=" + http(server),
                "--devices=10",
                "--interval=30ms",
                "--batch=3",
                "--duration=2s",
                "--transport=mixed",
                "--events=1"));
        arguments.addAll(List.of(more));
        int status = run(new SimCommand(), arguments.toArray(String[]::new));
        assertThat(status).as(said()).isZero();
    }

    /** What must be the same on another server: by device, its frames and the sums of its series. */
    private static Map<String, String> sums(BalizaServer server) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + http(server) + "/api/v1/devices?detail=full&limit=1000"))
                .build();
        String body = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        Map<String, String> sums = new TreeMap<>();
        for (JsonNode device : JSON.readTree(body).path("devices")) {
            StringBuilder text = new StringBuilder();
            text.append(device.path("label")).append(device.path("readings")).append(device.path("talk"));
            text.append(device.path("ledger").path("expected"))
                    .append(device.path("ledger").path("accepted"));
            for (JsonNode series : device.path("series")) {
                for (String field : List.of("quantity", "channel", "component", "count", "skipped", "rawSum", "sum")) {
                    text.append(' ').append(series.path(field));
                }
            }
            sums.put(device.path("id").asText(), text.toString());
        }
        return sums;
    }

    @Test
    void theBooksAreProvenRunningAndStopped() throws Exception {
        BalizaServer server = start("a");
        simulate(server, "--delivery=best-effort", "--faults=loss=0.05,dup=0.1,reorder=0.05");
        assertThat(run(new VerifyCommand(), "--http=" + http(server), "--json"))
                .as(said())
                .isZero();
        JsonNode proof = JSON.readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(proof.path("balanced").asBoolean()).isTrue();
        assertThat(proof.path("laws"))
                .hasSize(6)
                .allMatch(law -> law.path("checks").asLong() > 0);
        assertThat(proof.path("devices")).hasSize(10);

        assertThat(run(new VerifyCommand(), "--data=" + data("a"))).isEqualTo(73);
        assertThat(said()).contains("(process " + ProcessHandle.current().pid() + ") runs in");

        server.close();
        assertThat(run(new VerifyCommand(), "--data=" + data("a"), "--json"))
                .as(said())
                .isZero();
        JsonNode stopped = JSON.readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(stopped.path("store").path("complete").asBoolean()).isTrue();
        assertThat(stopped.path("store").path("unclean").asBoolean()).isFalse();
        assertThat(byLabel(stopped)).isEqualTo(byLabel(proof));

        damage(data("a"));
        assertThat(run(new VerifyCommand(), "--data=" + data("a"))).isEqualTo(1);
        assertThat(said()).contains("THE BOOKS DO NOT BALANCE").contains("cannot be read; the others are used");
    }

    private static Map<String, JsonNode> byLabel(JsonNode proof) {
        Map<String, JsonNode> ledgers = new TreeMap<>();
        proof.path("devices").forEach(one -> ledgers.put(one.path("label").asText(), one.path("ledger")));
        return ledgers;
    }

    private static void damage(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            Path segment = files.filter(file -> file.toString().endsWith(".seg"))
                    .findFirst()
                    .orElseThrow();
            try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "rw")) {
                long middle = bytes.length() / 2;
                bytes.seek(middle);
                int octet = bytes.read();
                bytes.seek(middle);
                bytes.write(octet ^ 0x10);
            }
        }
    }

    @Test
    void whereThereIsNothingToProveItSaysSo() throws Exception {
        assertThat(run(new VerifyCommand(), "--data=" + dir)).isEqualTo(66);
        assertThat(said()).contains("is no data directory of a server");
        BalizaServer server = start("a");
        String there = http(server);
        server.close();
        assertThat(run(new VerifyCommand(), "--http=" + there)).isEqualTo(69);
        assertThat(said()).contains("connection refused").contains("--data DIR");
        assertThat(run(new ReplayCommand(), "--data=" + data("a"), "--server=" + there))
                .isEqualTo(69);
        assertThat(run(new ExportCommand(), "--http=" + there, "--device=a")).isEqualTo(69);
        assertThat(run(new ExportCommand(), "--device=a", "--from=noon")).isEqualTo(2);
    }

    @Test
    void anotherServerGetsTheSameFramesOnce() throws Exception {
        BalizaServer first = start("a");
        simulate(first, "--delivery=reliable", "--faults=loss=0.05,dup=0.1,reboot=0.2");
        Map<String, String> sums = sums(first);
        Path running = dir.resolve("running.jsonl");
        Path stopped = dir.resolve("stopped.jsonl");
        assertThat(run(new ExportCommand(), "--http=" + http(first), "--device=sim-0003", "-o", running.toString()))
                .as(said())
                .isZero();
        first.close();
        assertThat(run(new ExportCommand(), "--data=" + data("a"), "--device=sim-0003", "-o", stopped.toString()))
                .as(said())
                .isZero();
        assertThat(Files.size(running)).isPositive();
        assertThat(stopped).hasSameTextualContentAs(running);

        BalizaServer second = start("b");
        String to = "--server=" + device(second);
        assertThat(run(new ReplayCommand(), "--data=" + data("a"), to))
                .as(said())
                .isZero();
        assertThat(said()).contains("(stored), 0 failed, 0 without an answer");
        assertThat(sums(second)).isEqualTo(sums);
        assertThat(run(new ReplayCommand(), "--data=" + data("a"), to))
                .as(said())
                .isZero();
        assertThat(sums(second)).isEqualTo(sums);
        assertThat(run(new VerifyCommand(), "--http=" + http(second)))
                .as(said())
                .isZero();
    }
}
