package dev.baliza.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.server.auth.UsersFile.UsersException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {
    @TempDir
    Path dir;

    private Path file(String text) throws Exception {
        Path file = Files.writeString(dir.resolve("users"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatIsWrittenIsReadAndOnlyItsOwnerMay() throws Exception {
        Path file = dir.resolve("users");
        PasswordHash hash = PasswordHash.of("pass:word ü".toCharArray(), 100_000, new SecureRandom());
        UsersFile.write(file, List.of(new User("anna", Role.ADMIN, hash), new User("b.c@d-e", Role.VIEWER, hash)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file))
                .contains("anna admin PBKDF2-HMAC-SHA256 100000 ")
                .doesNotContain("pass");
        Users users = UsersFile.users(file);
        assertThat(users.count()).isEqualTo(2);
        assertThat(users.find("anna", "pass:word ü".toCharArray()).orElseThrow().role())
                .isEqualTo(Role.ADMIN);
        assertThat(users.find("anna", "pass:word".toCharArray())).isEmpty();
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws Exception {
        Path file = file("");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> UsersFile.read(file))
                .isInstanceOf(UsersException.class)
                .hasMessage(file + ": others than its owner may use it; run: chmod 600 " + file);
    }

    @Test
    void aFileThatIsNotThereSaysHowToMakeIt() {
        assertThatThrownBy(() -> UsersFile.read(dir.resolve("none")))
                .hasMessageContaining("there is no such file; make a user with: baliza users add NAME");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anna | must be: name role",
                "anna root PBKDF2-HMAC-SHA256 100000 S H | role must be viewer or admin",
                "anna admin MD5 100000 S H | must be PBKDF2-HMAC-SHA256",
                "anna admin PBKDF2-HMAC-SHA256 99999 S H | iterations must be 100000 to 10000000",
                "anna admin PBKDF2-HMAC-SHA256 10000001 S H | iterations must be",
                "anna admin PBKDF2-HMAC-SHA256 many S H | iterations must be",
                "anna admin PBKDF2-HMAC-SHA256 100000 00 H | salt and hash",
                "anna admin PBKDF2-HMAC-SHA256 100000 S 00 | salt and hash",
                "anna admin PBKDF2-HMAC-SHA256 100000 S zz | salt and hash",
                "a:b admin PBKDF2-HMAC-SHA256 100000 S H | name must be 1 to 64"
            })
    void aBadLineIsNamedWithoutItsHash(String line, String problem) throws Exception {
        String hash = "ab".repeat(32);
        Path file = file(
                "# users\n" + line.replace(" S ", " " + "cd".repeat(16) + " ").replace(" H", " " + hash));
        assertThatThrownBy(() -> UsersFile.read(file))
                .hasMessageStartingWith(file + ":2: ")
                .hasMessageContaining(problem)
                .hasMessageNotContaining(hash);
    }

    @Test
    void aNameThatIsThereTwiceIsRefused() throws Exception {
        String line = "anna admin PBKDF2-HMAC-SHA256 100000 " + "00".repeat(16) + " " + "00".repeat(32) + "\n";
        Path file = file(line + line);
        assertThatThrownBy(() -> UsersFile.users(file)).hasMessageContaining("'anna' is there twice");
    }
}
