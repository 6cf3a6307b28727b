package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    private final List<KeyEntry> doomed = FleetKeys.of("gone-", DEVICES, 1);
    private final List<KeyEntry> entries = new ArrayList<>();
    private final ExecutorService background = Executors.newCachedThreadPool();
    private Path keys = Path.of("");
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        keys = dir.resolve("devices.keys");
        entries.addAll(FleetKeys.of("sim-", DEVICES, 1));
        KeyFile.write(keys, FleetKeys.together(entries, doomed));
        server = new RunningServer("keys.file=" + keys);
    }

    @AfterEach
    void stop() throws Exception {
        background.shutdownNow();
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
        List<String> all = new ArrayList<>(List.of("--devices=" + DEVICES, "--interval=10ms", "--batch=4"));
        List<String> own = List.of(options);
        all.addAll(own);
        if (own.stream().noneMatch(option -> option.startsWith("--duration"))) {
            all.add("--duration=2500ms");
        }
        if (own.stream().noneMatch(option -> option.startsWith("--keys"))) {
            all.add("--keys=" + keys);
        }
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

    /** New keys come, then the old ones go, each in the middle of a run. */
    @Test
    void rotationAndRevocationUnderLoadLoseNoReading() throws Exception {
        List<KeyEntry> fresh = FleetKeys.of("sim-", DEVICES, 2);
        Path mine = FleetKeys.write(dir, entries);
        balancedWhile(mine, () -> FleetKeys.replace(keys, FleetKeys.together(entries, fresh)));
        mine = FleetKeys.write(dir, fresh);
        balancedWhile(mine, () -> FleetKeys.replace(keys, fresh));
        assertThat(faults("unknown_key")).as("nobody used a key that was gone").isZero();
        assertThat(faults("bad_tag")).isZero();
        areUnknown(entries);
    }

    /** Half of the devices lose their only key in mid-run: they are shut out, the others notice nothing. */
    @Test
    void revokedDevicesAreShutOutAndTheOthersLoseNothing() throws Exception {
        Path theirs = FleetKeys.write(dir, doomed);
        balanced(sim("--name-prefix=gone-", "--keys=" + theirs, "--duration=500ms"));
        Future<?> others = background.submit(() -> sim("--name-prefix=gone-", "--keys=" + theirs));
        balancedWhile(FleetKeys.write(dir, entries), () -> FleetKeys.replace(keys, entries));
        others.get();
        assertThat(faults("unknown_key")).as("frames under keys that were gone").isPositive();
        areUnknown(doomed);
    }

    /** Their key ids mean nothing to the server any more; a key that is in force would make these bad tags. */
    private void areUnknown(List<KeyEntry> gone) throws Exception {
        long unknown = faults("unknown_key");
        long badTags = faults("bad_tag");
        Random random = new Random(2);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (KeyEntry entry : gone) {
                byte[] probe = Probes.hello(entry.id(), true, random);
                socket.send(new DatagramPacket(probe, probe.length, server.server.udpAddress()));
            }
        }
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(faults("unknown_key")).isGreaterThanOrEqualTo(unknown + gone.size()));
        assertThat(faults("bad_tag")).isEqualTo(badTags);
    }

    /** Each device comes from another port every second, as behind a restless NAT. */
    @Test
    void aNewSourcePortEverySecondLosesNothing() throws Exception {
        SimRun run = sim("--faults=rebind=1", "--transport=udp", "--delivery=reliable", "--duration=6s");
        balanced(run);
        assertThat(run.number("framesLost")).isZero();
        assertThat(run.number("framesDiedOnDevice")).isZero();
    }

    /** What happens in the middle of a run. */
    private interface Step {
        void run() throws Exception;
    }

    private void balancedWhile(Path mine, Step step) throws Exception {
        Future<?> meanwhile = background.submit(() -> {
            Thread.sleep(1_000); // the run is in its middle
            step.run();
            return null;
        });
        balanced(sim("--keys=" + mine));
        meanwhile.get();
    }

    @Test
    void devicesWithoutTheirKeyGetNoAnswerAndCountNothing() throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(300);
            Random random = new Random(9);
            for (int i = 0; i < PROBES; i++) {
                byte[] probe = probe(random, i % 3);
                socket.send(new DatagramPacket(probe, probe.length, server.server.udpAddress()));
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
}
