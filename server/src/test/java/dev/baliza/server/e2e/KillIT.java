package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that is killed again and again under load: nothing acknowledged is lost, nothing counts twice, no durable counter ever
 * falls. {@code -Dbaliza.kills=1000} for the long programme, half of them each over UDP and TCP.
 */
class KillIT {
    private static final int KILLS = Integer.getInteger("baliza.kills", 14);
    private static final int KILLS_IN_A_RUN = 20;
    private static final int SHORTEST_MILLIS = 50;
    private static final int LONGEST_MILLIS = 2_000;
    private static final int USUAL_GAP = 12;
    private static final long SETTLE_MILLIS = 120_000;

    @TempDir
    private Path dir;

    private final Random random = new Random(Long.getLong("baliza.seed", System.nanoTime()));

    private SimProcess sim(LastingServer server, String transport) throws Exception {
        return SimProcess.against(
                server,
                dir,
                "--devices=200",
                "--interval=100ms",
                "--batch=3",
                "--delivery=reliable",
                "--faults=loss=0.01",
                "--transport=" + transport,
                "--seed=" + random.nextInt());
    }

    /**
     * Waits until no device has a gap that is older than a few frames. A frame that was lost again and again waits for a timer that has
     * backed off, for longer perhaps than the simulator waits at its end.
     */
    private static void settle(LastingServer server) throws Exception {
        long end = System.currentTimeMillis() + SETTLE_MILLIS;
        long widest = Long.MAX_VALUE;
        while (widest > USUAL_GAP) {
            assertThat(System.currentTimeMillis())
                    .as("a gap of %d frames", widest)
                    .isLessThan(end);
            Thread.sleep(200);
            widest = 0;
            for (JsonNode device :
                    server.json("/api/v1/devices?detail=full&limit=1000").path("devices")) {
                for (JsonNode epoch : device.path("epochs")) {
                    long gap = epoch.path("next").asLong() - epoch.path("cum").asLong();
                    widest = Math.max(widest, gap);
                }
            }
        }
    }

    /** What the server has of the first device that differs. */
    private static String named(LastingServer server, SimRun run) throws Exception {
        return run.differences().isEmpty()
                ? ""
                : server.text("/api/v1/devices/" + run.differences().get(0).split("[ :]", 2)[0]);
    }

    private static void assertBalanced(LastingServer server, SimProcess sim) throws Exception {
        SimRun run = sim.finish();
        assertThat(run.differences())
                .as("%s%n%s", run.summary(), named(server, run))
                .isEmpty();
        assertThat(run.text("verdict")).isEqualTo("balanced");
        assertThat(server.ledger().path("imbalance").asLong(-1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    @Timeout(20_000)
    void killsUnderLoadLoseNothingAndTakeNothingBack(String transport) throws Exception {
        int kills = Math.max(1, KILLS / 2);
        try (LastingServer server = new LastingServer(dir.resolve("data"))) {
            CounterWatch watch = new CounterWatch(server);
            try (watch) {
                for (int done = 0; done < kills; ) {
                    try (SimProcess sim = sim(server, transport)) {
                        int until = Math.min(kills, done + KILLS_IN_A_RUN);
                        for (; done < until; done++) {
                            Thread.sleep(SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS));
                            server.kill();
                            server.start();
                        }
                        settle(server);
                        assertBalanced(server, sim);
                    }
                    assertThat(watch.falls()).isEmpty();
                    System.out.printf("%s: %d kills, balanced, %d scrapes%n", transport, done, watch.scrapes());
                }
            }
            assertThat(watch.falls()).isEmpty();
            assertThat(watch.scrapes()).isGreaterThan(kills);
            assertThat(watch.counters()).isGreaterThan(5);
            assertThat(server.gauge("prev_shutdown_unclean")).isEqualTo(1);
        }
    }

    @Test
    void aDrainAndAStopUnderLoadLoseNothing() throws Exception {
        try (LastingServer server = new LastingServer(dir.resolve("data"));
                CounterWatch watch = new CounterWatch(server);
                SimProcess sim = sim(server, "mixed")) {
            Thread.sleep(1_000);
            assertThat(server.process().terminate()).isZero();
            server.start();
            assertThat(server.gauge("prev_shutdown_unclean")).isZero();
            long process = server.process().process.pid();
            Thread.sleep(500);
            server.process().signal("STOP");
            Thread.sleep(2_000);
            server.process().signal("CONT");
            Thread.sleep(500);
            assertBalanced(server, sim);
            assertThat(server.process().process.isAlive()).isTrue();
            assertThat(server.process().process.pid()).isEqualTo(process);
            assertThat(watch.falls()).isEmpty();
        }
    }
}
