package dev.baliza.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The laws of the ledger hold for every seed. For long runs: {@code -Dbaliza.seeds=100000 -Dbaliza.firstSeed=1 -Dbaliza.threads=2}; a
 * seed that fails names itself, and fails again in the same way.
 */
class SimulationIT {
    private static final long FIRST = Long.getLong("baliza.firstSeed", 1);
    private static final long SEEDS = Long.getLong("baliza.seeds", 500);
    private static final int THREADS =
            Integer.getInteger("baliza.threads", Runtime.getRuntime().availableProcessors());

    @Test
    void whateverHappensTheBooksBalance() {
        Simulation.Result result = Simulation.run(FIRST, SEEDS, THREADS);
        assertThat(result.law()).as(result.report()).isEmpty();
        if (SEEDS >= 500) {
            assertThat(result.happened())
                    .as("troubles that are part of it")
                    .containsKeys("POWER_CUT", "KILL", "STOP", "FAILED_SYNC", "FULL_DISK", "CLONE", "RESTORED_BACKUP")
                    .containsKeys("SLOW_DISK", "JAM", "RESET", "deleted segments", "stalls", "resumptions")
                    .containsKeys(
                            "lost power", "ended by a failed sync", "comparisons over a restart", "restarts tried");
        }
    }
}
