package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code baliza users} with the password on standard input. */
class UsersCommandTest {
    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @TempDir
    Path dir;

    @AfterEach
    void restore() {
        System.setIn(in);
        System.setOut(out);
        System.setErr(err);
    }

    private Path file() {
        return dir.resolve("users");
    }

    private int run(String input, String... arguments) {
        said.reset();
        PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8);
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        System.setOut(print);
        System.setErr(print);
        CommandLine line = new CommandLine(new UsersCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        String[] all = new String[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--file=" + file();
        return line.execute(all);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aUserIsAddedListedAndRemoved() throws Exception {
        assertThat(run("correct horse\n", "add", "anna", "--role=viewer"))
                .as(said())
                .isZero();
        assertThat(run("battery staple\n", "add", "ben", "--role=admin")).isZero();
        assertThat(Files.readString(file()))
                .containsPattern("anna viewer PBKDF2-HMAC-SHA256 600000 [0-9a-f]{32} [0-9a-f]{64}")
                .doesNotContain("horse");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(run("another one\n", "add", "anna", "--role=admin")).isZero();
        assertThat(run("", "list")).isZero();
        assertThat(said()).matches("(?s)anna +admin\\R*ben +admin\\R*").doesNotContain("PBKDF2");
        assertThat(run("", "remove", "anna")).isZero();
        assertThat(run("", "list")).isZero();
        assertThat(said()).startsWith("ben");
    }

    @Test
    void whatIsWrongIsSaidAndNothingIsWritten() {
        assertThat(run("short\n", "add", "anna", "--role=viewer")).isEqualTo(65);
        assertThat(said()).contains("the password must have at least 8 characters");
        assertThat(run("correct horse\n", "add", "a:b", "--role=viewer")).isEqualTo(65);
        assertThat(said()).contains("a user's name must be 1 to 64 of");
        assertThat(run("correct horse\n", "add", "anna", "--role=king")).isEqualTo(2);
        assertThat(run("", "list")).isEqualTo(65);
        assertThat(said()).contains("there is no such file; make a user with: baliza users add");
        assertThat(file()).doesNotExist();
        assertThat(run("correct horse\n", "add", "anna", "--role=viewer")).isZero();
        assertThat(run("", "remove", "ben")).isEqualTo(65);
        assertThat(said()).contains("there is no user 'ben'");
    }
}
