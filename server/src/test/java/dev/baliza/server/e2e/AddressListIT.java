package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device whose address is denied is counted and gets nothing; the others' books balance. */
class AddressListIT {
    private static final InetSocketAddress DENIED = new InetSocketAddress("127.0.0.2", 0);
    private static final int ATTEMPTS = 5;

    @TempDir
    Path dir;

    private static void datagramsOfTheDenied(RunningServer server) throws IOException {
        byte[] bytes = {1, 2, 3};
        try (DatagramSocket socket = new DatagramSocket(DENIED)) {
            for (int i = 0; i < ATTEMPTS; i++) {
                socket.send(new DatagramPacket(bytes, bytes.length, server.server.udpAddress()));
            }
        }
    }

    private static void connectionsOfTheDenied(RunningServer server) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            try (Socket socket = new Socket()) {
                socket.bind(DENIED);
                socket.connect(server.server.tcpAddress());
                socket.setSoTimeout(5_000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset"); // the other way to be shut out
            }
        }
    }

    @Test
    void theDeniedAreCountedAndTheOthersBalance() throws Exception {
        try (RunningServer server = new RunningServer("access.allow=127.0.0.0/8", "access.deny=127.0.0.2, ::1")) {
            datagramsOfTheDenied(server);
            connectionsOfTheDenied(server);
            SimRun honest = SimRun.against(
                    server.devices(), server.http(), dir, "--devices=10", "--interval=20ms", "--duration=1s");
            assertThat(honest.differences()).isEmpty();
            assertThat(honest.text("verdict")).isEqualTo("balanced");
            await().untilAsserted(() -> assertThat(server.get("/metrics"))
                    .contains("baliza_datagrams_total{outcome=\"denied\"} " + ATTEMPTS + ".0\n")
                    .contains("baliza_datagrams_total{outcome=\"malformed\"} 0.0\n")
                    .contains("baliza_events_total{event=\"connections_denied\"} " + ATTEMPTS + ".0\n")
                    .contains("baliza_events_total{event=\"connections_refused\"} 0.0\n")
                    .contains("baliza_ledger_imbalance 0.0\n"));
        }
    }
}
