package dev.baliza.server.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.sim.SimCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/** One run of {@code baliza sim} in this process, and the summary it wrote. */
record SimRun(int exitCode, JsonNode summary) {
    static SimRun against(String server, String http, Path dir, String... options) throws IOException {
        Path json = Files.createTempFile(dir, "summary", ".json");
        List<String> arguments =
                new ArrayList<>(List.of("--server=" + server, "--http=" + http, "--summary-json=" + json));
        arguments.addAll(Arrays.asList(options));
        int exitCode = new CommandLine(new SimCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments.toArray(String[]::new));
        return read(exitCode, json);
    }

    /** @param json what the run wrote; nothing when it came to no verdict */
    static SimRun read(int exitCode, Path json) throws IOException {
        if (Files.size(json) == 0) {
            throw new IOException("the simulator ended with " + exitCode + " and no verdict");
        }
        return new SimRun(exitCode, new ObjectMapper().readTree(json.toFile()));
    }

    /** The same, in another thread. */
    static CompletableFuture<SimRun> begin(RunningServer server, Path dir, List<String> options) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return against(server.devices(), server.http(), dir, options.toArray(String[]::new));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    String text(String field) {
        return summary.path(field).asText();
    }

    long number(String field) {
        return summary.path(field).asLong();
    }

    List<String> differences() {
        List<String> texts = new ArrayList<>();
        summary.path("differences").forEach(node -> texts.add(node.asText()));
        return texts;
    }
}
