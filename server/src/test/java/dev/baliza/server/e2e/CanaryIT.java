package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that can be recognised are planted, and searched for in everything that the server says. */
class CanaryIT {
    private static final List<String> PAGES = List.of(
            "/",
            "/metrics",
            "/healthz",
            "/readyz",
            "/api/v1/devices",
            "/api/v1/devices/sim-0001",
            "/api/v1/devices/sim-0002",
            "/api/v1/ledger",
            "/api/v1/series",
            "/api/v1/nothing");

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private final StringBuilder said = new StringBuilder();

    @Test
    void noKeyIsInAnythingTheServerSays() throws Exception {
        List<KeyEntry> entries = FleetKeys.of("sim-", 4, 1);
        Path keys = FleetKeys.write(dir, entries);
        try (ServerProcess server = ServerProcess.start(List.of(), "keys.file=" + keys, "log.level=trace")) {
            SimRun run = SimRun.against(
                    server.tcp,
                    server.http,
                    dir,
                    "--devices=4",
                    "--interval=10ms",
                    "--duration=1500ms",
                    "--keys=" + keys,
                    "--transport=tcp",
                    "--faults=corrupt=0.05,hostile");
            said.append(run.summary());
            for (String page : PAGES) {
                said.append(page).append('\n').append(get(server.http, page));
            }
            assertThat(said).contains("sim-0002", "baliza_ledger_imbalance");
            spoil(keys, entries, server);
            server.hangUp();
            Awaitility.await()
                    .atMost(10, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(server.log).anyMatch(line -> line.contains("keys before stay")));
            assertThat(server.terminate()).isZero();
            server.log.forEach(line -> said.append(line).append('\n'));
        }
        entries.forEach(entry -> said.append(entry).append(entry.key()));
        said.append(ringOf(keys));
        String everything = said.toString().toLowerCase(Locale.ROOT);
        System.out.printf("canaries: searched %,d characters for %d keys%n", everything.length(), entries.size());
        for (KeyEntry entry : entries) {
            for (String form : forms(entry)) {
                assertThat(everything.contains(form.toLowerCase(Locale.ROOT)))
                        .as("a key of " + entry.device())
                        .isFalse();
            }
        }
    }

    /** A file with mistakes of each kind, beside good secrets: the messages must not quote them. */
    private static void spoil(Path keys, List<KeyEntry> entries, ServerProcess server) throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(keys));
        assertThat(lines.toString()).contains(entries.get(0).hex());
        lines.set(1, lines.get(1) + " " + entries.get(1).hex());
        lines.set(2, "sim-0002 1 server " + entries.get(1).hex() + "0");
        Files.write(keys, lines);
        assertThat(server.process.isAlive()).isTrue();
    }

    /** What reading the spoilt file says. */
    private static String ringOf(Path keys) {
        try {
            return KeyFile.ring(keys).toString();
        } catch (KeyFile.KeyFileException e) {
            return e.toString();
        }
    }

    /** The secret and what is derived from it, in the ways that bytes are written; the first half is enough. */
    private static List<String> forms(KeyEntry entry) {
        List<String> forms = new ArrayList<>();
        DeviceKey key = entry.key();
        List<byte[]> secrets = new ArrayList<>(List.of(HexFormat.of().parseHex(entry.hex())));
        if (entry.deviceNumbersEpochs()) {
            for (long epoch = 0; epoch < 50; epoch++) {
                secrets.add(key.up(epoch).getEncoded());
            }
        }
        for (byte[] secret : secrets) {
            byte[] half = java.util.Arrays.copyOf(secret, 9);
            forms.add(HexFormat.of().formatHex(half));
            forms.add(HexFormat.ofDelimiter(" ").formatHex(half));
            forms.add(HexFormat.ofDelimiter(", ").withPrefix("0x").formatHex(half));
            forms.add(Base64.getEncoder().encodeToString(half));
            forms.add(java.util.Arrays.toString(half).replace("]", ""));
        }
        return forms;
    }

    private String get(String http, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + http + path)).build();

        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
