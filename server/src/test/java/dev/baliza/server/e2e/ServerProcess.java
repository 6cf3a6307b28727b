package dev.baliza.server.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, with free ports; its class path may begin with planted classes. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("ready in .*: (?:tcp ([^,]+), udp|tcp\\+udp) (\\S+) .*http://([^/]+)/");

    final Process process;
    final String tcp;
    final String udp;
    final String http;

    /** What it said after it was ready; grows. */
    final List<String> log;

    private ServerProcess(Process process, Matcher ready, List<String> log) {
        this.process = process;
        this.log = log;
        udp = ready.group(2);
        tcp = ready.group(1) == null ? udp : ready.group(1);
        http = ready.group(3);
    }

    /** How a server that does not start ends. */
    record Ended(int status, String said) {}

    /**
     * Starts.
     *
     * @param planted directories for the front of the class path
     * @param settings {@code key=value}, or options such as {@code --config=…}
     */
    static ServerProcess start(List<Path> planted, String... settings) throws IOException {
        return started(command(planted, settings), settings);
    }

    /** Starts under a program such as strace, which is the process then. */
    static ServerProcess startUnder(List<String> program, String... settings) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(command(List.of(), settings));
        return started(command, settings);
    }

    /** Runs one that is expected to end by itself. */
    static Ended ended(String... settings) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(List.of(), settings))
                .redirectErrorStream(true)
                .start();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the server has started, or hangs");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.exitValue(), said);
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> command(List<Path> planted, String... settings) {
        String classPath = System.getProperty("java.class.path");
        for (Path first : planted) {
            classPath = first + java.io.File.pathSeparator + classPath;
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                classPath,
                ServerProcess.class.getName()));
        command.addAll(Arrays.asList(settings));
        return command;
    }

    private static ServerProcess started(List<String> command, String... settings) throws IOException {
        boolean chosen = Arrays.stream(settings).anyMatch(setting -> setting.startsWith("store."));
        Path directory = chosen ? null : Files.createTempDirectory("baliza-store");
        List<String> whole = new ArrayList<>(command);
        if (directory != null) {
            whole.add("store.dir=" + directory);
        }
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        if (directory != null) {
            process.onExit().thenRun(() -> TempStore.delete(directory));
        }
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                List<String> log = new CopyOnWriteArrayList<>();
                new Thread(() -> drain(out, log), "drain-output").start();
                return new ServerProcess(process, ready, log);
            }
        }
        throw new IOException("the server ended before it was ready:\n" + said);
    }

    private static void drain(BufferedReader out, List<String> log) {
        try {
            out.lines().forEach(log::add);
        } catch (UncheckedIOException e) {
            log.add("closed with the process");
        }
    }

    /** Runs {@code baliza server} on free ports; what the test process starts. */
    public static void main(String[] args) {
        List<String> arguments = new ArrayList<>(List.of("--set", "log.format=text"));
        for (String port : List.of("tcp.port", "udp.port", "http.port")) {
            arguments.addAll(List.of("--set", port + "=0"));
        }
        for (String setting : args) {
            arguments.addAll(setting.startsWith("--") ? List.of(setting) : List.of("--set", setting));
        }
        int status = new picocli.CommandLine(new dev.baliza.server.ServerCommand())
                .execute(arguments.toArray(String[]::new));
        System.exit(status);
    }

    /** SIGHUP. */
    void hangUp() throws IOException, InterruptedException {
        signal("HUP");
    }

    /** Sends a signal by its name: STOP, CONT. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill ended with " + kill.exitValue());
        }
    }

    /** SIGTERM; returns the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server does not stop");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
