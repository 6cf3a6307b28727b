package dev.baliza.server.e2e;

import dev.baliza.server.BalizaServer;
import dev.baliza.server.config.ConfigException;
import dev.baliza.server.config.ConfigLoader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server in this process on one free port for TCP and UDP. */
final class RunningServer implements AutoCloseable {
    final BalizaServer server;
    private @Nullable Path directory;
    private final HttpClient client = HttpClient.newHttpClient();

    RunningServer(String... settings) throws IOException, InterruptedException, ConfigException {
        int port = freePort();
        List<String> all = new ArrayList<>(List.of("tcp.port=" + port, "udp.port=" + port, "http.port=0"));
        all.addAll(Arrays.asList(settings));
        if (Arrays.stream(settings).noneMatch(setting -> setting.startsWith("store."))) {
            directory = Files.createTempDirectory("baliza-store");
            all.add("store.dir=" + directory);
        }
        server = BalizaServer.start(ConfigLoader.load(null, Map.of(), all));
    }

    private static int freePort() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    String devices() {
        return text(server.tcpAddress());
    }

    String http() {
        return text(server.httpAddress());
    }

    String get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + http() + path)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public void close() {
        server.close();
        if (directory != null) {
            TempStore.delete(directory);
        }
    }
}
