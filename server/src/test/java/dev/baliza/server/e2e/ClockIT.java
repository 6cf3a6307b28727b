package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server finds out whose clock is wrong, over TCP and UDP. */
class ClockIT {
    private static final int DEVICES = 40;

    @TempDir
    Path dir;

    private CompletableFuture<SimRun> sim(RunningServer server, String... options) {
        List<String> all =
                new ArrayList<>(List.of("--devices=" + DEVICES, "--interval=500ms", "--channels=2", "--seed=41"));
        all.addAll(List.of(options));
        return SimRun.begin(server, dir, all);
    }

    private static List<JsonNode> clocks(RunningServer server) throws Exception {
        List<JsonNode> clocks = new ArrayList<>();
        JsonNode page = new ObjectMapper().readTree(server.get("/api/v1/devices?limit=1000"));
        page.path("devices").forEach(device -> clocks.add(device.path("clock")));
        return clocks;
    }

    private static long event(RunningServer server, String name) throws Exception {
        return new ObjectMapper()
                .readTree(server.get("/api/v1/ledger"))
                .path("events")
                .path(name)
                .asLong();
    }

    private static boolean drifts(JsonNode clock, double from, double to) {
        double ppm = clock.path("driftPpm").asDouble(Double.NaN);
        return ppm >= from && ppm <= to;
    }

    /** SPEC §6.6.3, §6.6.4, §6.6.5: the simulator's skewed clocks are never set, or drift by up to 200 ppm, or are minutes ahead. */
    @Test
    void skewedClocksAreSeen() throws Exception {
        try (RunningServer server = new RunningServer("limits.pingInterval=1s")) {
            CompletableFuture<SimRun> run = sim(server, "--duration=16s", "--faults=skew=1");
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .pollInterval(500, TimeUnit.MILLISECONDS)
                    .until(() -> clocks(server).stream().anyMatch(clock -> drifts(clock, 60, 260))
                            && clocks(server).stream().anyMatch(clock -> drifts(clock, -260, -60)));
            List<JsonNode> clocks = clocks(server);
            assertThat(clocks).hasSize(DEVICES);
            assertThat(clocks).as("never set").anyMatch(JsonNode::isNull);
            assertThat(clocks)
                    .as("minutes ahead")
                    .anyMatch(clock -> clock.path("offsetSeconds").asDouble() > 60);
            assertThat(clocks).filteredOn(clock -> !clock.isNull()).allSatisfy(clock -> {
                double offset = clock.path("offsetSeconds").asDouble();
                assertThat(Math.abs(offset - Math.rint(offset)))
                        .as("whole seconds, give or take the way there: " + clock)
                        .isLessThanOrEqualTo(
                                0.02 + clock.path("roundTripSeconds").asDouble());
            });
            assertThat(server.get("/metrics"))
                    .contains("baliza_device_clock_offset_seconds{device=\"sim-")
                    .contains("baliza_device_clock_drift_ratio{device=\"sim-")
                    .contains("baliza_device_clocks_left_out 0");
            SimRun done = run.get(2, TimeUnit.MINUTES);
            assertThat(done.differences()).isEmpty();
            assertThat(done.text("verdict")).isEqualTo("balanced");
            assertThat(event(server, "pongs_unset")).isPositive();
            assertThat(event(server, "pongs_unknown")).isZero();
        }
    }

    /** SPEC §6.6.3: sealed where the device is; loss and repetition change no book. */
    @Test
    void sealedClocksAreSeenThroughFaults() throws Exception {
        Path keys = FleetKeys.write(dir, FleetKeys.of("sim-", DEVICES, 1));
        try (RunningServer server = new RunningServer("limits.pingInterval=1s", "keys.file=" + keys)) {
            CompletableFuture<SimRun> run = sim(
                    server,
                    "--duration=6s",
                    "--faults=loss=0.05,dup=0.05,reorder=0.1,delay,reboot=0.1",
                    "--keys=" + keys);
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .pollInterval(500, TimeUnit.MILLISECONDS)
                    .until(() -> clocks(server).stream()
                                    .filter(clock -> !clock.isMissingNode() && !clock.isNull())
                                    .count()
                            >= DEVICES / 2);
            SimRun done = run.get(2, TimeUnit.MINUTES);
            assertThat(done.differences()).isEmpty();
            assertThat(done.text("verdict")).isEqualTo("balanced");
        }
    }
}
