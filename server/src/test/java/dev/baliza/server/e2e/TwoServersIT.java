package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two servers that somebody makes believe that the other is a device fall silent. */
class TwoServersIT {
    private static final Path VECTORS = Path.of("..", "protocol", "src", "test", "resources", "vectors");

    @Test
    void serversDoNotTalkToEachOther() throws Exception { // SPEC §2.7
        List<byte[]> datagrams = vectors();
        assertThat(datagrams).hasSizeGreaterThan(100);
        try (RunningServer one = new RunningServer();
                RunningServer two = new RunningServer()) {
            sendInTheNameOf(two, one, datagrams);
            sendInTheNameOf(one, two, datagrams);
            long last = -1;
            long now = read(one) + read(two);
            for (int tries = 0; tries < 50 && now != last; tries++) {
                Thread.sleep(300);
                last = now;
                now = read(one) + read(two);
            }
            System.out.printf(
                    "two servers: %,d datagrams sent, %,d read by both, then silence%n", 2 * datagrams.size(), now);
            assertThat(now).as("it ends").isEqualTo(last);
            // what was sent, one answer for each at most, and an acknowledgement later
            assertThat(now).isBetween(datagrams.size() * 2L, datagrams.size() * 5L);
            for (RunningServer server : List.of(one, two)) {
                assertThat(ledger(server).path("imbalance").asLong(-1)).isZero();
                assertThat(fromServer(server))
                        .as("answers arrived and were dropped")
                        .isPositive();
            }
        }
    }

    private static List<byte[]> vectors() throws IOException {
        List<byte[]> datagrams = new ArrayList<>();
        try (Stream<Path> files = Files.walk(VECTORS)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".hex")).sorted().toList()) {
                StringBuilder digits = new StringBuilder();
                for (String line : Files.readAllLines(file)) {
                    digits.append(line.replaceFirst("#.*", "").replaceAll("\\s", ""));
                }
                datagrams.add(HexFormat.of().parseHex(digits));
            }
        }
        return datagrams;
    }

    /** From the port of {@code as}, which shares it for that moment. */
    private static void sendInTheNameOf(RunningServer as, RunningServer to, List<byte[]> datagrams) throws Exception {
        for (byte[] bytes : datagrams) {
            try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                channel.bind(as.server.udpAddress());
                channel.send(ByteBuffer.wrap(bytes), to.server.udpAddress());
            }
        }
    }

    private static JsonNode ledger(RunningServer server) throws Exception {
        return new ObjectMapper().readTree(server.get("/api/v1/ledger"));
    }

    private static long fromServer(RunningServer server) throws Exception {
        return ledger(server).path("faults").path("udp").path("from_server").asLong();
    }

    private static long read(RunningServer server) throws Exception {
        long sum = 0;
        for (JsonNode outcome : ledger(server).path("datagrams")) {
            sum += outcome.asLong();
        }
        return sum;
    }
}
