package dev.baliza.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code baliza server} of a tarball in a process of its own, on free ports, ready. */
final class Daemon implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("ready in .*: (?:tcp ([^,]+), udp|tcp\\+udp) (\\S+) .*http://([^/]+)/");
    private static final long READY_MILLIS = 60_000;

    final Process process;
    final String tcp;
    final String udp;
    final String http;

    private Daemon(Process process, Matcher ready) {
        this.process = process;
        udp = ready.group(2);
        tcp = ready.group(1) == null ? udp : ready.group(1);
        http = ready.group(3);
    }

    /** @param log where stderr goes */
    static Daemon start(Path launcher, Path log, Map<String, String> environment, String... settings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "server"));
        List<String> all = new ArrayList<>(List.of("log.format=text", "tcp.port=0", "udp.port=0", "http.port=0"));
        all.addAll(Arrays.asList(settings));
        all.forEach(setting -> command.addAll(List.of("--set", setting)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(log.toFile());
        builder.environment().put("BALIZA_STORE_DIR", log.resolveSibling("data").toString());
        Run.apply(environment, builder);
        Process process = builder.start();
        long end = System.nanoTime() + READY_MILLIS * 1_000_000;
        while (System.nanoTime() < end) {
            Matcher ready = READY.matcher(Files.readString(log));
            if (ready.find()) {
                return new Daemon(process, ready);
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        process.destroyForcibly();
        throw new IOException("the server did not get ready:\n" + Files.readString(log));
    }

    /** SIGTERM; returns the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server does not stop");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
