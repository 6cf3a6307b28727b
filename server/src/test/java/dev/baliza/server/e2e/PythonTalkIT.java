package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.server.books.DownlinkState;
import dev.baliza.server.books.DownlinkView;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.downlink.Receipt;
import dev.baliza.server.files.PushResult;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Python device and this server say everything to each other once, over datagrams of which a twentieth is lost and over TCP. */
@Timeout(180)
class PythonTalkIT {
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final int TEXTS = 10;
    private static Python python;

    @TempDir
    Path dir;

    @BeforeAll
    static void needsPython() throws InterruptedException {
        python = Python.sealing();
    }

    private static DownlinkView ended(RunningServer server, Receipt receipt) {
        assertThat(receipt.refusal()).isNull();
        return Awaitility.await()
                .atMost(40, TimeUnit.SECONDS)
                .until(
                        () -> server.server
                                .downlink()
                                .status(receipt.id())
                                .get()
                                .orElseThrow(),
                        view -> view.state().isFinal()
                                || (view.type() == MessageType.TEXT && view.state() == DownlinkState.ACKED));
    }

    private static DownlinkView command(
            RunningServer server, String device, String name, Message.Command.Argument... arguments) throws Exception {
        List<Receipt> receipts = server.server
                .downlink()
                .command(device, name, List.of(arguments), DEADLINE)
                .get();
        assertThat(receipts).hasSize(1);
        return ended(server, receipts.get(0));
    }

    private static Message.Command.Argument millis(SensorType type, Value value) {
        return new Message.Command.Argument("millis", type, value);
    }

    private static void say(RunningServer server, String device, String text) throws Exception {
        List<Receipt> receipts =
                server.server.downlink().say(device, "ada", text).get();
        assertThat(receipts).hasSize(1);
        assertThat(ended(server, receipts.get(0)).state()).isNotEqualTo(DownlinkState.EXPIRED);
    }

    /** SPEC §6.6, §6.8, §7.5–§7.9, §14, §15. */
    @ParameterizedTest
    @CsvSource({"open, udp", "open, tcp", "server, udp", "server, tcp", "device, udp", "device, tcp"})
    void everythingIsSaidOnce(String epochs, String transport) throws Exception {
        List<String> settings = new ArrayList<>(List.of("store.dir=" + dir.resolve("store"), "limits.pingInterval=1s"));
        Path file = dir.resolve("picture.png");
        byte[] bytes = new byte[300_000];
        new Random(5).nextBytes(bytes);
        Files.write(file, bytes);
        Path keys = dir.resolve("baliza.keys");
        boolean sealed = !epochs.equals("open");
        if (sealed) {
            KeyFile.write(keys, List.of(new KeyEntry("lab-1", 1, epochs.equals("device"), new byte[16])));
            settings.add("keys.file=" + keys);
        }
        try (RunningServer server = new RunningServer(settings.toArray(String[]::new));
                Relay relay = new Relay(server.devices(), 0.05)) {
            List<String> arguments = new ArrayList<>(List.of(
                    "talk_run.py",
                    transport.equals("udp") ? relay.address() : server.devices(),
                    transport,
                    "lab-1",
                    file.toString()));
            if (sealed) {
                arguments.addAll(
                        List.of(keys.toString(), dir.resolve("lab-1.epoch").toString()));
            }
            Process process = python.start(arguments.toArray(String[]::new));
            try (BufferedReader out = process.inputReader()) {
                String ready = String.valueOf(out.readLine());
                assertThat(ready).matches("ready [0-9a-f]{64}");
                String sha256 = ready.substring(6);
                talk(server, sha256);
                List<String> lines = out.lines().toList();
                assertThat(process.waitFor()).as(lines.toString()).isZero();
                heard(lines, sha256);
            } finally {
                process.destroyForcibly();
            }
            assertThat(dir.resolve("store/files").resolve(readyName(dir)).toFile())
                    .hasBinaryContent(bytes);
            counted(server);
        }
    }

