package dev.baliza.server.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server whose process ends and begins again, on the same ports and the same data directory. */
final class LastingServer implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    final Path data;
    private final HttpClient client = HttpClient.newHttpClient();
    private final int device = freePort();
    private final int http = freePort();
    private final String[] settings;
    private ServerProcess process;

    /** Starts it the first time. */
    LastingServer(Path data, String... settings) throws IOException {
        this.data = data;
        this.settings = settings;
        process = begin();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private ServerProcess begin() throws IOException {
        List<String> all = new ArrayList<>(
                List.of("store.dir=" + data, "tcp.port=" + device, "udp.port=" + device, "http.port=" + http));
        all.addAll(List.of(settings));
        return ServerProcess.start(List.of(), all.toArray(String[]::new));
    }

    /** Starts it again, once the process has ended. */
    void start() throws IOException {
        process = begin();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.process.destroyForcibly().waitFor();
    }

    /** The present process. */
    ServerProcess process() {
        return process;
    }

    String devices() {
        return "127.0.0.1:" + device;
    }

    String http() {
        return "127.0.0.1:" + http;
    }

    String text(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + http() + path))
                .timeout(TIMEOUT)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(text(path));
    }

    JsonNode ledger() throws IOException, InterruptedException {
        return json("/api/v1/ledger");
    }

    long gauge(String name) throws IOException, InterruptedException {
        return ledger().path("gauges").path(name).asLong(-1);
    }

    /** One run of the simulator, in this process. */
    SimRun sim(Path summaries, String... options) throws IOException {
        return SimRun.against(devices(), http(), summaries, options);
    }

    @Override
    public void close() {
        process.close();
    }
}
