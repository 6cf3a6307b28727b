package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The control of the verdict: a server with a planted fault must be found out. The mutant is the real source with one text
 * replaced, compiled and put in front of the class path of a server process; nothing in the product knows of it.
 */
class MutantIT {
    private static final Path SESSION = Path.of("src/main/java/dev/baliza/server/session");

    @TempDir
    Path dir;

    private Path plant(String file, String original, String replacement) throws IOException {
        String source = Files.readString(SESSION.resolve(file));
        assertThat(source).as("the text to replace").contains(original);
        Path mutant = Files.createDirectories(dir.resolve("source")).resolve(file);
        Files.writeString(mutant, source.replace(original, replacement));
        Path classes = Files.createDirectories(dir.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            Iterable<? extends JavaFileObject> units = files.getJavaFileObjects(mutant);
            List<String> options =
                    List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            assertThat(compiler.getTask(null, files, null, options, null, units).call())
                    .isTrue();
        }
        return classes;
    }

    private static List<Arguments> faults() {
        return List.of(
                Arguments.of(
                        "deduplication off",
                        "EpochLedger.java",
                        "return window.get(SETTLED, seq) || window.get(PENDING, seq) ? repeated",
                        "return seq < 0 ? repeated"),
                Arguments.of(
                        "a counter raised twice",
                        "Intake.java",
                        "count(transport, content.readings());",
                        "count(transport, 2 * content.readings());"),
                Arguments.of(
                        "a loss not counted",
                        "EpochLedger.java",
                        "window.set(MISSING, cum);",
                        "window.clear(MISSING, cum);"),
                Arguments.of("a frame taken twice", "EpochLedger.java", "accepted++;", "accepted += 2;"),
                Arguments.of(
                        "a reading left out",
                        "Intake.java",
                        "clockUnset = aggregator.rows(",
                        "clockUnset = seq != 2 && aggregator.rows("),
                Arguments.of(
                        "an event heard twice",
                        "Intake.java",
                        "talk.heard(said.message(), happened(",
                        "talk.heard(said.message(), 0, 0); talk.heard(said.message(), happened("));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aServerWithAFaultIsFoundOut(String fault, String file, String original, String replacement) throws Exception {
        Path classes = plant(file, original, replacement);
        try (ServerProcess server = ServerProcess.start(List.of(classes))) {
            boolean loss = fault.equals("a loss not counted");
            SimRun run = SimRun.against(
                    server.udp,
                    server.http,
                    dir,
                    "--devices=8",
                    "--interval=10ms",
                    "--duration=2s",
                    "--batch=5",
                    "--seed=11",
                    "--transport=udp",
                    "--events=5",
                    loss ? "--delivery=best-effort" : "--delivery=reliable",
                    loss ? "--faults=loss=0.1" : "--faults=dup=0.2");
            assertThat(run.exitCode()).as(fault).isEqualTo(1);
            assertThat(run.text("verdict")).isEqualTo("unbalanced");
            assertThat(run.differences()).isNotEmpty().allMatch(d -> d.length() > 10);
        }
    }

    @ParameterizedTest
    @CsvSource({"reliable", "best-effort"})
    void theSameServerWithoutAFaultBalances(String delivery) throws Exception {
        try (ServerProcess server = ServerProcess.start(List.of())) {
            SimRun run = SimRun.against(
                    server.udp,
                    server.http,
                    dir,
                    "--devices=8",
                    "--interval=10ms",
                    "--duration=2s",
                    "--batch=5",
                    "--seed=11",
                    "--transport=udp",
                    "--delivery=" + delivery,
                    "--faults=loss=0.1,dup=0.2");
            assertThat(run.differences()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(server.terminate()).as("SIGTERM drains").isZero();
        }
    }
}
