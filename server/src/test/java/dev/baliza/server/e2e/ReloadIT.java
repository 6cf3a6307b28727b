package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGHUP to a server in a process of its own. */
class ReloadIT {
    private static final String SUCCESSFUL = "baliza_config_last_reload_successful";
    private static final String TIMESTAMP = "baliza_config_last_reload_success_timestamp_seconds";
    private static final String DENIED = "baliza_datagrams_total{outcome=\"denied\"}";
    private static final InetSocketAddress DEVICE = new InetSocketAddress("127.0.0.2", 0);

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private Path file;
    private ServerProcess server;

    @BeforeEach
    void start() throws Exception {
        file = Files.writeString(dir.resolve("baliza.yaml"), "log: {level: info}\n");
        server = ServerProcess.start(List.of(), "--config=" + file);
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(server.terminate()).isZero();
        server.close();
    }

    private double metric(String series) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.http + "/metrics"))
                .build();
        String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        Matcher line = Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(body);
        assertThat(line.find()).as(series).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private void reload(String text, String saysWhenDone) throws Exception {
        int before = server.log.size();
        Files.writeString(file, text);
        server.hangUp();
        await().until(() -> server.log.stream().skip(before).anyMatch(line -> line.contains(saysWhenDone)));
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private void sendDatagram() throws IOException {
        byte[] bytes = {1, 2, 3};
        try (DatagramSocket socket = new DatagramSocket(DEVICE)) {
            socket.send(new DatagramPacket(bytes, bytes.length, address(server.udp)));
        }
    }

    private static boolean isShut(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void addressListsAndLogLevelChangeAndKeysThatNeedARestartAreNamed() throws Exception {
        double startedAt = metric(TIMESTAMP);
        assertThat(startedAt).isGreaterThan(1_700_000_000);
        assertThat(metric(SUCCESSFUL)).isEqualTo(1);
        try (Socket connection = new Socket()) {
            connection.bind(DEVICE);
            connection.connect(address(server.tcp));
            await().until(() -> metric("baliza_tcp_connections") == 1);
            reload(
                    "log: {level: debug}\nlimits: {maxDevices: 7}\naccess:\n  deny: [127.0.0.2]\n",
                    "configuration reloaded");
            assertThat(isShut(connection)).isTrue();
        }
        assertThat(metric("baliza_events_total{event=\"connections_denied\"}")).isEqualTo(1);
        assertThat(metric(TIMESTAMP)).isGreaterThan(startedAt);
        assertThat(server.log)
                .anySatisfy(line -> assertThat(line)
                        .contains("WARN")
                        .contains("limits.maxDevices needs a restart to change from '100000' to '7' (" + file
                                + ":2:10)"));
        assertThat(server.log)
                .anySatisfy(line -> assertThat(line).contains("log.level changes from 'info' to 'debug'"));
        sendDatagram();
        await().until(() -> metric(DENIED) == 1);

        reload("log: {level: debug}\n", "configuration reloaded");
        sendDatagram();
        await().until(() -> metric("baliza_datagrams_total{outcome=\"malformed\"}") == 1);
        assertThat(server.log)
                .anySatisfy(line -> assertThat(line).contains("DEBUG").contains("datagram from"));
        assertThat(metric(DENIED)).isEqualTo(1);
    }

    @Test
    void aBadFileChangesNothingAndSaysAllThatIsWrong() throws Exception {
        reload("access: {deny: [127.0.0.2]}\n", "configuration reloaded");
        double loadedAt = metric(TIMESTAMP);
        reload("access:\n  deny: []\n  alow: []\nlog:\n  level: loud\n", "the old one stays in force");
        assertThat(server.log)
                .anySatisfy(line -> assertThat(line)
                        .contains("ERROR")
                        .contains(file + ":3:3: unknown key 'access.alow'; did you mean 'access.allow'?"))
                .anySatisfy(line -> assertThat(line).contains("ERROR").contains(file + ":5:3: log.level is 'loud'"))
                .noneSatisfy(line -> assertThat(line).contains("Exception"));
        assertThat(metric(SUCCESSFUL)).isZero();
        assertThat(metric(TIMESTAMP)).isEqualTo(loadedAt);
        sendDatagram();
        await().until(() -> metric(DENIED) == 1);

        reload("access: {deny: [127.0.0.3]}\n", "configuration reloaded");
        assertThat(metric(SUCCESSFUL)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void reloadsDoNotDisturbDevices(String transport) throws Exception {
        Thread hangUps = new Thread(() -> {
            try {
                for (int i = 0; i < 10; i++) {
                    Files.writeString(file, "access: {deny: [10.0.0." + i + "]}\n");
                    server.hangUp();
                    Thread.sleep(100);
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        hangUps.start();
        SimRun run = SimRun.against(
                transport.equals("tcp") ? server.tcp : server.udp,
                server.http,
                dir,
                "--transport=" + transport,
                "--devices=10",
                "--interval=20ms",
                "--duration=2s");
        hangUps.join();
        assertThat(run.differences()).isEmpty();
        assertThat(run.text("verdict")).isEqualTo("balanced");
        assertThat(server.log).anySatisfy(line -> assertThat(line).contains("access.deny changes"));
    }
}
