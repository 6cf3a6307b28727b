package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.server.downlink.Receipt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands to many connected devices at once, half of them over TCP. {@code -Dbaliza.talkers=5000} makes them as many; each needs up to
 * three open files here.
 */
class TalkCrowdIT {
    private static final int TALKERS = Integer.getInteger("baliza.talkers", 500);

    @TempDir
    Path dir;

    private CompletableFuture<SimRun> sim(RunningServer server) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return SimRun.against(
                        server.devices(),
                        server.http(),
                        dir,
                        "--devices=" + TALKERS,
                        "--duration=" + (15 + TALKERS / 100) + "s",
                        "--interval=10s",
                        "--batch=1",
                        "--channels=1",
                        "--seed=31");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static long event(RunningServer server, String name) throws Exception {
        return ledger(server).path("events").path(name).asLong();
    }

    private static JsonNode ledger(RunningServer server) throws Exception {
        return new ObjectMapper().readTree(server.get("/api/v1/ledger"));
    }

    private static void awaitResults(RunningServer server, long count) {
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> event(server, "commands_done") >= count);
    }

    /** SPEC §7.8, §7.9: one command each, first to the group, then to one device after the other. */
    @Test
    void everyConnectedDeviceAnswers() throws Exception {
        try (RunningServer server = new RunningServer()) {
            CompletableFuture<SimRun> run = sim(server);
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .pollInterval(1, TimeUnit.SECONDS) // the views of all devices cost the loops something
                    .until(() -> server.server.books().devices(0, TALKERS, false).get().stream()
                                    .filter(device -> device.readings() > 0)
                                    .count()
                            >= TALKERS);

            long begin = System.nanoTime();
            List<Receipt> receipts = server.server
                    .downlink()
                    .command("sim-*", "identify", List.of(), Duration.ofMinutes(1))
                    .get();
            awaitResults(server, TALKERS);
            report("one command to a group of", begin);
            assertThat(receipts).hasSize(TALKERS).allMatch(receipt -> receipt.refusal() == null);

            begin = System.nanoTime();
            List<CompletableFuture<List<Receipt>>> single = new ArrayList<>();
            for (Receipt receipt : receipts) {
                single.add(server.server
                        .downlink()
                        .command(receipt.device(), "identify", List.of(), Duration.ofMinutes(1)));
            }
            awaitResults(server, 2L * TALKERS);
            report("a command to each of", begin);
            assertThat(single).allMatch(one -> one.join().get(0).refusal() == null);

            SimRun done = run.get(3, TimeUnit.MINUTES);
            assertThat(done.differences()).isEmpty();
            assertThat(ledger(server).path("imbalance").asLong(-1)).isZero();
            assertThat(event(server, "device_results")).isEqualTo(2L * TALKERS);
            assertThat(event(server, "downlink_expired")).isZero();
        }
    }

    private static void report(String what, long beginNanos) {
        long millis = (System.nanoTime() - beginNanos) / 1_000_000;
        System.out.printf("%s %,d devices: all results after %,d ms%n", what, TALKERS, millis);
    }
}
