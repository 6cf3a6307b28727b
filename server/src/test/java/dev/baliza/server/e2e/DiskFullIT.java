package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.baliza.sim.PingCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A data directory on a disk of its own, which takes nothing for a while. Needs root, and the right to mount. STORE §9. */
class DiskFullIT {
    private static final int DISK_MIB = 128;
    private static final long PATIENCE_MILLIS = 30_000;

    @TempDir
    private Path dir;

    private boolean mounted;

    /** A question to the server, until the answer is yes. */
    private interface Question {
        boolean ask() throws Exception;
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", "--lazy", disk().toString());
        }
    }

    private Path disk() {
        return dir.resolve("disk");
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void mount(String options) throws Exception {
        Files.createDirectories(disk());
        mounted = run("mount", "-t", "tmpfs", "-o", options, "none", disk().toString());
        if (!mounted) {
            System.out.println("skipped: a tmpfs cannot be mounted here; it takes root");
        }
        assumeTrue(mounted, "a tmpfs cannot be mounted here; it takes root");
    }

    private static void await(String what, Question question) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!question.ask()) {
            assertThat(System.currentTimeMillis()).as(what).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private void fill(Path file) {
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static long refusedByStore(LastingServer server) throws Exception {
        return server.text("/metrics")
                .lines()
                .filter(line -> line.startsWith("baliza_frames_refused_total{reason=\"store\"}"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFullDiskStopsAcknowledgementsAndNothingElse() throws Exception {
        mount("size=" + DISK_MIB + "m");
        try (LastingServer server = new LastingServer(disk());
                CounterWatch watch = new CounterWatch(server);
                SimProcess sim = SimProcess.against(
                        server,
                        dir,
                        "--devices=200",
                        "--interval=5ms",
                        "--channels=20",
                        "--batch=10",
                        "--transport=mixed")) {
            Path filler = disk().resolve("filler");
            fill(filler);
            await("the store stalls", () -> server.gauge("store_stalled") == 1);
            await("frames are refused", () -> refusedByStore(server) > 0);
            assertThat(server.text("/readyz")).contains("\"ready\":true");
            assertThat(server.text("/healthz")).isEqualTo("ok\n");
            assertThat(new CommandLine(new PingCommand())
                            .execute("--server=" + server.devices(), "--count=3", "--interval=10ms"))
                    .isZero();
            assertThat(server.ledger().path("imbalance").asLong(-1)).isZero();
            Files.delete(filler);
            await("the store goes on", () -> server.gauge("store_stalled") == 0);
            SimRun run = sim.finish();
            assertThat(run.differences()).isEmpty();
            assertThat(run.text("verdict")).isEqualTo("balanced");
            assertThat(watch.falls()).isEmpty();
            assertThat(server.process().log).anyMatch(line -> line.contains("disk full"));
            assertThat(server.process().terminate()).isZero();
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsSaidAtTheStart() throws Exception {
        mount("size=1m,ro");
        ServerProcess.Ended ended = ServerProcess.ended("store.dir=" + disk());
        assertThat(ended.status()).as(ended.said()).isEqualTo(73);
        assertThat(ended.said())
                .contains("cannot use store.dir " + disk())
                .contains("Read-only file system")
                .contains("--set store.dir=DIR");
    }

    @Test
    void aJournalThatCannotBeReadIsSaidAtTheStart() throws Exception {
        for (String name : List.of("lock", "journal-0000000001-0000000000000000001-00000000.seg")) {
            Path data = dir.resolve(name);
            Files.createDirectories(data.resolve(name));
            ServerProcess.Ended ended = ServerProcess.ended("store.dir=" + data);
            assertThat(ended.status()).as(ended.said()).isEqualTo(73);
            assertThat(ended.said()).contains("cannot use store.dir " + data).contains(name);
        }
    }
}
