package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files for the host say the same as the server's defaults. */
class HostFilesTest {
    private static final Pattern SETTING = Pattern.compile("(?m)^(\\S+) = (\\d+)$");

    private static ServerConfig defaults() throws Exception {
        return ConfigLoader.load(null, Map.of(), List.of());
    }

    @Test
    void theKernelGrantsWhatTheServerAsksFor() throws Exception {
        Matcher settings = SETTING.matcher(Files.readString(Path.of("src/main/sysctl/99-baliza.conf")));
        assertThat(settings.find()).isTrue();
        assertThat(settings.group(1)).isEqualTo("net.core.rmem_max");
        assertThat(settings.group(2))
                .isEqualTo(Integer.toString(defaults().udp().receiveBufferBytes()));
        assertThat(settings.find()).isTrue();
        assertThat(settings.group(1)).isEqualTo("net.core.somaxconn");
        assertThat(settings.find()).isFalse();
    }

    @Test
    void prometheusScrapesTheDefaultPort() throws Exception {
        ServerConfig.Http http = defaults().http();
        assertThat(Files.readString(Path.of("src/main/prometheus/prometheus.yml")))
                .contains("\"" + http.host() + ":" + http.port() + "\"");
    }

    @Test
    void theUnitHasADescriptorForEachConnection() throws Exception {
        Matcher limit = Pattern.compile("(?m)^LimitNOFILE=(\\d+)$")
                .matcher(Files.readString(Path.of("src/main/systemd/baliza.service")));
        assertThat(limit.find()).isTrue();
        assertThat(Integer.parseInt(limit.group(1)))
                .isGreaterThan(defaults().tcp().maxConnections() + 1_000);
    }
}
