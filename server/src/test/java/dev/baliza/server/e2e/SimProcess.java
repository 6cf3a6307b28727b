package dev.baliza.server.e2e;

import dev.baliza.sim.SimCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** {@code baliza sim} in a process of its own, which measures until it is told to end. */
final class SimProcess implements AutoCloseable {
    private static final long FINISH_SECONDS = 60;

    private final Process process;
    private final Path json;

    private SimProcess(Process process, Path json) {
        this.process = process;
        this.json = json;
    }

    /** Starts, and returns when the server has counted readings of it. */
    static SimProcess against(LastingServer server, Path dir, String... options)
            throws IOException, InterruptedException {
        Path json = Files.createTempFile(dir, "summary", ".json");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                SimProcess.class.getName(),
                "--server=" + server.devices(),
                "--http=" + server.http(),
                "--duration=1h",
                "--summary-json=" + json));
        command.addAll(List.of(options));
        Path output = Files.createTempFile(dir, "sim", ".out");
        long before = readings(server);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        SimProcess sim = new SimProcess(process, json);
        while (readings(server) == before) {
            if (!process.isAlive()) {
                throw new IOException("the simulator has ended:\n" + Files.readString(output));
            }
            Thread.sleep(20);
        }
        return sim;
    }

    private static long readings(LastingServer server) throws IOException, InterruptedException {
        long sum = 0;
        for (var count : server.ledger().path("readings")) {
            sum += count.asLong();
        }
        return sum;
    }

    /** What the process runs. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new SimCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    /** Ends the measuring; what it makes of the server's books. */
    SimRun finish() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(FINISH_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the simulator does not end");
        }
        return SimRun.read(process.exitValue(), json);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
