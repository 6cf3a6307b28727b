package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import dev.baliza.server.books.DownlinkState;
import dev.baliza.server.books.DownlinkView;
import dev.baliza.server.downlink.Receipt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages both ways between a server and a fleet with faults, over TCP and UDP. */
class TalkIT {
    private static final int DEVICES = 200;
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    @TempDir
    Path dir;

    private CompletableFuture<SimRun> sim(RunningServer server, String... options) {
        List<String> all = new ArrayList<>(List.of("--interval=200ms", "--batch=2", "--channels=2"));
        all.addAll(List.of(options));
        return SimRun.begin(server, dir, all);
    }

    private static void awaitDevices(RunningServer server, int count) {
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> server.server.books().devices(0, 1_000, false).get().stream()
                                .filter(device -> device.readings() > 0)
                                .count()
                        >= count);
    }

    private static DownlinkView status(RunningServer server, long id) throws Exception {
        Optional<DownlinkView> found = server.server.downlink().status(id).get();
        return found.orElseThrow();
    }

    /** SPEC §7.9: one command each, and exactly one result. */
    private void everyDeviceAnswersOnce(RunningServer server, String... options) throws Exception {
        CompletableFuture<SimRun> run = sim(server, options);
        awaitDevices(server, DEVICES);

        List<Receipt> receipts = server.server
                .downlink()
                .command("sim-*", "identify", List.of(), DEADLINE)
                .get();

        assertThat(receipts).hasSize(DEVICES).allMatch(receipt -> receipt.refusal() == null);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            for (Receipt receipt : receipts) {
                assertThat(status(server, receipt.id()).state()).isEqualTo(DownlinkState.DONE);
            }
        });
        for (Receipt receipt : receipts) {
            DownlinkView status = status(server, receipt.id());
            assertThat(status.device()).isEqualTo(receipt.device());
            assertThat(status.output()).startsWith(receipt.device() + ", simulated");
        }
        assertBalanced(server, run);
        for (Receipt receipt : receipts) {
            assertThat(server.server
                            .downlink()
                            .history(receipt.device())
                            .get()
                            .orElseThrow()
                            .results())
                    .as(receipt.device())
                    .isEqualTo(1);
        }
        JsonNode events = ledger(server).path("events");
        assertThat(events.path("commands_done").asLong()).isEqualTo(DEVICES);
        assertThat(events.path("device_results").asLong()).isEqualTo(DEVICES);
        assertThat(events.path("device_results_unmatched").asLong()).isZero();
        assertThat(events.path("downlink_sent_again").asLong()).isPositive();
    }

    private static void assertBalanced(RunningServer server, CompletableFuture<SimRun> run) throws Exception {
        SimRun done = run.get(2, TimeUnit.MINUTES);
        assertThat(done.differences()).isEmpty();
        assertThat(done.text("verdict")).isEqualTo("balanced");
        assertThat(ledger(server).path("imbalance").asLong(-1)).isZero();
    }

    private static JsonNode ledger(RunningServer server) throws Exception {
        return new ObjectMapper().readTree(server.get("/api/v1/ledger"));
    }

    // so long that a device whose HELLO was lost three times is still there when the command comes
    @Test
    void twoHundredDevicesWithLossAnswerACommandExactlyOnce() throws Exception {
        try (RunningServer server = new RunningServer()) {
            everyDeviceAnswersOnce(
                    server, "--devices=" + DEVICES, "--duration=16s", "--faults=loss=0.05,dup=0.05", "--seed=21");
        }
    }

    @Test
    void sealedDevicesDoTheSame() throws Exception {
        Path keys = FleetKeys.write(dir, FleetKeys.of("sim-", DEVICES, 1));
        try (RunningServer server = new RunningServer("keys.file=" + keys)) {
            everyDeviceAnswersOnce(
                    server,
                    "--devices=" + DEVICES,
                    "--duration=16s",
                    "--faults=loss=0.05,dup=0.05",
                    "--seed=22",
                    "--keys=" + keys);
        }
    }

    /** SPEC §7.5, §7.6: what devices say of their own accord is heard once, whatever the way does to it. */
    @ParameterizedTest
    @ValueSource(strings = {"reliable", "best-effort"})
    void eventsAndTextsAreHeardOnce(String delivery) throws Exception {
        try (RunningServer server = new RunningServer()) {
            CompletableFuture<SimRun> run = sim(
                    server,
                    "--devices=20",
                    "--duration=4s",
                    "--events=20",
                    "--delivery=" + delivery,
                    "--faults=loss=0.05,dup=0.1,reorder=0.1,delay,reboot=0.2,cut=0.01,rebind=0.2",
                    "--seed=23");
            awaitDevices(server, 20);
            server.server
                    .downlink()
                    .command("sim-*", "reboot", List.of(), DEADLINE)
                    .get();
            server.server.downlink().say("sim-*", "ada", "are you well?").get();
            assertBalanced(server, run);
            JsonNode talk = new ObjectMapper().readTree(server.get("/api/v1/devices/sim-0001/events"));
            assertThat(talk.path("heard").asLong()).isPositive();
            assertThat(talk.path("events").size()).isPositive();
        }
    }

    /** SPEC §7.7: what commands do, and what is refused. */
    @Test
    void commandsChangeWhatADeviceDoes() throws Exception {
        try (RunningServer server = new RunningServer()) {
            CompletableFuture<SimRun> run =
                    sim(server, "--devices=2", "--duration=8s", "--faults=loss=0.05,dup=0.05", "--seed=24");
            awaitDevices(server, 2);
            assertThat(done(server, "sim-0001", "self-test").exitStatus()).isZero();
            assertThat(done(server, "sim-0001", "read-now").output()).isEmpty();
            Message.Command.Argument millis =
                    new Message.Command.Argument("millis", SensorType.U32, new Value.Whole(50));
            assertThat(done(server, "sim-0001", "set-interval", millis).output())
                    .isEqualTo("every 50 ms");
            DownlinkView refused = done(server, "sim-0002", "fly");
            assertThat(refused.state()).isEqualTo(DownlinkState.REFUSED);
            assertThat(refused.output()).startsWith("no command fly here");
            long epoch = epoch(server, "sim-0002");
            assertThat(done(server, "sim-0002", "reboot").output()).isEqualTo("booting");
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> epoch(server, "sim-0002") > epoch);
            assertThat(done(server, "sim-0002", "identify").state()).isEqualTo(DownlinkState.DONE);
            server.server.downlink().say("sim-0001", "ada", "is the door shut?").get();
            Awaitility.await()
                    .atMost(10, TimeUnit.SECONDS)
                    .until(() -> server.get("/api/v1/devices/sim-0001/events").contains("only simulated"));
            assertBalanced(server, run);
        }
    }

    private static long epoch(RunningServer server, String device) throws Exception {
        return server.server.books().device(device).get().orElseThrow().currentEpoch();
    }

    private static DownlinkView done(
            RunningServer server, String device, String command, Message.Command.Argument... arguments)
            throws Exception {
        List<Receipt> receipts = server.server
                .downlink()
                .command(device, command, List.of(arguments), DEADLINE)
                .get();
        assertThat(receipts).hasSize(1);
        long id = receipts.get(0).id();
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> status(server, id).state().isFinal());
        return status(server, id);
    }
}
