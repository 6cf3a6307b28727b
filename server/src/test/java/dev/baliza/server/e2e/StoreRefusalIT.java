package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.seal.KeyEntry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that must not start: beside another one in the same directory, or with keys and no store. */
class StoreRefusalIT {
    @TempDir
    private Path dir;

    @Test
    void aSecondServerIsRefusedAndTheFirstIsUnharmed() throws Exception {
        try (LastingServer first = new LastingServer(dir.resolve("data"));
                SimProcess sim = SimProcess.against(first, dir, "--devices=20", "--interval=50ms")) {
            ServerProcess.Ended second = ServerProcess.ended("store.dir=" + first.data);
            assertThat(second.status()).as(second.said()).isEqualTo(73);
            assertThat(second.said())
                    .contains("in use by process " + first.process().process.pid());
            SimRun run = sim.finish();
            assertThat(run.differences()).isEmpty();
            assertThat(run.text("verdict")).isEqualTo("balanced");
            assertThat(first.process().terminate()).isZero();
            first.start();
            assertThat(first.gauge("prev_shutdown_unclean")).isZero();
            assertThat(first.gauge("store_damaged_records")).isZero();
        }
    }

    @Test
    void keysWithoutAStoreAreAMistakeOfTheConfiguration() throws Exception {
        List<KeyEntry> entries = FleetKeys.of("sim-", 1, 1);
        ServerProcess.Ended ended =
                ServerProcess.ended("keys.file=" + FleetKeys.write(dir, entries), "store.enabled=false");
        assertThat(ended.status()).as(ended.said()).isEqualTo(78);
        assertThat(ended.said()).contains("keys.file is set, so store.enabled must be true");
    }
}
