package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.config.ConfigException;
import dev.baliza.server.operator.AuditVerdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code baliza ctl} against a server. */
class OperatorIT {
    @TempDir
    Path dir;

    private Path keys = Path.of("");
    private Path store = Path.of("");
    private final KeyEntry ana =
            new KeyEntry("ana", 1, false, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6}, Role.ADMIN);
    private final KeyEntry vera = new KeyEntry("vera", 1, false, new byte[32], Role.VIEWER);

    @BeforeEach
    void files() throws Exception {
        keys = dir.resolve("baliza.keys");
        store = Files.createDirectory(dir.resolve("store"));
        List<KeyEntry> entries = new ArrayList<>(List.of(ana, vera));
        for (int i = 1; i <= 40; i++) {
            entries.add(new KeyEntry("sim-%04d".formatted(i), 1, false, new byte[16]));
        }
        KeyFile.write(keys, entries);
        Files.writeString(dir.resolve("programs.yaml"), """
                greet: {command: [/bin/echo, hello, "{who}"], arguments: {who: {choices: [world, moon]}}}
                slow: {command: [/bin/sleep, "100"], timeout: 500ms}
                three: {command: [/bin/sh, -c, exit 3]}
                """);
    }

    private CtlRun ctl(String input, String... arguments) {
        return CtlRun.of(dir.resolve("config"), input, arguments);
    }

    private void login(KeyEntry entry, String server, String profile) {
        assertThat(ctl(CtlRun.profile(entry), "login", "--server", server, "--profile", profile)
                        .status())
                .isZero();
    }

    private RunningServer server() throws Exception {
        return new RunningServer(
                "keys.file=" + keys,
                "store.dir=" + store,
                "operators.shutdown=true",
                "operators.programs=" + dir.resolve("programs.yaml"));
    }

    private AuditVerdict audit() throws Exception {
        return AuditVerdict.of(List.of(store.resolve("audit.log")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void anAdminManagesTheServer(String transport) throws Exception {
        try (RunningServer server = server()) {
            login(ana, server.devices(), "default");
            login(vera, server.devices(), "vera");
            assertThat(ctl("", "whoami", transport).out()).contains("ana (admin)", "shutdown", "exec");
            assertThat(ctl("", "whoami", transport, "--profile", "vera").out())
                    .contains("vera (viewer)")
                    .doesNotContain("exec");
            SimRun.against(server.devices(), server.http(), dir, "--devices=40", "--duration=1s", "--keys=" + keys);
            CtlRun devices = ctl("", "devices", transport, "--limit", "40");
            assertThat(devices.out()).contains("sim-0001", "sim-0040").doesNotContain("ana", "more:");
            assertThat(ctl("", "devices", transport, "--filter", "0007").out()).hasLineCount(2);
            CtlRun device = ctl("", "device", transport, "--json", "sim-0007");
            JsonNode ledger = new ObjectMapper().readTree(device.out());
            assertThat(ledger.path("label").asText()).isEqualTo("sim-0007");
            assertThat(ledger.path("ledger").path("imbalance").asLong(-1)).isZero();
            CtlRun reset = ctl("", "devices", "reset", transport, "sim-0007");
            assertThat(reset.status()).isEqualTo(1);
            assertThat(reset.err()).contains("keys rotate sim-0007");
            assertThat(ctl("", "exec", transport, "greet", "who=moon").out()).isEqualTo("hello moon\n");
            assertThat(ctl("", "exec", transport, "greet", "who=$(id)").status())
                    .isEqualTo(126);
            assertThat(ctl("", "exec", transport, "three").status()).isEqualTo(3);
            assertThat(ctl("", "exec", transport, "slow").status()).isEqualTo(124);
            CtlRun forbidden = ctl("", "exec", transport, "--profile", "vera", "three");
            assertThat(forbidden.status()).isEqualTo(126);
            assertThat(forbidden.err()).contains("needs the role admin");
            assertThat(ctl("", "audit", transport, "--json").out()).contains("vera", "refused", "begin");
            String ledgerOfServer = server.get("/api/v1/ledger");
            assertThat(new ObjectMapper()
                            .readTree(ledgerOfServer)
                            .path("imbalance")
                            .asLong(-1))
                    .isZero();
            assertThat(server.get("/metrics")).contains("event=\"operator_refused\"");
        }
        assertThat(audit().broken()).isEmpty();
        assertThat(audit().records()).isGreaterThan(12);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.resolve("audit.log"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(store.resolve("audit.log"))).doesNotContain(ana.hex());
    }

    /** SPEC §16.2.2, §16.3.3: every fifth datagram is lost, either way. */
    @Test
    void answersComeWholeThroughALossyNetworkAndEffectsHappenOnce() throws Exception {
        try (RunningServer server = server();
                Relay relay = new Relay(server.devices(), 0.2)) {
            login(ana, relay.address(), "default");
            SimRun.against(server.devices(), server.http(), dir, "--devices=40", "--duration=1s", "--keys=" + keys);
            for (int i = 0; i < 3; i++) {
                CtlRun devices = ctl("", "devices", "--udp", "--json", "--limit", "40");
                assertThat(devices.status()).as(devices.err()).isZero();
                assertThat(new ObjectMapper().readTree(devices.out()).path("devices"))
                        .hasSize(40);
            }
            for (int i = 0; i < 3; i++) {
                assertThat(ctl("", "exec", "--udp", "greet", "who=world").status())
                        .isZero();
            }
            assertThat(begun()).isEqualTo(3);
            relay.replay(relay.recorded());
            relay.replay(relay.recorded());
            awaitReplays(server);
            assertThat(begun()).as("recorded frames execute nothing").isEqualTo(3);
        }
        assertThat(audit().broken()).isEmpty();
    }

    private long begun() throws Exception {
        return Files.readAllLines(store.resolve("audit.log")).stream()
                .filter(line -> line.contains("\"outcome\":\"begin\""))
                .count();
    }

    private static void awaitReplays(RunningServer server) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
            JsonNode faults = new ObjectMapper()
                    .readTree(server.get("/api/v1/ledger"))
                    .path("faults")
                    .path("udp");
            assertThat(faults.path("replayed").asLong()).isGreaterThan(10);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void shutdownTakesTwoStepsAndDrains(String transport) throws Exception {
        try (ServerProcess server =
                ServerProcess.start(List.of(), "keys.file=" + keys, "store.dir=" + store, "operators.shutdown=true")) {
            String address = transport.equals("--tcp") ? server.tcp : server.udp;
            login(ana, address, "default");
            assertThat(ctl("", "config", transport).out()).contains("operators.shutdown: true");
            assertThat(ctl("", "shutdown", transport).status()).isEqualTo(1);
            assertThat(server.process.isAlive()).isTrue();
            assertThat(ctl("", "shutdown", transport, "--yes").status()).isZero();
            assertThat(server.process.waitFor(15, TimeUnit.SECONDS)).isTrue();
            assertThat(server.process.exitValue()).isZero();
        }
        assertThat(audit().broken()).isEmpty();
    }

    /** SPEC §16.1.4. */
    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void aLocalUserNeedsNoKeyOnALoopbackServerWithoutKeys(String transport) throws Exception {
        try (RunningServer server = new RunningServer()) {
            String[] to = {transport, "--server", server.devices()};
            assertThat(ctl("", "whoami", to[0], to[1], to[2]).out()).contains("loopback (operator)");
            SimRun.against(server.devices(), server.http(), dir, "--devices=3", "--duration=1s");
            assertThat(ctl("", "devices", to[0], to[1], to[2]).out()).contains("sim-0003");
            CtlRun reset = ctl("", "devices", "reset", to[0], to[1], to[2], "sim-0003");
            assertThat(reset.out()).contains("forgotten: sim-0003");
            CtlRun shutdown = ctl("", "shutdown", to[0], to[1], to[2], "--yes");
            assertThat(shutdown.status()).isEqualTo(1);
            assertThat(shutdown.err()).contains("needs the role admin");
        }
    }

    @Test
    void aKeyThatTheServerDoesNotKnowGetsSilence() throws Exception {
        try (RunningServer server = server()) {
            login(new KeyEntry("mallory", 1, false, new byte[16]), server.devices(), "default");
            CtlRun ran = ctl("", "whoami", "--udp");
            assertThat(ran.status()).isEqualTo(69);
            assertThat(ran.err()).contains("does not answer a key that it does not know");
        }
        assertThat(audit().records()).isZero();
    }

    @Test
    void aDevicesKeyIsToldThatItIsOne() throws Exception {
        try (RunningServer server = server()) {
            login(new KeyEntry("sim-0001", 1, false, new byte[16]), server.devices(), "default");
            CtlRun ran = ctl("", "whoami");
            assertThat(ran.status()).isEqualTo(1);
            assertThat(ran.err()).contains("WRONG_ROLE");
        }
        assertThat(Files.readString(store.resolve("audit.log"))).contains("\"role\":\"none\"");
    }

    @Test
    void keysNeedAStore() {
        assertThatThrownBy(() -> new RunningServer("keys.file=" + keys, "store.enabled=false"))
                .isInstanceOf(ConfigException.class)
                .extracting(e -> ((ConfigException) e).problems().toString())
                .asString()
                .contains("keys.file is set, so store.enabled must be true");
    }

    @Test
    void aProfileThatOthersMayReadIsNotUsed() throws Exception {
        login(ana, "127.0.0.1:1", "default");
        Path file = dir.resolve("config/baliza/default.yaml");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        CtlRun ran = ctl("", "whoami");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("chmod 600").doesNotContain(ana.hex());
        assertThat(ctl("secret: [", "login", "--server", "127.0.0.1:1").status())
                .isEqualTo(65);
        assertThat(ctl("", "whoami", "--server", "nonsense", "--profile", "x/y").status())
                .isEqualTo(1);
    }
}
