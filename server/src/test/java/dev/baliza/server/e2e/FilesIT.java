package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.server.files.PushResult;
import dev.baliza.sim.SendFileCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files over real sockets, while readings flow. SPEC §14. */
@Timeout(120)
class FilesIT {
    @TempDir
    Path dir;

    private Path store = Path.of("");
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        store = dir.resolve("store");
        server = new RunningServer("store.dir=" + store);
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(json("/api/v1/ledger").path("imbalance").asLong(-1)).isZero();
        server.close();
    }

    private JsonNode json(String path) throws Exception {
        return new ObjectMapper().readTree(server.get(path));
    }

    private Path file(int seed, int size) throws Exception {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Files.write(dir.resolve("file-" + seed + ".bin"), bytes);
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private void isStored(Path file) throws Exception {
        assertThat(store.resolve("files").resolve(sha256(file))).hasSameBinaryContentAs(file);
        assertThat(json("/api/v1/files").findValuesAsText("sha256")).contains(sha256(file));
    }

    private CompletableFuture<SimRun> readings(String... more) {
        List<String> all = new ArrayList<>(List.of("--devices=8", "--interval=20ms", "--duration=3s"));
        all.addAll(Arrays.asList(more));
        return SimRun.begin(server, dir, all);
    }

    private static void balanced(SimRun run) {
        assertThat(run.differences()).isEmpty();
        assertThat(run.text("verdict")).isEqualTo("balanced");
        assertThat(run.number("framesIssued")).isPositive();
    }

    @Test
    void aFileComesWholeOverDatagramsThatAreLostWhileReadingsFlow() throws Exception {
        Path file = file(1, 3 << 20);
        CompletableFuture<SimRun> readings = readings();
        try (Relay relay = new Relay(server.devices(), 0.05)) {
            Cli sent = Cli.run(
                    new SendFileCommand(), "--device=cam-1", "--server=" + relay.address(), "--udp", file.toString());
            assertThat(sent.exitCode()).as(sent.toString()).isZero();
        }
        isStored(file);
        balanced(readings.get(60, TimeUnit.SECONDS));
    }

    @Test
    void aFileComesWholeOverTcpWhileReadingsFlow() throws Exception {
        Path file = file(2, 6 << 20);
        CompletableFuture<SimRun> readings = readings("--transport=tcp");
        Cli sent = Cli.run(
                new SendFileCommand(), "--device=cam-1", "--server=" + server.devices(), "--tcp", file.toString());
        assertThat(sent.exitCode()).as(sent.toString()).isZero();
        isStored(file);
        balanced(readings.get(60, TimeUnit.SECONDS));
    }

    /** SPEC §14.1.4: a cut costs at most 2 % of the file. */
    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void afterACutOnlyTheRestIsSent(String transport) throws Exception {
        int size = 16 << 20;
        Path file = file(3, size);
        Thread cut = new Thread(() -> Cli.run(
                new SendFileCommand(),
                "--device=cam-1",
                "--server=" + server.devices(),
                "--rate=12000000",
                transport,
                file.toString()));
        cut.start();
        Path parts = store.resolve("files/parts");
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> held(parts) > size / 3);
        cut.interrupt();
        cut.join();
        long held = held(parts);
        assertThat(held).isLessThan(size);
        server.close();
        server = new RunningServer("store.dir=" + store);

        Cli again = Cli.run(
                new SendFileCommand(),
                "--device=cam-1",
                "--server=" + server.devices(),
                "--json",
                transport,
                file.toString());

        assertThat(again.exitCode()).as(again.toString()).isZero();
        JsonNode outcome = new ObjectMapper().readTree(again.out());
        assertThat(outcome.path("outcome").asText()).isEqualTo("ok");
        assertThat(outcome.path("sentBytes").asLong()).isLessThanOrEqualTo(size - held + size / 50);
        isStored(file);
    }

    /** Bytes that the map of the only part names. */
    private static long held(Path parts) throws Exception {
        try (var files = Files.list(parts)) {
            Path map =
                    files.filter(f -> f.toString().endsWith(".map")).findFirst().orElse(null);
            if (map == null) {
                return 0;
            }
            var entries = java.nio.ByteBuffer.wrap(Files.readAllBytes(map));
            long held = 0;
            for (; entries.remaining() >= 16; entries.position(entries.position() + 16)) {
                held += entries.getInt(entries.position() + 8);
            }
            return held;
        }
    }

    /** The same sockets carry readings up and the file down. */
    @ParameterizedTest
    @ValueSource(strings = {"--transport=tcp", "--transport=udp"})
    void aDeviceTakesAFileWhileItMeasures(String transport) throws Exception {
        Path file = file(4, 2 << 20);
        Cli sent = Cli.run(new SendFileCommand(), "--device=cam-1", "--server=" + server.devices(), file.toString());
        assertThat(sent.exitCode()).as(sent.toString()).isZero();
        CompletableFuture<SimRun> readings = readings(transport);
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> json("/api/v1/devices/sim-0001").path("readings").asLong() > 0);

        PushResult pushed = server.server
                .files()
                .push(Names.deviceId("sim-0001"), sha256(file))
                .get(30, TimeUnit.SECONDS);

        assertThat(pushed).isEqualTo(new PushResult(true, "ok"));
        balanced(readings.get(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void sealedDevicesSendFiles(String transport) throws Exception {
        Path keys = dir.resolve("devices.keys");
        KeyFile.write(
                keys,
                List.of(new KeyEntry("counts", 1, true, new byte[16]), new KeyEntry("asks", 1, false, new byte[32])));
        server.close();
        server = new RunningServer("store.dir=" + store, "keys.file=" + keys);
        Path file = file(5, 500_000);
        Path other = file(6, 500_000);
        Cli counts = Cli.run(
                new SendFileCommand(),
                "--device=counts",
                "--keys=" + keys,
                "--server=" + server.devices(),
                transport,
                file.toString());
        Cli asks = Cli.run(
                new SendFileCommand(),
                "--device=asks",
                "--keys=" + keys,
                "--server=" + server.devices(),
                transport,
                other.toString());
        assertThat(counts.exitCode()).as(counts.toString()).isZero();
        assertThat(asks.exitCode()).as(asks.toString()).isZero();
        isStored(file);
        isStored(other);
    }

    @Test
    void whatTheServerDoesNotTakeIsSaidWithWhatToDo() throws Exception {
        server.close();
        server = new RunningServer("store.dir=" + store, "files.maxBytes=1000");
        Path file = file(7, 1_001);
        Cli large = Cli.run(new SendFileCommand(), "--device=cam-1", "--server=" + server.devices(), file.toString());
        assertThat(large.exitCode()).isEqualTo(1);
        assertThat(large.err()).contains("files.maxBytes");
        server.close();
        server = new RunningServer("store.dir=" + store, "files.maxBytes=0");
        Cli none = Cli.run(new SendFileCommand(), "--device=cam-1", "--server=" + server.devices(), file.toString());
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("store.dir");
        assertThat(server.get("/metrics")).contains("baliza_events_total{event=\"files_refused_not_taken\"} 1");
        assertThat(Cli.run(new SendFileCommand(), "--device=cam-1", "--server=127.0.0.1:1", file.toString())
                        .exitCode())
                .isEqualTo(69);
        assertThat(Cli.run(new SendFileCommand(), "--device=cam-1", "/nothing/here")
                        .exitCode())
                .isEqualTo(2);
    }
}
