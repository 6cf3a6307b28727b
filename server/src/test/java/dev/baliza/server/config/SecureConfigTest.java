package dev.baliza.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What settings of TLS and of users mean together. */
class SecureConfigTest {
    private static List<String> problems(String... settings) {
        try {
            ConfigLoader.load(null, Map.of("BALIZA_PASSWORD_FILE", "/of/another/command"), List.of(settings));
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    @Test
    void withoutASettingNothingChanges() throws Exception {
        ServerConfig config = ConfigLoader.load(null, Map.of(), List.of());
        assertThat(config.tls()).isNull();
        assertThat(config.tcp().tls()).isFalse();
        assertThat(config.http().tls()).isFalse();
        assertThat(config.http().auth()).isNull();
    }

    @Test
    void allSettingsTogetherAreRead() throws Exception {
        ServerConfig config = ConfigLoader.load(
                null,
                Map.of("BALIZA_TLS_CLIENTS", "ca.pem"),
                List.of("tcp.tls=true", "http.tls=true", "tls.certificate=c.pem", "tls.key=k.pem", "http.auth=users"));
        assertThat(config.tls())
                .isEqualTo(new ServerConfig.TlsFiles(Path.of("c.pem"), Path.of("k.pem"), Path.of("ca.pem")));
        assertThat(config.http().auth()).isEqualTo(Path.of("users"));
    }

    @Test
    void tlsWithoutItsFilesSaysWhichToName() {
        assertThat(problems("tcp.tls=true", "tls.key=k.pem"))
                .singleElement()
                .asString()
                .contains("tcp.tls is 'true' but tls.certificate is not set");
        assertThat(problems("http.tls=true", "tls.certificate=c.pem"))
                .singleElement()
                .asString()
                .contains("http.tls is 'true' but tls.key is not set");
    }

    @Test
    void filesThatNoPortUsesAreAMistake() {
        assertThat(problems("tls.certificate=c.pem"))
                .singleElement()
                .asString()
                .contains("but no port uses TLS; set tcp.tls: true or http.tls: true");
    }

    @Test
    void httpOnANetworkNeedsUsersOrClientCertificates() {
        String host = "http.host=192.0.2.1";
        String[] tls = {host, "http.tls=true", "tls.certificate=c.pem", "tls.key=k.pem", ""};
        assertThat(problems(host))
                .singleElement()
                .asString()
                .contains(
                        "http.host is '192.0.2.1', which a network can reach, and everybody may read there; listen on 127.0.0.1,"
                                + " name users (http.auth), ask for client certificates (http.tls and tls.clients)"
                                + " or accept it with insecure: true");
        tls[4] = "tls.clients=";
        assertThat(problems(tls)).hasSize(1);
        tls[4] = "tls.clients=ca.pem";
        assertThat(problems(tls)).isEmpty();
        assertThat(problems(host, "http.auth=users")).isEmpty();
        assertThat(problems(host, "insecure=true")).isEmpty();
    }

    @Test
    void clientCertificatesOnTheDevicePortDoNotProtectHttp() {
        assertThat(problems(
                        "http.host=192.0.2.1",
                        "tcp.tls=true",
                        "tls.certificate=c.pem",
                        "tls.key=k.pem",
                        "tls.clients=ca.pem"))
                .hasSize(1);
    }

    @Test
    void tlsOnTheDevicePortDoesNotStandForKeys() {
        assertThat(problems(
                        "tcp.host=192.0.2.1",
                        "tcp.tls=true",
                        "tls.certificate=c.pem",
                        "tls.key=k.pem",
                        "tls.clients=ca.pem"))
                .singleElement()
                .asString()
                .contains("devices have no keys");
    }
}
