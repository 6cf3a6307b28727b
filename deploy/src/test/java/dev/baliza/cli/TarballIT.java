package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users download: unpacked, started, stopped. */
class TarballIT {
    @TempDir
    Path dir;

    @Test
    void startsFromAnyDirectoryThroughSymbolicLinks() throws Exception {
        Tarball tarball = Tarball.unpackInto(dir.resolve("a place"));
        Path relative = Files.createSymbolicLink(tarball.home().resolve("relative"), Path.of("bin/baliza"));
        Path link = Files.createSymbolicLink(dir.resolve("baliza"), relative);

        Run run = Run.of(List.of("sh", "-c", "cd / && \"$0\" --version", link.toString()), Map.of());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("baliza " + Tarball.version() + " (Java ");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void startsWithItsArchiveOfClassesAndSaysNothingOfOneThatDoesNotFit() throws Exception {
        Tarball tarball = Tarball.unpackInto(dir); // Java archives no classes of a path with blanks
        Run archived = Run.of(List.of(tarball.launcher().toString(), "--archive-classes"), Map.of());
        assertThat(archived.status()).as(archived.err()).isZero();
        assertThat(archived.out()).contains("verdict: balanced");
        Path archive;
        try (Stream<Path> files = Files.list(tarball.home().resolve("lib"))) {
            archive = files.filter(file -> file.toString().endsWith(".classes"))
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(archive).isNotEmptyFile();
        Run fits = Run.of(
                List.of(tarball.launcher().toString(), "--version"),
                Map.of("BALIZA_JAVA_OPTS", "-Xlog:class+load:file=" + dir.resolve("loaded")));
        assertThat(fits.status()).as(fits.err()).isZero();
        assertThat(Files.readString(dir.resolve("loaded")))
                .containsPattern("dev\\.baliza\\.cli\\.Main source: (shared objects file|AOT)");

        Files.writeString(archive, "not one");
        Run wrong = Run.of(List.of(tarball.launcher().toString(), "--version"), Map.of());
        assertThat(wrong.status()).isZero();
        assertThat(wrong.out()).startsWith("baliza " + Tarball.version());
        assertThat(wrong.err()).isEmpty();
    }

    @Test
    void servesUntilSigtermAndEndsWithZero() throws Exception {
        Tarball tarball = Tarball.unpackInto(dir);
        try (Daemon daemon =
                Daemon.start(tarball.launcher(), dir.resolve("log"), Map.of("BALIZA_JAVA_OPTS", "-Xmx256m"))) {
            HttpResponse<String> ready = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + daemon.http + "/readyz"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(ready.statusCode()).isEqualTo(200);
            String command = Files.readString(Path.of("/proc/" + daemon.process.pid() + "/cmdline"));
            assertThat(command).contains("java").contains("-Xmx256m"); // the script became the JVM
            assertThat(daemon.terminate()).isZero();
        }
        assertThat(Files.readString(dir.resolve("log"))).contains("draining").contains("stopped");
    }

    @Test
    void carriesNothingOfTheMachineThatBuiltIt() throws Exception {
        Run list = Run.of(
                List.of(
                        "tar",
                        "--list",
                        "--verbose",
                        "--numeric-owner",
                        "--utc",
                        "-zf",
                        Tarball.file().toString()),
                Map.of());
        assertThat(list.status()).isZero();
        assertThat(list.out().lines())
                .hasSizeGreaterThan(20)
                .allSatisfy(line -> assertThat(line)
                        .matches("(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) 0/0 +\\d+ 2026-11-20 00:00 baliza-"
                                + Tarball.version().replace(".", "\\.") + "/.*"));
    }

    @Test
    void holdsTheNativeTransportOfBothCommonProcessors() throws Exception {
        Run list = Run.of(List.of("tar", "-tzf", Tarball.file().toString()), Map.of());
        assertThat(list.out())
                .containsPattern("/lib/netty-transport-native-epoll-.*-linux-x86_64\\.jar")
                .containsPattern("/lib/netty-transport-native-epoll-.*-linux-aarch_64\\.jar");
    }
}
