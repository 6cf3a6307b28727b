package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The tarball that this build made, unpacked as its users do. */
record Tarball(Path home) {
    private static final String VERSION = property("baliza.version");

    static Path file() {
        return Path.of(property("baliza.tarball"));
    }

    static String version() {
        return VERSION;
    }

    static Tarball unpackInto(Path dir) throws IOException, InterruptedException {
        Files.createDirectories(dir);
        Run run = Run.of(List.of("tar", "-xzf", file().toString(), "-C", dir.toString()), Map.of());
        assertThat(run.status()).as(run.err()).isZero();
        return new Tarball(dir.resolve("baliza-" + VERSION));
    }

    Path launcher() {
        return home.resolve("bin").resolve("baliza");
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set; run it with mvn verify");
        }
        return value;
    }
}
