package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The books outlive the process: what SIGTERM and SIGKILL leave is what was there, byte for byte. {@link KillIT} does it under load. */
class RestartIT {
    @TempDir
    private Path dir;

    private SimRun sim(LastingServer server, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of("--devices=50", "--interval=50ms", "--batch=3", "--seed=5"));
        options.addAll(List.of(more));
        return server.sim(dir, options.toArray(String[]::new));
    }

    /** Everything durable of all devices, as JSON. */
    private static String durable(LastingServer server) throws Exception {
        StringBuilder all = new StringBuilder();
        for (JsonNode one :
                server.json("/api/v1/devices?detail=full&limit=1000").path("devices")) {
            all.append(one.path("id")).append(one.path("label")).append(one.path("ledger"));
            all.append(one.path("epochs")).append(one.path("readings")).append(one.path("talk"));
            all.append(one.path("series")).append('\n');
        }
        JsonNode ledger = server.ledger();
        assertThat(ledger.path("imbalance").asLong(-1)).isZero();
        return all.toString() + ledger.path("ledger") + ledger.path("readings") + ledger.path("skipped");
    }

    /** Without the floors: a frame that only raises one, below which all was settled, is not worth a record. */
    private static String counted(LastingServer server) throws Exception {
        return durable(server).replaceAll("\"floor\":\\d+,", "");
    }

    @Test
    void whatWasCountedIsThereAfterAShutdown() throws Exception {
        try (LastingServer server = new LastingServer(dir.resolve("data"))) {
            assertThat(sim(server, "--duration=2s", "--transport=mixed", "--events=1")
                            .text("verdict"))
                    .isEqualTo("balanced");
            String before = durable(server);
            assertThat(server.process().terminate()).isZero();
            server.start();
            assertThat(durable(server)).isEqualTo(before);
            assertThat(server.gauge("prev_shutdown_unclean")).isZero();
            assertThat(sim(server, "--duration=1s", "--transport=mixed").text("verdict"))
                    .isEqualTo("balanced");
        }
    }

    @Test
    void whatWasCountedIsThereAfterSigkill() throws Exception {
        try (LastingServer server = new LastingServer(dir.resolve("data"))) {
            SimRun run = sim(
                    server,
                    "--duration=2s",
                    "--transport=mixed",
                    "--faults=loss=0.05,dup=0.1",
                    "--delivery=best-effort");
            assertThat(run.differences()).isEmpty();
            String before = counted(server);
            server.kill();
            server.start();
            assertThat(counted(server)).isEqualTo(before);
            assertThat(server.gauge("prev_shutdown_unclean")).isEqualTo(1);
        }
    }

    @Test
    void aCopyTakenWhileTheServerRunsIsLikeACrash() throws Exception {
        Path copy = dir.resolve("copy");
        try (LastingServer server = new LastingServer(dir.resolve("data"));
                SimProcess sim = SimProcess.against(server, dir, "--devices=50", "--interval=20ms", "--batch=3")) {
            Thread.sleep(1_000);
            long before = accepted(server);
            Process copying = new ProcessBuilder("cp", "-r", server.data.toString(), copy.toString())
                    .inheritIO()
                    .start();
            assertThat(copying.waitFor()).isZero();
            long after = accepted(server);
            try (LastingServer restored = new LastingServer(copy)) {
                assertThat(accepted(restored)).isBetween(before, after);
                assertThat(restored.gauge("prev_shutdown_unclean")).isEqualTo(1);
                assertThat(restored.gauge("store_damaged_records")).isZero();
                assertThat(restored.ledger().path("imbalance").asLong(-1)).isZero();
            }
            assertThat(sim.finish().differences()).isEmpty();
        }
    }

    private static long accepted(LastingServer server) throws Exception {
        return server.ledger().path("ledger").path("accepted").asLong();
    }
}