    private static String readyName(Path dir) throws Exception {
        try (var files = Files.list(dir.resolve("store/files"))) {
            return files.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.matches("[0-9a-f]{64}"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void talk(RunningServer server, String sha256) throws Exception {
        DownlinkView done = command(server, "lab-1", "set-interval", millis(SensorType.U32, new Value.Whole(250)));
        assertThat(done.state()).isEqualTo(DownlinkState.DONE);
        assertThat(done.output()).isEqualTo("every 250 ms");
        DownlinkView refused = command(server, "lab-1", "set-interval", millis(SensorType.F64, new Value.Real(9)));
        assertThat(refused.state()).isEqualTo(DownlinkState.REFUSED);
        assertThat(refused.output()).isEqualTo("millis must be int, not float");
        assertThat(command(server, "lab-1", "fly").state()).isEqualTo(DownlinkState.REFUSED);
        DownlinkView failed = command(server, "lab-1", "fail");
        assertThat(failed.exitStatus()).isEqualTo(1);
        assertThat(failed.output()).isEqualTo("no sensor");
        PushResult pushed =
                server.server.files().push(Names.deviceId("lab-1"), sha256).get(60, TimeUnit.SECONDS);
        assertThat(pushed).isEqualTo(new PushResult(true, "ok"));
        for (int i = 0; i < TEXTS; i++) {
            say(server, "lab-1", "text " + i);
        }
        Awaitility.await("its clock is known, though PINGs get lost")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> server.server
                                .books()
                                .device("lab-1")
                                .get()
                                .orElseThrow()
                                .clock()
                        != null);
        say(server, "lab-1", "bye");
    }

    private static void heard(List<String> lines, String sha256) {
        List<String> expected = new ArrayList<>(List.of("command 250", "file " + sha256 + " 300000"));
        for (int i = 0; i < TEXTS; i++) {
            expected.add("text ada text " + i);
        }
        expected.add("text ada bye");
        expected.add("closed True 0 0");
        assertThat(lines).isEqualTo(expected);
    }

    private static void counted(RunningServer server) throws Exception {
        TalkView talk = server.server.downlink().history("lab-1").get().orElseThrow();
        assertThat(talk.heardCount()).isEqualTo(25);
        assertThat(talk.results()).isEqualTo(4);
        var ledger = new ObjectMapper().readTree(server.get("/api/v1/ledger"));
        assertThat(ledger.path("imbalance").asLong(-1)).isZero();
        var device = new ObjectMapper().readTree(server.get("/api/v1/devices/lab-1"));
        assertThat(device.path("readings").asLong()).isEqualTo(20);
        assertThat(device.path("clock").path("offsetSeconds").asDouble(99)).isBetween(-1.0, 1.0);
        assertThat(device.path("ledger").path("accepted").asLong()).isEqualTo(20 + 25 + 4);
    }

    /** The Python lines of README.md, "Talk with devices", until its loop has begun. */
    @Test
    void theExampleOfTheReadmeWorks() throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        String section = readme.substring(readme.indexOf("\n## Talk with devices"));
        Matcher example = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL).matcher(section);
        assertThat(example.find()).isTrue();
        try (RunningServer server = new RunningServer()) {
            String port = server.devices().replaceFirst(".*:", "");
            String code = example.group(1).replace("\"127.0.0.1\"", "\"127.0.0.1\", " + port);
            Process process = python.start("-c", code);
            try {
                Awaitility.await()
                        .atMost(20, TimeUnit.SECONDS)
                        .until(() -> server.get("/api/v1/devices/lab-1/events").contains("door open"));
                DownlinkView done =
                        command(server, "lab-1", "set-interval", millis(SensorType.U32, new Value.Whole(50)));
                assertThat(done.output()).isEqualTo("every 50 ms");
                assertThat(process.isAlive()).isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
