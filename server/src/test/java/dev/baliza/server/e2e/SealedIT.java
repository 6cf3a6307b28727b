package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices with keys: half number their epochs themselves, half ask the server. */
class SealedIT {
    private static final int DEVICES = 16;
    /** {@code -Dbaliza.probes=1000000} for the long programme. */
    private static final int PROBES = Integer.getInteger("baliza.probes", 20_000);

    @TempDir
    Path dir;

    private final List<KeyEntry> entries = new ArrayList<>();
    private Path keys = Path.of("");
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        keys = dir.resolve("devices.keys");
        Random random = new Random(1);
        for (int i = 0; i < DEVICES; i++) {
            byte[] secret = new byte[i % 4 < 2 ? 16 : 32];
            random.nextBytes(secret);
            entries.add(new KeyEntry("sim-%04d".formatted(i + 1), 1, i % 4 >= 2, secret));
        }
        KeyFile.write(keys, entries);
        server = new RunningServer("keys.file=" + keys);
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(ledger().path("imbalance").asLong(-1)).isZero();
        server.close();
    }

    private JsonNode ledger() throws Exception {
        return new ObjectMapper().readTree(server.get("/api/v1/ledger"));
    }

    private long faults(String name) throws Exception {
        JsonNode faults = ledger().path("faults");
        return faults.path("udp").path(name).asLong()
                + faults.path("tcp").path(name).asLong();
    }

    private SimRun sim(String... options) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("--devices=" + DEVICES, "--interval=10ms", "--duration=2500ms", "--batch=4", "--keys=" + keys));
        all.addAll(List.of(options));
        return SimRun.against(server.devices(), server.http(), dir, all.toArray(String[]::new));
    }

    private static void balanced(SimRun run) {
        assertThat(run.differences()).isEmpty();
        assertThat(run.text("verdict")).isEqualTo("balanced");
        assertThat(run.number("framesIssued")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--seed=1",
                "--faults=loss=0.1,dup=0.05,reorder=0.05,reorder-span=200",
                "--faults=corrupt=0.05,truncate=0.02,cut,hostile",
                "--faults=reboot=0.4,rebind=0.9"
            })
    void theVerdictBalancesWithSealingOn(String option) throws Exception {
        balanced(sim(option, "--delivery=reliable"));
        balanced(sim(option, "--delivery=best-effort"));
    }

    @Test
    void aSecondKeyTakesOverUnderLoad() throws Exception {
        Thread rotation = new Thread(() -> rotate(), "rotation");
        rotation.start();
        balanced(sim("--seed=5"));
        rotation.join();
        balanced(sim("--seed=6"));
        assertThat(faults("unknown_key")).isZero();
        KeyFile.write(keys, second());
        balanced(sim("--seed=7"));
        assertThat(faults("bad_tag")).isZero();
    }

    private List<KeyEntry> second() {
        return entries.stream()
                .map(e -> new KeyEntry(e.device(), 2, e.deviceNumbersEpochs(), new byte[32]))
                .toList();
    }

    /** Adds a second key to each device; the simulator's file has the first ones until the next run. */
    private void rotate() {
        List<KeyEntry> both = new ArrayList<>(entries);
        both.addAll(second());
        try {
            Thread.sleep(800);
            KeyFile.write(keys, both);
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void devicesWithoutTheirKeyGetNoAnswerAndCountNothing() throws Exception {
        int port = Integer.parseInt(server.devices().substring(server.devices().lastIndexOf(':') + 1));
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(300);
            Random random = new Random(9);
            for (int i = 0; i < PROBES; i++) {
                byte[] probe = probe(random, i % 3);
                socket.send(new DatagramPacket(probe, probe.length, new InetSocketAddress("127.0.0.1", port)));
            }
            long answers = 0;
            try {
                socket.receive(new DatagramPacket(new byte[2_000], 2_000));
                answers++;
            } catch (SocketTimeoutException e) {
                // silence, as it should be
            }
            System.out.printf("probes: %,d, answers: %d%n", PROBES, answers);
            assertThat(answers).isZero();
        }
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
            JsonNode frames = ledger().path("frames").path("udp");
            frames.forEach(count -> assertThat(count.asLong()).isZero());
        });
        assertThat(faults("unsealed") + faults("bad_tag") + faults("unknown_key"))
                .isPositive();
    }

    /** An open frame, a sealed one with a wrong tag, or one of a device that nobody knows. */
    private byte[] probe(Random random, int kind) {
        long device = kind == 2
                ? random.nextLong()
                : entries.get(random.nextInt(DEVICES)).id();
        return Probes.hello(device, kind != 0, random);
    }

    /** Everything that devices said, once more: by the same way, and after they began new epochs. */
    @Test
    void recordedDatagramsCountNothing() throws Exception {
        try (Relay relay = new Relay(server.devices())) {
            SimRun first = SimRun.against(
                    relay.address(),
                    server.http(),
                    dir,
                    "--devices=" + DEVICES,
                    "--interval=5ms",
                    "--duration=2s",
                    "--batch=2",
                    "--transport=udp",
                    "--keys=" + keys);
            balanced(first);
            List<byte[]> recorded = relay.recorded();
            JsonNode before = ledger();
            relay.replay(recorded);
            awaitQuiet();
            balanced(sim("--seed=8", "--transport=udp"));
            JsonNode between = ledger();
            relay.replay(recorded);
            awaitQuiet();
            long counted = ledger().path("readings").path("udp").asLong();
            assertThat(counted).isEqualTo(between.path("readings").path("udp").asLong());
            assertThat(faults("replayed")).isPositive();
            System.out.printf(
                    "replayed %,d datagrams twice; readings %,d before, %,d after the second run%n",
                    recorded.size(), before.path("readings").path("udp").asLong(), counted);
        }
    }

    /** Until the server has read everything that was sent. */
    private void awaitQuiet() throws Exception {
        String last = "";
        for (String now = counts(); !now.equals(last); now = counts()) {
            last = now;
            Thread.sleep(300);
        }
    }

    private String counts() throws Exception {
        JsonNode ledger = ledger();
        return ledger.path("frames") + " " + ledger.path("faults");
    }
}
