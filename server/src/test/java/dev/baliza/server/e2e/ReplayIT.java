package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.KeyEntry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an eavesdropper recorded of sealed devices is worth nothing: sent again at once, after the devices booted, under the
 * name of another device, after the server was started anew, and after it was killed. {@code -Dbaliza.replays=100000} for the long programme.
 */
class ReplayIT {
    private static final int DEVICES = 16;
    /** What the socket's buffer takes at once. */
    private static final int BURST = 400;

    private static final int REPLAYS = Integer.getInteger("baliza.replays", 3_000);

    @TempDir
    Path dir;

    @Test
    @Timeout(900)
    void recordedDatagramsCountNothing() throws Exception { // SPEC §10.2.5
        List<KeyEntry> entries = FleetKeys.of("sim-", DEVICES, 1);
        Path keys = FleetKeys.write(dir, entries);
        try (LastingServer server = new LastingServer(dir.resolve("data"), "keys.file=" + keys);
                Relay relay = new Relay(server.devices())) {
            while (relay.recorded().size() < REPLAYS) {
                balanced(server, relay.address(), keys);
            }
            List<byte[]> recorded = relay.recorded();
            List<String> table = new ArrayList<>();
            table.add(replay("now", server, relay, recorded, bytes -> bytes));
            balanced(server, server.devices(), keys);
            table.add(replay("after a new epoch", server, relay, recorded, bytes -> bytes));
            table.add(replay("to another device", server, relay, recorded, bytes -> other(bytes, entries)));
            JsonNode ledger = ledger(server);
            assertThat(ledger.path("imbalance").asLong(-1)).isZero();
            assertThat(ledger.path("faults").path("udp").path("replayed").asLong())
                    .isPositive();
            assertThat(ledger.path("faults").path("udp").path("bad_tag").asLong())
                    .isGreaterThanOrEqualTo(recorded.size());
            String before = durable(server);
            assertThat(server.process().terminate()).isZero();
            server.start();
            table.add(replay("after a restart", server, relay, recorded, bytes -> bytes));
            server.kill();
            server.start();
            table.add(replay("after SIGKILL", server, relay, recorded, bytes -> bytes));
            assertThat(durable(server)).isEqualTo(before);
            balanced(server, server.devices(), keys);
            table.forEach(System.out::println);
        }
    }

    private void balanced(LastingServer server, String devices, Path keys) throws Exception {
        SimRun run = SimRun.against(
                devices,
                server.http(),
                dir,
                "--devices=" + DEVICES,
                "--interval=5ms",
                "--duration=" + (REPLAYS > 10_000 ? "15s" : "2s"),
                "--batch=2",
                "--transport=udp",
                "--keys=" + keys);
        assertThat(run.differences()).isEmpty();
        assertThat(run.text("verdict")).isEqualTo("balanced");
    }

    /** The first device's datagrams in the name of the second, and so on. */
    private static byte[] other(byte[] bytes, List<KeyEntry> entries) {
        ByteBuffer changed = ByteBuffer.wrap(bytes.clone());
        long from = changed.getLong(Frame.DEVICE_OFFSET);
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).id() == from) {
                long to = entries.get((i + 1) % entries.size()).id();
                changed.putLong(Frame.DEVICE_OFFSET, to);
            }
        }
        return changed.array();
    }

    private static String replay(
            String how, LastingServer server, Relay relay, List<byte[]> recorded, UnaryOperator<byte[]> change)
            throws Exception {
        String before = counted(server);
        long read = datagrams(server);
        for (int sent = 0; sent < recorded.size(); sent += BURST) {
            List<byte[]> burst = recorded.subList(sent, Math.min(sent + BURST, recorded.size()));
            relay.replay(burst.stream().map(change).toList());
            long all = read + sent + burst.size();
            for (int tries = 0; tries < 20 && datagrams(server) < all; tries++) {
                Thread.sleep(5);
            }
        }
        long arrived = datagrams(server) - read;
        String after = counted(server);
        assertThat(after).as(how).isEqualTo(before);
        assertThat(arrived).as("replays that arrived").isGreaterThan(recorded.size() * 9L / 10);
        return "replayed %s: %,d datagrams arrived, 0 counted".formatted(how, arrived);
    }

    /** Everything that a replay must not change: readings, and each ledger's settled frames. */
    private static String counted(LastingServer server) throws Exception {
        JsonNode ledger = ledger(server);
        JsonNode frames = ledger.path("frames").path("udp");
        return ledger.path("readings") + " accepted " + frames.path("accepted") + " rejected " + frames.path("rejected")
                + " unaccounted " + frames.path("unaccounted");
    }

    /** What outlives a process: the ledger's sums, and the epochs that the devices are in. */
    private static String durable(LastingServer server) throws Exception {
        StringBuilder all = new StringBuilder(ledger(server).path("ledger").toString());
        for (JsonNode one :
                server.json("/api/v1/devices?detail=full&limit=1000").path("devices")) {
            all.append(one.path("id")).append(one.path("ledger")).append(one.path("readings"));
            one.path("epochs").forEach(epoch -> all.append(epoch.path("epoch")));
        }
        return all.toString();
    }

    private static long datagrams(LastingServer server) throws Exception {
        long sum = 0;
        for (JsonNode outcome : ledger(server).path("datagrams")) {
            sum += outcome.asLong();
        }
        return sum;
    }

    private static JsonNode ledger(LastingServer server) throws Exception {
        return new ObjectMapper().readTree(server.text("/api/v1/ledger"));
    }
}
