package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of server/docs/TALK.md print what the page says. */
@Timeout(240)
class TalkPageIT {
    private static final Path PAGE = Path.of("../server/docs/TALK.md");
    private static final Pattern BLOCK = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
    private static final String STATUS = "[exit status ";
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    @TempDir
    Path dir;

    private String devices = "";
    private String http = "";
    private final List<Process> background = new ArrayList<>();

    /** A command and what it prints. */
    private record Step(String command, List<String> output) {}

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** {@code ./baliza} as on the page, but on ports of its own. */
    @BeforeEach
    void wrap() throws Exception {
        int port = free();
        devices = "127.0.0.1:" + port;
        int web = free();
        http = "127.0.0.1:" + web;
        String script =
                """
                #!/bin/sh
                export XDG_CONFIG_HOME=%1$s/config BALIZA_JAVA_OPTS=-XX:TieredStopAtLevel=1
                case "$1 $*" in
                  *--server*) ;;
                  server*) set -- "$@" --set tcp.port=%3$d --set udp.port=%3$d --set http.port=%4$d ;;
                  sim*) set -- "$@" --server 127.0.0.1:%3$d --http 127.0.0.1:%4$d ;;
                  ctl*) [ -e %1$s/config/baliza/default.yaml ] || set -- "$@" --server 127.0.0.1:%3$d ;;
                  ping*|send*|calc*) set -- "$@" --server 127.0.0.1:%3$d ;;
                esac
                exec %2$s "$@"
                """.formatted(dir, Tarball.unpackInto(dir.resolve("unpacked")).launcher(), port, web);
        Path launcher = Files.writeString(dir.resolve("baliza"), script);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : background) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static List<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        for (MatchResult block : BLOCK.matcher(Files.readString(PAGE)).results().toList()) {
            for (String line : block.group(1).lines().toList()) {
                if (line.startsWith("$ ")) {
                    steps.add(new Step(line.substring(2), new ArrayList<>()));
                } else {
                    steps.get(steps.size() - 1).output().add(line);
                }
            }
        }
        return steps;
    }

    @Test
    void everyCommandOfThePagePrintsWhatItSays() throws Exception {
        List<Step> steps = steps();
        assertThat(steps).hasSizeGreaterThan(20);
        for (Step step : steps) {
            String command = step.command().replace("127.0.0.1:7367", devices).replace("127.0.0.1:7368", http);
            if (command.endsWith(" &")) {
                inBackground(command.substring(0, command.length() - 2));
            } else {
                run(command, step);
            }
        }
    }

    /** A second server takes the place of the first. */
    private void inBackground(String command) throws Exception {
        boolean server = command.startsWith("./baliza server");
        if (server) {
            end();
            background.clear();
        }
        Path log = dir.resolve("background-" + background.size() + ".log");
        background.add(new ProcessBuilder("sh", "-c", "exec " + command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
        String sign = server ? "ready in" : "";
        for (long end = System.nanoTime() + 3 * PATIENCE_NANOS;
                !Files.readString(log).contains(sign) && System.nanoTime() < end; ) {
            Thread.sleep(50);
        }
        assertThat(Files.readString(log)).contains(sign);
    }

    /** Again for a while if the output differs: devices need a moment to come, and to say something. */
    private void run(String command, Step step) throws Exception {
        int status = step.output().stream()
                .filter(line -> line.startsWith(STATUS))
                .mapToInt(line -> Integer.parseInt(line.substring(STATUS.length(), line.length() - 1)))
                .findFirst()
                .orElse(0);
        String expected = step.output().stream()
                .filter(line -> !line.startsWith(STATUS))
                .map(line ->
                        Arrays.stream(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")))
                .collect(Collectors.joining("\n"));
        Pattern pattern = Pattern.compile(expected + "\\s*", Pattern.DOTALL);
        long end = System.nanoTime() + PATIENCE_NANOS;
        Run run;
        String said;
        do {
            run = Run.of(List.of("sh", "-c", "cd '" + dir + "' && " + command), Map.of());
            said = run.out() + run.err();
        } while ((run.status() != status || !pattern.matcher(said).matches()) && System.nanoTime() < end);
        assertThat(said).as(command).matches(pattern);
        assertThat(run.status()).as(command + "\n" + said).isEqualTo(status);
    }
}
