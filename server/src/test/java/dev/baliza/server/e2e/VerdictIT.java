package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's books equal what the simulator sent, whatever happens on the way. */
class VerdictIT {
    private static final String FAULTS = "--faults=loss=0.1,dup=0.05,reorder=0.05,reorder-span=200";

    @TempDir
    Path dir;

    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer();
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(server.get("/api/v1/ledger")).contains("\"imbalance\":0");
        server.close();
    }

    private SimRun sim(String... options) throws Exception {
        return SimRun.against(server.devices(), server.http(), dir, options);
    }

    private static void balanced(SimRun run) {
        assertThat(run.differences()).isEmpty();
        assertThat(run.text("verdict")).isEqualTo("balanced");
        assertThat(run.exitCode()).isZero();
        assertThat(run.number("framesOutstanding")).isZero();
        assertThat(run.number("framesIssued")).isPositive();
    }

    @Test
    void bothTransportsWithoutFaults() throws Exception {
        SimRun run = sim("--devices=40", "--interval=20ms", "--duration=3s", "--batch=10", "--seed=1");
        balanced(run);
        assertThat(run.number("framesLost")).isZero();
        assertThat(run.number("readingsCounted")).isEqualTo(run.number("readingsIssued"));
    }

    @Test
    void reliableDeliveryLosesNothingAndCountsNothingTwice() throws Exception {
        SimRun run = sim("--devices=40", "--interval=20ms", "--duration=3s", "--batch=5", "--seed=2", FAULTS);
        balanced(run);
        assertThat(run.number("framesLost")).isZero();
        assertThat(run.number("framesDuplicate")).isPositive();
        assertThat(run.number("readingsCounted")).isEqualTo(run.number("readingsIssued"));
        assertThat(run.number("transmissions")).isGreaterThan(run.number("framesIssued"));
    }

    @Test
    void bestEffortCountsEveryLossToTheFrame() throws Exception {
        SimRun run = sim(
                "--devices=40",
                "--interval=20ms",
                "--duration=3s",
                "--batch=5",
                "--seed=3",
                "--delivery=best-effort",
                FAULTS);
        balanced(run);
        assertThat(run.number("framesLost")).isPositive();
        assertThat(run.number("framesAccepted") + run.number("framesLost")).isEqualTo(run.number("framesIssued"));
    }

    @Test
    void aSecondRunOfTheSameDevicesIsANewEpochNotAllDuplicates() throws Exception {
        for (int run = 0; run < 2; run++) {
            balanced(sim("--devices=20", "--interval=20ms", "--duration=2s", "--batch=5", "--seed=4"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everySeedBalances(int seed) throws Exception {
        balanced(sim(
                "--devices=15",
                "--interval=5ms",
                "--duration=1s",
                "--batch=4",
                "--seed=" + seed,
                "--delivery=" + (seed % 2 == 0 ? "reliable" : "best-effort"),
                FAULTS));
    }
}
