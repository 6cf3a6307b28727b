package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The start script against made-up Javas, which print how they were called. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script")
class LauncherTest {
    @TempDir
    Path dir;

    private Path launcher = Path.of("");

    @BeforeEach
    void install() throws IOException {
        launcher = dir.resolve("home/bin/baliza");
        Files.createDirectories(launcher.getParent());
        Files.copy(Path.of("src/main/dist/bin/baliza"), launcher);
        Files.createDirectories(dir.resolve("home/lib"));
        Files.createFile(dir.resolve("home/lib/baliza.jar"));
    }

    /** A Java that says its version in its release file only, or, without one, to -version only. */
    private Path java(String name, String version, boolean release) throws IOException {
        Path home = dir.resolve(name);
        Path java = home.resolve("bin/java");
        Files.createDirectories(java.getParent());
        String says = release ? "exit 1" : "echo 'openjdk version \"" + version + "\" 2020-01-01' >&2; exit 0";
        Files.writeString(
                java, "#!/bin/sh\n[ \"$1\" != -version ] || { " + says + "; }\nfor a; do echo \"$a\"; done\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (release) {
            Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        }
        return home;
    }

    private Run launch(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(Arrays.asList(arguments));
        return Run.of(command, environment);
    }

    @Test
    void passesOptionsToTheJvmAndArgumentsToBaliza() throws Exception {
        Run run = launch(
                Map.of("JAVA_HOME", java("jdk", "17.0.1", true).toString(), "BALIZA_JAVA_OPTS", "-Xmx128m -Da=b"),
                "send",
                "two words",
                "");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .containsSubsequence(
                        "-Xmx128m",
                        "-Da=b",
                        "-cp",
                        dir.toRealPath() + "/home/lib/*",
                        "dev.baliza.cli.Main",
                        "send",
                        "two words",
                        "");
    }

    @Test
    void refusesAnOldJavaAndSaysWhichItWants() throws Exception {
        for (boolean release : new boolean[] {true, false}) {
            for (String version : List.of("11.0.2", "1.8.0_292", "16-ea")) {
                Path home = java("old-" + version + release, version, release);
                Run run = launch(Map.of("JAVA_HOME", home.toString()), "--version");
                assertThat(run.status()).isEqualTo(1);
                assertThat(run.err())
                        .isEqualTo("baliza: " + home + "/bin/java is Java " + version
                                + ", but Baliza needs 17 or newer; set JAVA_HOME to a newer one\n");
                assertThat(run.out()).isEmpty();
            }
        }
    }

    @Test
    void takesNewerJavasWithAndWithoutAReleaseFile() throws Exception {
        for (boolean release : new boolean[] {true, false}) {
            for (String version : List.of("17", "21.0.4", "26-ea")) {
                Path home = java("new-" + version + release, version, release);
                Run run = launch(Map.of("JAVA_HOME", home.toString()), "--version");
                assertThat(run.status()).as(run.err()).isZero();
            }
        }
    }

    @Test
    void archivesOfClassesBelongToTheJavaThatWroteThem() throws Exception {
        String lib = dir.toRealPath() + "/home/lib";
        Path old = java("old", "17.0.1", true);
        Path young = java("young", "25.0.3", true);
        Path archive = Path.of(lib, "baliza-java-17.0.1.classes");

        assertThat(launch(Map.of("JAVA_HOME", old.toString()), "--version").out())
                .doesNotContain(".classes");
        assertThat(launch(Map.of("JAVA_HOME", old.toString()), "--archive-classes")
                        .out()
                        .lines())
                .contains("-XX:ArchiveClassesAtExit=" + archive, "demo");
        assertThat(launch(Map.of("JAVA_HOME", young.toString()), "--archive-classes")
                        .out()
                        .lines())
                .contains("-XX:AOTCacheOutput=" + lib + "/baliza-java-25.0.3.classes", "demo");

        Files.createFile(archive);
        assertThat(launch(Map.of("JAVA_HOME", old.toString()), "--version")
                        .out()
                        .lines())
                .contains("-XX:SharedArchiveFile=" + archive);
        assertThat(launch(Map.of("JAVA_HOME", young.toString()), "--version").out())
                .doesNotContain(".classes");
    }

    @Test
    void anArchiveThatCannotBeWrittenIsAnError() throws Exception {
        Path home = java("jdk", "17.0.1", true);
        Run run = launch(Map.of("JAVA_HOME", home.toString(), "BALIZA_ARCHIVES", "/nowhere"), "--archive-classes");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("baliza: /nowhere/baliza-java-17.0.1.classes cannot be written; run this as the owner of its"
                        + " directory\n");
    }

    @Test
    void aWrongJavaHomeIsNotReplacedSilently() throws Exception {
        Run run = launch(Map.of("JAVA_HOME", "/nowhere"), "--version");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("JAVA_HOME is /nowhere, but there is no program /nowhere/bin/java");
    }

    @Test
    void saysHowToGetAJavaWhenThereIsNone() throws Exception {
        Path tools = Files.createDirectories(dir.resolve("tools"));
        for (String tool : List.of("dirname", "readlink", "sed")) {
            Path real = Path.of("/usr/bin", tool);
            Files.createSymbolicLink(tools.resolve(tool), Files.exists(real) ? real : Path.of("/bin", tool));
        }
        Run run = launch(Map.of("JAVA_HOME", "", "PATH", tools.toString()), "--version");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("baliza: no java in PATH; install Java 17 or newer");
    }

    @Test
    void findsTheReleaseFileBehindTheSymbolicLinkInPath() throws Exception {
        Path home = java("old", "11.0.2", true);
        Path bin = Files.createDirectories(dir.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
        Run run = launch(Map.of("JAVA_HOME", "", "PATH", bin + ":/usr/bin:/bin"), "--version");
        assertThat(run.err()).contains(bin + "/java is Java 11.0.2, but Baliza needs 17 or newer");
    }

    @Test
    void saysSoWhenTheTarballIsIncomplete() throws Exception {
        Files.delete(dir.resolve("home/lib/baliza.jar"));
        Run run = launch(Map.of(), "--version");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("lib/baliza.jar is missing; unpack the whole tarball again");
    }
}
