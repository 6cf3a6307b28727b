package dev.baliza.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {
    private static final String SECRET = "c0ffee0102030405060708090a0b0c0d";

    @TempDir
    Path dir;

    private Path file(String text) throws Exception {
        Path file = dir.resolve("devices.keys");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        List<KeyEntry> entries = List.of(
                new KeyEntry("lab-1", 1, false, new byte[16]),
                new KeyEntry("id:00000000000000ff", 2, true, new byte[32]),
                new KeyEntry("ana", 1, false, new byte[16], Role.VIEWER));
        Path file = dir.resolve("new.keys");
        KeyFile.write(file, entries);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.read(file))
                .extracting(KeyEntry::line)
                .isEqualTo(entries.stream().map(KeyEntry::line).toList());
        KeyRing ring = KeyFile.ring(file);
        assertThat(ring.find(Names.deviceId("lab-1"), 1)).isNotNull();
        assertThat(ring.find(Names.deviceId("lab-1"), 2)).isNull();
        assertThat(ring.newest(255)).isEqualTo(entries.get(1).key());
    }

    @Test
    void aFifthFieldMakesAnOperator() throws Exception { // SPEC §16.1.1
        KeyRing ring = KeyFile.ring(file("ana 1 server " + SECRET + " admin\nlab-1 1 server " + SECRET + "\n"));
        assertThat(ring.newest(Names.deviceId("ana")))
                .extracting(DeviceKey::operator)
                .isEqualTo(new Operator("ana", Role.ADMIN));
        assertThat(ring.newest(Names.deviceId("lab-1")))
                .extracting(DeviceKey::operator)
                .isNull();
        assertThat(ring.operators()).isEqualTo(1);
        assertThat(ring.devices()).isEqualTo(1);
    }

    @Test
    void theKeysOfOneNameHaveOneRole() throws Exception {
        Path file = file("ana 1 server " + SECRET + " admin\nana 2 server " + SECRET + "\n");
        assertThatThrownBy(() -> KeyFile.ring(file))
                .hasMessageContaining("role")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void aRoleIncludesThoseBelowIt() { // SPEC §16.1.1
        for (Role one : Role.values()) {
            for (Role other : Role.values()) {
                assertThat(one.includes(other)).isEqualTo(one.ordinal() >= other.ordinal());
            }
        }
        assertThat(Role.of("Admin")).isEmpty();
    }

    @Test
    void commentsAndEmptyLinesAreFine() throws Exception {
        assertThat(KeyFile.read(file("# keys\n\n  lab-1  1 server " + SECRET + " # of the roof\n")))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lab-1 1 server|four fields",
                "lab-1 1 server c0ffee0102030405060708090a0b0c0d admin root|a fifth",
                "ana 1 server c0ffee0102030405060708090a0b0c0d root|viewer, operator or admin",
                "ana 1 device c0ffee0102030405060708090a0b0c0d admin|named by the server",
                "id:00000000000000ff 1 server c0ffee0102030405060708090a0b0c0d viewer|has a name",
                "lab-1 0 server c0ffee0102030405060708090a0b0c0d|1 to 255",
                "lab-1 one server c0ffee0102030405060708090a0b0c0d|not 'one'",
                "lab-1 1 both c0ffee0102030405060708090a0b0c0d|device or server",
                "lab-1 1 server c0ffee0102030405060708090a0b0c|16 or 32 bytes",
                "lab-1 1 server c0ffee0102030405060708090a0b0czz|32 or 64 hexadecimal",
                "id:12 1 server c0ffee0102030405060708090a0b0c0d|16 hexadecimal digits",
                "läb 1 server c0ffee0102030405060708090a0b0c0d|is no device"
            })
    void aWrongLineHasItsPlaceAndNoSecret(String line, String advice) throws Exception {
        Path file = file("# first\n" + line + "\n");
        assertThatThrownBy(() -> KeyFile.read(file))
                .hasMessageContaining(file + ":2: ")
                .hasMessageContaining(advice)
                .hasMessageNotContaining("c0ffee");
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws Exception {
        Path file = file("lab-1 1 server " + SECRET);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> KeyFile.read(file)).hasMessageContaining("chmod 600 " + file);
    }

    @Test
    void aFileThatNobodyMayReadIsNoCrash() throws Exception {
        Path file = file("lab-1 1 server " + SECRET);
        Files.setPosixFilePermissions(file, java.util.Set.of());
        if (Files.isReadable(file)) { // root reads everything
            assertThat(KeyFile.read(file)).hasSize(1);
        } else {
            assertThatThrownBy(() -> KeyFile.read(file)).hasMessageContaining("cannot be read");
        }
    }

    @Test
    void aDeviceHasAtMostTwoKeys() throws Exception {
        String line = "lab-1 %d server " + SECRET + "\n";
        assertThat(KeyFile.ring(file(line.formatted(1) + line.formatted(2))).devices())
                .isEqualTo(1);
        assertThatThrownBy(() -> KeyFile.ring(file(line.formatted(1) + line.formatted(1))))
                .hasMessageContaining("stands twice");
        assertThatThrownBy(() -> KeyFile.ring(file(line.formatted(1) + line.formatted(2) + line.formatted(3))))
                .hasMessageContaining("revoke one");
    }

    @Test
    void nothingShowsTheSecret() {
        KeyEntry entry = KeyEntry.parse("lab-1 1 server " + SECRET);
        assertThat(entry + " " + entry.key() + " " + new KeyRing(List.of(entry.key())))
                .doesNotContain("c0ffee");
        assertThat(entry.hex()).isEqualTo(SECRET);
    }
}
