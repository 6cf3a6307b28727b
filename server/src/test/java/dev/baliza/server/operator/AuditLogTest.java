package dev.baliza.server.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chain of the audit log, and what breaks it. */
class AuditLogTest {
    @TempDir
    Path dir;

    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = dir.resolve(AuditFile.NAME);
    }

    private static AuditRecord record(String operator, String operation) {
        return new AuditRecord(
                operator, "admin", "udp 127.0.0.1:1", "00", operation, Map.of("größe", "ñ\n\"", "n", 3L), "ok", "");
    }

    private void write(int count) throws Exception {
        try (AuditLog log = AuditLog.in(dir, () -> now)) {
            for (int i = 0; i < count; i++) {
                log.writeThrough(record("ana", "reset"));
            }
        }
    }

    private AuditVerdict verdict() throws Exception {
        return AuditVerdict.of(List.of(file));
    }

    private List<String> lines() throws Exception {
        return new ArrayList<>(Files.readAllLines(file));
    }

    @Test
    void theChainHoldsAndGoesOnAfterARestart() throws Exception {
        write(3);
        write(2);
        assertThat(verdict().broken()).isEmpty();
        assertThat(verdict().records()).isEqualTo(5);
        try (AuditLog log = AuditLog.in(dir, () -> now)) {
            assertThat(log.lastHash()).isEqualTo(verdict().lastHash());
            assertThat(log.tail(2)).isEqualTo(lines().subList(3, 5));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void permissionsThatSomebodyWidenedAreMended() throws Exception {
        write(1);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        write(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aLineThatWasChangedIsNamed() throws Exception {
        write(5);
        List<String> lines = lines();
        for (int at = 0; at < lines.get(2).length(); at++) {
            char old = lines.get(2).charAt(at);
            List<String> changed = new ArrayList<>(lines);
            changed.set(
                    2,
                    lines.get(2).substring(0, at)
                            + (char) (old ^ 1)
                            + lines.get(2).substring(at + 1));
            Files.write(file, changed);
            assertThat(verdict().broken()).as("character " + at).isPresent();
            assertThat(verdict().broken().orElse("")).startsWith(file + ":");
            assertThat(verdict().records()).isEqualTo(2);
        }
    }

    @Test
    void aLineThatIsGoneOrWasMovedIsNamed() throws Exception {
        write(5);
        List<String> lines = lines();
        List<String> without = new ArrayList<>(lines);
        without.remove(2);
        Files.write(file, without);
        assertThat(verdict().broken().orElse("")).contains(file + ":3: record 4 follows record 2");
        List<String> swapped = new ArrayList<>(lines);
        swapped.set(2, lines.get(3));
        swapped.set(3, lines.get(2));
        Files.write(file, swapped);
        assertThat(verdict().broken().orElse("")).contains(file + ":3:");
    }

    @Test
    void aCutTailIsSeenByItsHashOrItsHalfLine() throws Exception {
        write(5);
        String lastHash = verdict().lastHash();
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() - 40));
        assertThat(verdict().broken().orElse("")).contains(file + ":5: the record was changed or cut");
        Files.write(file, lines().subList(0, 4));
        assertThat(verdict().broken()).isEmpty();
        assertThat(verdict().lastHash()).as("what somebody kept elsewhere").isNotEqualTo(lastHash);
    }

    @Test
    void aChainThatWasWrittenAnewElsewhereDoesNotFit() throws Exception {
        write(2);
        List<String> ours = lines();
        Files.delete(file);
        now = now.plusSeconds(1);
        write(3);
        List<String> forged = new ArrayList<>(ours);
        forged.add(lines().get(2));
        Files.write(file, forged);
        assertThat(verdict().broken().orElse("")).contains("does not follow");
    }

    @Test
    void anIncompleteLineOfAPowerCutIsRemoved() throws Exception {
        write(3);
        Files.writeString(file, "{\"sequence\":4,\"ti", StandardOpenOption.APPEND);
        write(2);
        assertThat(verdict().broken()).isEmpty();
        assertThat(verdict().last()).isEqualTo(5);
    }

    @Test
    void aLogWhoseEndWasChangedIsNotGoneOnWith() throws Exception {
        write(3);
        Files.writeString(file, "{}\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> AuditLog.in(dir, () -> now)).hasMessageContaining("baliza audit verify");
    }

    @Test
    void fullFilesArePutAsideAndTheChainGoesOn() throws Exception {
        try (AuditLog log = AuditLog.in(dir, () -> now, 2_000)) {
            for (int i = 0; i < 100; i++) {
                log.writeThrough(record("ana", "reset"));
            }
        }
        List<Path> files = new ArrayList<>(AuditFile.oldFiles(dir));
        assertThat(files).hasSize(10);
        files.add(file);
        assertThat(AuditVerdict.of(files).broken()).isEmpty();
        assertThat(AuditVerdict.of(files).last()).isEqualTo(100);
        assertThat(AuditVerdict.of(files).first()).as("older ones were removed").isGreaterThan(1);
        Files.delete(file);
        write(1);
        assertThat(AuditVerdict.of(files.subList(0, 10)).broken()).isEmpty();
        files.remove(3);
        assertThat(AuditVerdict.of(files).broken()).isPresent();
    }

    @Test
    void aFloodIsCountedAndNotWritten() throws Exception {
        try (AuditLog log = AuditLog.in(dir, () -> now)) {
            for (int i = 0; i < 10_000; i++) {
                log.write(record("mallory", "exec"));
            }
            log.write(record("ana", "whoami"));
            now = now.plusSeconds(2);
            log.write(record("mallory", "exec"));
            assertThat(log.suppressed()).isEqualTo(9_900);
        }
        assertThat(lines()).hasSize(102);
        assertThat(lines().get(100)).contains("\"operator\":\"ana\"", "\"suppressed\":9900");
        assertThat(lines().get(101)).doesNotContain("suppressed");
        assertThat(verdict().broken()).isEmpty();
    }
}
