package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process, real files and SIGKILL. STORE §1, §6. */
class KilledProcessIT {
    private static final int GROUPS = 50;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void whatAKilledProcessSaidItCommittedIsThere() throws Exception {
        Disk disk = new FileDisk(directory);
        for (int life = 0; life < 4; life++) {
            long said = write();
            List<Damage> damage = new ArrayList<>();
            Recovery recovery = Recovery.of(disk, damage::add);

            assertThat(recovery.unclean()).isTrue();
            assertThat(recovery.committed()).isGreaterThanOrEqualTo(said).isGreaterThan(GROUPS);
            assertThat(damage).allMatch(d -> d.reason() == Damage.Reason.TORN);
            damage.clear();
            List<Store.Found> found = Store.read(disk, JournalReader.OLDEST, recovery::committed, damage);
            assertThat(damage).isEmpty();
            for (int i = 0; i < found.size(); i++) {
                if (found.get(i).position() != i + 1) {
                    assertThat(found.get(i).position()).isEqualTo(i + 1);
                }
            }
            assertThat(found).hasSize((int) recovery.committed());
        }
    }

    /** Runs a process until it has committed some groups, and kills it; returns the last position that it said. */
    private long write() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = "";
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            for (int groups = 1; line != null && !line.isEmpty(); groups++) { // the last one may be cut off
                said = line;
                if (groups == GROUPS) {
                    assertThatThrownBy(() -> DirectoryLock.take(directory, 1))
                            .isInstanceOf(DirectoryInUseException.class)
                            .hasMessageContaining("in use by process " + process.pid());
                    process.toHandle().destroyForcibly(); // and read what it said until then
                }
                line = out.readLine();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return Long.parseLong(said);
    }
}
