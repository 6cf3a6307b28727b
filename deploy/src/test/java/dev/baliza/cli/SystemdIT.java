package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit judged by systemd, and the server as systemd would start it. */
class SystemdIT {
    private static final Pattern EXPOSURE = Pattern.compile("Overall exposure level for \\S+: (\\d+\\.\\d+)");
    /** Prints each datagram on one line, its own line feeds as blanks, and ends after STOPPING. */
    private static final String RECEIVER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            name = sys.argv[1]
            s.bind("\\0" + name[1:] if name.startswith("@") else name)
            s.settimeout(90)
            print("bound", flush=True)
            text = ""
            while not text.startswith("STOPPING=1"):
                text = s.recv(65536).decode()
                print(text.replace("\\n", " "), flush=True)
            """;

    @TempDir
    Path dir;

    private Path unit(Tarball tarball) {
        return tarball.home().resolve("conf/systemd/baliza.service");
    }

    @Test
    void theUnitIsWellLocked() throws Exception {
        Tool.need("systemd-analyze", "systemd");
        Path unit = unit(Tarball.unpackInto(dir));
        Run run = Run.of(
                List.of("systemd-analyze", "security", "--no-pager", "--offline=true", unit.toString()), Map.of());
        Matcher exposure = EXPOSURE.matcher(run.out());
        assertThat(exposure.find()).as(run.out() + run.err()).isTrue();
        assertThat(Double.parseDouble(exposure.group(1))).as(run.out()).isLessThanOrEqualTo(1.5);
    }

    @Test
    void systemdUnderstandsEveryLineOfTheUnit() throws Exception {
        Tool.need("systemd-analyze", "systemd");
        Tarball tarball = Tarball.unpackInto(dir);
        // verify looks whether the program is there; the rest stays as it is
        String text = Files.readString(unit(tarball))
                .replace("/opt/baliza/bin/baliza", tarball.launcher().toString());
        Path unit = Files.writeString(dir.resolve("baliza.service"), text);
        Run run = Run.of(
                List.of("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit.toString()), Map.of());
        assertThat((run.out() + run.err()).lines().filter(line -> line.contains("baliza.service")))
                .isEmpty();
        assertThat(run.status()).as(run.out() + run.err()).isZero();
    }

    @Test
    void tellsSystemdThatItIsReadyAliveAndStopping() throws Exception {
        Tool.need("python3", "python3");
        Tarball tarball = Tarball.unpackInto(dir);
        for (String socket : List.of(
                dir.resolve("notify").toString(),
                "@baliza-it-" + ProcessHandle.current().pid() + "-" + System.nanoTime())) {
            Path said = dir.resolve("said");
            Process receiver = new ProcessBuilder("python3", "-c", RECEIVER, socket)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            try {
                awaitLine(said, "bound");
                Map<String, String> environment = Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "300000");
                try (Daemon daemon = Daemon.start(tarball.launcher(), dir.resolve("log"), environment)) {
                    awaitLine(said, "WATCHDOG=1");
                    // what ExecReload does
                    assertThat(Run.of(List.of("kill", "-HUP", Long.toString(daemon.process.pid())), Map.of())
                                    .status())
                            .isZero();
                    awaitLine(said, "RELOADING=1 MONOTONIC_USEC=");
                    awaitLine(said, "READY=1 $");
                    assertThat(daemon.terminate()).isZero();
                }
                assertThat(receiver.waitFor(30, TimeUnit.SECONDS)).isTrue();
                List<String> lines = Files.readAllLines(said);
                lines.removeIf(line -> line.equals("WATCHDOG=1 "));
                assertThat(lines).hasSize(5);
                assertThat(lines.get(1)).startsWith("READY=1 STATUS=ready in ");
                assertThat(lines.get(2)).startsWith("RELOADING=1 ");
                assertThat(lines.get(3)).isEqualTo("READY=1 ");
                assertThat(lines.get(4)).startsWith("STOPPING=1 ");
            } finally {
                receiver.destroyForcibly();
            }
        }
    }

    /** @param pattern of the beginning of a line */
    private static void awaitLine(Path file, String pattern) throws Exception {
        Pattern wanted = Pattern.compile("(?m)^" + pattern);
        for (int i = 0; i < 1_200; i++) {
            if (wanted.matcher(Files.readString(file)).find()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no line " + pattern + " in:\n" + Files.readString(file));
    }
}
