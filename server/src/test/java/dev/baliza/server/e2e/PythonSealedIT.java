package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python devices with keys, of both numberings and over both transports, against this server's books. */
class PythonSealedIT {
    private static final int DEVICES = 8;
    private static Python python;

    @TempDir
    Path dir;

    private final Random random = new Random(11);
    private Path keys = Path.of("");

    /** What one device says it sent. */
    private record Sent(String device, long firstHalf, long all, long readingsOfHalf) {
        static Sent of(String line) {
            String[] fields = line.split(" ", -1);
            assertThat(fields).as(line).hasSize(4);
            return new Sent(fields[0], Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3]));
        }
    }

    @BeforeAll
    static void needsCryptography() throws InterruptedException {
        python = Python.sealing();
    }

    @BeforeEach
    void makeKeys() throws Exception {
        keys = dir.resolve("baliza.keys");
        KeyFile.write(keys, entries(1));
    }

    /** Devices 1, 2 on UDP and TCP whose epochs the server names, 3, 4 that count them, and so on; secrets of both lengths. */
    private List<KeyEntry> entries(int keyId) {
        List<KeyEntry> entries = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            byte[] secret = new byte[i < DEVICES / 2 ? 16 : 32];
            random.nextBytes(secret);
            entries.add(new KeyEntry("sealed-" + i, keyId, i / 2 % 2 == 1, secret));
        }
        return entries;
    }

    /** Runs the devices, and something between their halves. */
    private List<Sent> run(String server, Between between) throws Exception {
        Process process = python.start("sealed_run.py", server, keys.toString(), dir.toString());
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("half");
            between.act();
            process.outputWriter().append('\n').flush();
            List<Sent> sent = out.lines().map(Sent::of).toList();
            assertThat(process.waitFor()).isZero();
            assertThat(sent).hasSize(DEVICES);
            return sent;
        } finally {
            process.destroyForcibly();
        }
    }

    private interface Between {
        void act() throws Exception;
    }

    private static JsonNode get(String http, String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + http + path)).build();
        return new ObjectMapper()
                .readTree(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    private static void counted(String http, String device, long frames, long readings) throws Exception {
        JsonNode books = get(http, "/api/v1/devices/" + device);
        JsonNode ledger = books.path("ledger");
        assertThat(ledger.path("accepted").asLong()).as(books.toString()).isEqualTo(frames);
        assertThat(ledger.path("lost").asLong()
                        + ledger.path("missing").asLong()
                        + ledger.path("outstanding").asLong())
                .as(books.toString())
                .isZero();
        assertThat(books.path("readings").asLong()).as(device).isEqualTo(readings);
    }

    @Test
    void itsOwnTestsPass() throws Exception { // SPEC §10.2.5, §10.3.3
        assertThat(python.run("-m", "unittest", "test_sealed", "test_talk"))
                .contains("OK")
                .doesNotContain("skipped");
    }

    /** Killed, not drained: nobody says GOODBYE, and the next process knows no nonce. */
    @Test
    void anotherServerProcessTakesOverInTheMiddle() throws Exception { // SPEC §10.3.2
        int port = freePort();
        String[] settings = {"tcp.port=" + port, "udp.port=" + port, "keys.file=" + keys};
        List<ServerProcess> servers = new ArrayList<>();
        try {
            servers.add(ServerProcess.start(List.of(), settings));
            List<JsonNode> before = new ArrayList<>();
            List<Sent> sent = run("127.0.0.1:" + port, () -> {
                for (int i = 0; i < DEVICES; i++) {
                    before.add(get(servers.get(0).http, "/api/v1/devices/sealed-" + i));
                }
                servers.get(0).close();
                servers.get(0).process.waitFor();
                servers.add(ServerProcess.start(List.of(), settings));
            });
            for (int i = 0; i < DEVICES; i++) {
                Sent one = sent.get(i);
                assertThat(before.get(i).path("ledger").path("accepted").asLong())
                        .isEqualTo(one.firstHalf);
                assertThat(before.get(i).path("readings").asLong()).isEqualTo(one.readingsOfHalf);
                counted(servers.get(1).http, one.device, one.all - one.firstHalf, one.readingsOfHalf);
            }
            JsonNode ledger = get(servers.get(1).http, "/api/v1/ledger");
            assertThat(ledger.path("imbalance").asLong(-1)).isZero();
            System.out.println("faults after the restart: " + ledger.path("faults"));
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }

    @Test
    void aSecondKeyTakesOverAndTheFirstEnds() throws Exception {
        try (RunningServer server = new RunningServer("keys.file=" + keys)) {
            List<KeyEntry> second = entries(2);
            List<KeyEntry> both = new ArrayList<>(KeyFile.read(keys));
            both.addAll(second);
            List<Sent> first = run(server.devices(), () -> KeyFile.write(keys, both));
            List<Sent> next = run(server.devices(), () -> KeyFile.write(keys, second));
            for (int i = 0; i < DEVICES; i++) {
                Sent one = next.get(i);
                counted(server.http(), one.device, first.get(i).all + one.all, 4 * one.readingsOfHalf);
            }
            JsonNode ledger = get(server.http(), "/api/v1/ledger");
            assertThat(ledger.path("imbalance").asLong(-1)).isZero();
            for (String transport : List.of("udp", "tcp")) {
                JsonNode faults = ledger.path("faults").path(transport);
                assertThat(faults.path("bad_tag").asLong()
                                + faults.path("replayed").asLong())
                        .as(faults.toString())
                        .isZero();
            }
        }
    }

    @Test
    void aServerThatDrainsIsWaitedFor() throws Exception { // SPEC §6.7
        int port = freePort();
        String[] settings = {"tcp.port=" + port, "udp.port=" + port, "keys.file=" + keys};
        List<RunningServer> servers = new ArrayList<>();
        try {
            servers.add(new RunningServer(settings));
            List<Sent> sent = run("127.0.0.1:" + port, () -> {
                servers.get(0).close();
                servers.add(new RunningServer(settings));
            });
            for (Sent one : sent) {
                counted(servers.get(1).http(), one.device, one.all - one.firstHalf, one.readingsOfHalf);
            }
        } finally {
            servers.forEach(RunningServer::close);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The Python lines of README.md, "Give devices a key". */
    @Test
    void theExampleOfTheReadmeWorks() throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        String section = readme.substring(readme.indexOf("\n## Give devices a key"));
        Matcher example = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL).matcher(section);
        assertThat(example.find()).isTrue();
        String code = example.group(1);
        assertThat(code.lines()).hasSize(3);
        Matcher key = Pattern.compile("key=\"([0-9a-f]{32})\"").matcher(code);
        assertThat(key.find()).isTrue();
        byte[] secret = HexFormat.of().parseHex(key.group(1));
        KeyFile.write(keys, List.of(new KeyEntry("lab-1", 1, false, secret)));
        try (RunningServer server = new RunningServer("keys.file=" + keys)) {
            String port = server.devices().replaceFirst(".*:", "");
            python.run("-c", code.replace("\"127.0.0.1\"", "\"127.0.0.1\", " + port));
            String fromFile = key.replaceFirst("key_file=\"" + keys + "\"");
            python.run("-c", fromFile.replace("\"127.0.0.1\"", "\"127.0.0.1\", " + port));
            Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> counted(server.http(), "lab-1", 2, 2));
        }
    }
}
