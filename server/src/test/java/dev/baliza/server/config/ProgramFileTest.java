package dev.baliza.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of programs that admins may start. */
class ProgramFileTest {
    @TempDir
    Path dir;

    private final List<String> problems = new ArrayList<>();

    private List<Program> read(String text) throws Exception {
        Path file = Files.writeString(dir.resolve("programs.yaml"), text);
        return ProgramFile.read(file, problems::add);
    }

    @Test
    void aProgramHasItsCommandItsLimitsAndItsArguments() throws Exception {
        List<Program> programs = read("""
                say:
                  command: [/bin/echo, "{word}", "{times}"]
                  timeout: 5s
                  outputBytes: 100
                  arguments: {word: {choices: [hi, bye]}, times: {from: -1, to: 9}}
                """);
        assertThat(problems).isEmpty();
        assertThat(programs)
                .containsExactly(new Program(
                        "say",
                        List.of("/bin/echo", "{word}", "{times}"),
                        Duration.ofSeconds(5),
                        100,
                        Map.of(
                                "word",
                                new Program.Argument(List.of("hi", "bye"), 0, 0),
                                "times",
                                new Program.Argument(List.of(), -1, 9))));
        Program.Argument times = programs.get(0).arguments().get("times");
        assertThat(times).isNotNull();
        for (String wrong : List.of("10", "-2", "01", "+1", "1 ", "", "9999999999999999999", "1e0")) {
            assertThat(times == null ? null : times.problem(wrong)).as(wrong).isPresent();
        }
        assertThat(times == null ? null : times.problem("-1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[]|must be a mapping",
                "x: 3|must be a mapping with command",
                "'../x': {command: [/bin/echo]}|must be 1 to 32",
                "x: {}|absolute path",
                "x: {command: /bin/echo}|absolute path",
                "x: {command: [echo]}|absolute path",
                "x: {command: ['{a}']}|absolute path",
                "x: {command: [/no/such/file]}|no file that this user may execute",
                "x: {command: [/bin/echo], timeout: 0s}|above 0",
                "x: {command: [/bin/echo], timeout: 2h}|at most 1h",
                "x: {command: [/bin/echo], outputBytes: -1}|outputBytes from 0",
                "x: {command: [/bin/echo], shell: true}|not 'shell'",
                "x: {command: [/bin/echo, '{a}']}|each of its arguments",
                "x: {command: [/bin/echo], arguments: {a: {choices: [b]}}}|each of its arguments",
                "x: {command: [/bin/echo, '{a}'], arguments: {a: text}}|is not described",
                "x: {command: [/bin/echo, '{a}'], arguments: {a: {from: 2, to: 1}}}|is not described",
                "x: [|not YAML"
            })
    void whatIsWrongIsSaid(String text, String advice) throws Exception {
        read(text);
        assertThat(problems).anySatisfy(problem -> assertThat(problem).contains("programs.yaml", advice));
    }

    @Test
    void aFileThatOthersMayWriteIsNotUsed() throws Exception {
        Path file = Files.writeString(dir.resolve("programs.yaml"), "x: {command: [/bin/echo]}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        ProgramFile.read(file, problems::add);
        assertThat(problems).singleElement().asString().contains("chmod go-w");
        problems.clear();
        ProgramFile.read(dir.resolve("none"), problems::add);
        assertThat(problems).singleElement().asString().contains("no such file");
    }
}
