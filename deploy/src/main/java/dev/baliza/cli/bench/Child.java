package dev.baliza.cli.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that is measured: its time on processors and its memory. Thread: one. */
final class Child implements AutoCloseable {
    private static final int LAST_LINES = 15;

    private final Process process;
    private final BufferedReader out;
    /** A signal that ends the benchmark ends its processes. */
    private final Thread hook;

    private Child(Process process) {
        this.process = process;
        hook = new Thread(process::destroyForcibly, "baliza-bench-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** What it says on either stream is read with {@link #line}. */
    static Child start(List<String> command) throws IOException {
        return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** The next line that has the text. */
    String line(String having) throws IOException {
        ArrayDeque<String> last = new ArrayDeque<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains(having)) {
                return line;
            }
            last.add(line);
            if (last.size() > LAST_LINES) {
                last.remove();
            }
        }
        throw new IOException("a process of the benchmark ended early:\n" + String.join("\n", last));
    }

    /** Reads on and forgets what comes, so that the process does not wait for a reader. */
    void ignoreRest() {
        Thread reader = new Thread(this::readOn, "baliza-bench-log");
        reader.setDaemon(true);
        reader.start();
    }

    private void readOn() {
        try {
            out.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            process.destroy(); // nobody could tell what it says any more
        }
    }

    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** User and system time so far. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    long pid() {
        return process.pid();
    }

    /** Resident memory now. */
    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
            }
        }
        return 0;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the hook is at work
        }
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
