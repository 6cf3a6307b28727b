package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator says to devices with {@code baliza ctl}, over both transports, open and sealed, through 5 % loss. */
class CtlTalkIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path dir;

    private final List<String> options = new ArrayList<>();

    private CtlRun ctl(String input, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(options);
        return CtlRun.of(dir, input, all.toArray(String[]::new));
    }

    /** Each transport and each profile once; all four with {@code -Dbaliza.ways=4}. */
    static Stream<Arguments> ways() {
        return Stream.of(
                        Arguments.of("udp", false),
                        Arguments.of("tcp", true),
                        Arguments.of("udp", true),
                        Arguments.of("tcp", false))
                .limit(Integer.getInteger("baliza.ways", 2));
    }

    @ParameterizedTest(name = "{0}, sealed {1}")
    @MethodSource("ways")
    @Timeout(240)
    void operatorsTalkWithDevices(String transport, boolean sealed) throws Exception {
        List<KeyEntry> entries = new ArrayList<>(FleetKeys.of("lab-", 4, 1));
        byte[] secret = new byte[16];
        new Random(7).nextBytes(secret);
        entries.add(new KeyEntry("ana", 1, false, secret, Role.OPERATOR));
        Path keys = FleetKeys.write(dir, entries);
        List<String> settings = new ArrayList<>(List.of("store.dir=" + dir.resolve("data")));
        List<String> fleet = new ArrayList<>(List.of(
                "--devices=4",
                "--name-prefix=lab-",
                "--interval=100ms",
                "--duration=18s",
                "--faults=loss=0.05",
                "--transport=" + transport));
        if (sealed) {
            settings.add("keys.file=" + keys);
            fleet.add("--keys=" + keys);
        }
        try (RunningServer server = new RunningServer(settings.toArray(String[]::new))) {
            if (sealed) {
                assertThat(ctl(CtlRun.profile(entries.get(4)), "login", "--server", server.devices())
                                .status())
                        .isZero();
            } else {
                options.addAll(List.of("--server", server.devices()));
            }
            options.add("--" + transport);
            CompletableFuture<SimRun> run = SimRun.begin(server, dir, fleet);
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> ctl("", "devices").out().contains("lab-0004"));
            talk();
            SimRun done = run.get(1, TimeUnit.MINUTES);
            assertThat(done.differences()).isEmpty();
            assertThat(done.text("verdict")).isEqualTo("balanced");
        }
    }

    private void talk() throws Exception {
        CtlRun said = ctl("", "say", "--wait", "lab-0001", "good", "morning");
        assertThat(said.out()).as(said.err()).isEqualTo("acked\n");
        CtlRun done = ctl("", "command", "lab-0002", "identify");
        assertThat(done.status()).as(done.err()).isZero();
        assertThat(done.out()).contains("lab-0002");
        CtlRun group = ctl("", "command", "lab-*", "set-interval", "millis=150", "--json");
        assertThat(group.status()).as(group.out() + group.err()).isZero();
        JsonNode states = JSON.readTree(group.out());
        assertThat(states)
                .hasSize(4)
                .allMatch(state -> state.path("state").asText().equals("done"));
        CtlRun unknown = ctl("", "command", "lab-0003", "dance");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.out()).contains("refused", "no command dance");
        CtlRun nobody = ctl("", "say", "lab-0009", "hello");
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(nobody.err()).contains("no such device");
        assertThat(ctl("", "command", "lab-0001", "Dance!").err()).contains("a command's name is");
        assertThat(ctl("", "talk", "lab-0001").out()).contains("good morning");
        Path firmware = dir.resolve("firmware.bin");
        byte[] bytes = new byte[200_000];
        new Random(9).nextBytes(bytes);
        Files.write(firmware, bytes);
        CtlRun pushed = ctl("", "push-file", "lab-0004", firmware.toString());
        assertThat(pushed.status()).as(pushed.err()).isZero();
        assertThat(pushed.out()).isEqualTo("lab-0004 has it\n");
        assertThat(ctl("", "files").out()).contains("200,000", "firmware.bin");
    }
}
