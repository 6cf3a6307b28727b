package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration in the tarball. */
class ConfigExampleTest {
    private static final Path EXAMPLE = Path.of("src/main/dist/conf/baliza.yaml");

    private static ServerConfig load(Path file) throws Exception {
        return ConfigLoader.load(file, Map.of(), List.of());
    }

    @Test
    void saysWhatHoldsWithoutAFile() throws Exception {
        ServerConfig defaults = ConfigLoader.load(null, Map.of(), List.of());
        assertThat(load(EXAMPLE))
                .usingRecursiveComparison()
                .ignoringFields("sources")
                .isEqualTo(defaults);
    }

    @Test
    void everySettingThatCanBeSwitchedOnIsValid(@TempDir Path dir) throws Exception {
        List<String> lines = Files.readAllLines(EXAMPLE).stream()
                .map(line -> line.replaceFirst("^( *)#(?=\\S)", "$1"))
                .toList();
        ServerConfig config = load(Files.write(dir.resolve("baliza.yaml"), lines));
        assertThat(config.insecure()).isTrue();
        assertThat(config.store().dir()).isEqualTo(Path.of("/var/lib/baliza"));
        assertThat(config.keys().file()).isEqualTo(Path.of("/var/lib/baliza/keys"));
    }
}
