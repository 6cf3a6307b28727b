package dev.baliza.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    @TempDir
    Path dir;

    private Path yaml(String text) throws IOException {
        return Files.writeString(dir.resolve("baliza.yaml"), text);
    }

    private static List<String> problems(@Nullable Path file, Map<String, String> environment, String... flags) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file, environment, List.of(flags)))
                .problems();
    }

    @Test
    void flagsWinOverTheEnvironmentOverTheFileOverDefaults() throws Exception {
        Path file = yaml("tcp: {port: 1001}\nudp:\n  port: 1002\nhttp: {port: 1003}\nlimits: {maxFuture: 5m}\n");
        Map<String, String> environment = Map.of("BALIZA_UDP_PORT", "2002", "BALIZA_HTTP_PORT", "2003");
        ServerConfig config = ConfigLoader.load(file, environment, List.of("http.port=3003"));
        assertThat(config.tcp().port()).isEqualTo(1001);
        assertThat(config.udp().port()).isEqualTo(2002);
        assertThat(config.http().port()).isEqualTo(3003);
        assertThat(config.limits().maxFuture()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.limits().maxDevices()).isEqualTo(100_000);
    }

    @Test
    void theChannelsWithWindowsAreAList() throws Exception {
        Path file = yaml("metrics: {window: 5m, windowed: 'temperature, lab-*/p/inlet a/b,,*/x'}\n");
        ServerConfig.Metrics metrics =
                ConfigLoader.load(file, Map.of(), List.of()).metrics();
        assertThat(metrics.window()).isEqualTo(Duration.ofMinutes(5));
        assertThat(metrics.unknownInterval()).isEqualTo(Duration.ofSeconds(100));
        assertThat(metrics.windowed()).containsExactly("temperature", "lab-*/p/inlet a/b", "*/x");
        assertThat(ConfigLoader.load(null, Map.of(), List.of()).metrics().windowed())
                .isEmpty();
        assertThat(problems(null, Map.of(), "metrics.windowed=a,/b", "metrics.window=0s"))
                .satisfiesExactly(
                        one -> assertThat(one).contains("device/quantity/channel"),
                        two -> assertThat(two).contains("a duration above 0"));
    }

    @Test
    void allProblemsAreToldAtOnceWithPlaceAndAdvice() throws Exception {
        Path file = yaml("tcp:\n  prot: 1\n  port: seven\nlog: {level: loud}\n");
        List<String> problems = problems(file, Map.of("BALIZA_TCP_PROT", "1"), "htp.port=1", "nonsense");
        assertThat(problems).hasSize(6);
        assertThat(problems.get(0)).endsWith("baliza.yaml:2:3: unknown key 'tcp.prot'; did you mean 'tcp.port'?");
        assertThat(problems.get(1)).contains(":3:3: tcp.port is 'seven' but must be a whole number from 0 to 65535");
        assertThat(problems.get(2)).contains("must be one of error, warn, info, debug, trace");
        assertThat(problems.get(3)).contains("did you mean BALIZA_TCP_PORT?");
        assertThat(problems.get(4)).contains("did you mean 'http.port'?");
        assertThat(problems.get(5)).contains("must be key=value");
    }

    @Test
    void aFileThatIsMissingOrNotYamlIsToldAsSuch() throws Exception {
        assertThat(problems(dir.resolve("absent.yaml"), Map.of()))
                .containsExactly(dir + "/absent.yaml: there is no such file");
        assertThat(problems(yaml("tcp: [1, "), Map.of()).get(0)).contains("not YAML");
        assertThat(problems(yaml("- 1\n"), Map.of()).get(0)).contains("must be a mapping");
    }

    @Test
    void aNetworkAddressNeedsTheExplicitWord() throws Exception {
        assertThat(problems(null, Map.of(), "tcp.host=0.0.0.0").get(0)).contains("insecure: true");
        assertThat(ConfigLoader.load(null, Map.of(), List.of("tcp.host=::", "udp.host=::", "insecure=true"))
                        .insecure())
                .isTrue();
    }

    @Test
    void theStoreDirectoryComesFromSystemdUnlessSet() throws Exception {
        Map<String, String> systemd = Map.of("STATE_DIRECTORY", "/var/lib/baliza");
        assertThat(ConfigLoader.load(null, systemd, List.of()).store().dir()).isEqualTo(Path.of("/var/lib/baliza"));
        assertThat(ConfigLoader.load(null, systemd, List.of("store.dir=/d"))
                        .store()
                        .dir())
                .isEqualTo(Path.of("/d"));
    }

    @Test
    void everyKeyHasADefaultThatIsAllowed() {
        for (Key key : Key.values()) {
            List<String> values = key.isList() ? key.split(key.fallback()) : List.of(key.fallback());
            assertThat(values)
                    .as(key.path())
                    .allMatch(value -> key.problem(value).isEmpty());
            assertThat(key.help()).as(key.path()).isNotBlank();
        }
        assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), List.of("limits.drain=soon")))
                .hasMessageContaining("a duration such as");
    }

    @Test
    void addressListsAreYamlListsOrOneTextWithCommas() throws Exception {
        Path file =
                yaml("access:\n  allow: [10.0.0.0/8, '2001:db8::/32']\n  deny:\n    - 10.1.0.0/16\n    - 10.2.0.7\n");
        ServerConfig config = ConfigLoader.load(file, Map.of(), List.of());
        assertThat(config.access().allow())
                .map(Cidr::toString)
                .containsExactly("10.0.0.0/8", "2001:db8:0:0:0:0:0:0/32");
        assertThat(config.access().deny()).map(Cidr::toString).containsExactly("10.1.0.0/16", "10.2.0.7/32");
        ServerConfig flat =
                ConfigLoader.load(file, Map.of("BALIZA_ACCESS_ALLOW", "127.0.0.1, ::1"), List.of("access.deny="));
        assertThat(flat.access().allow()).containsExactly(Cidr.parse("127.0.0.1"), Cidr.parse("::1"));
        assertThat(flat.access().deny()).isEmpty();
    }

    @Test
    void aWrongNetworkIsToldWithTheLineOfItsItem() throws Exception {
        Path file = yaml("access:\n  deny:\n    - 10.0.0.0/8\n    - 10.1.0.5/16\n    - lab\n");
        List<String> problems = problems(file, Map.of(), "access.allow=1.2.3.4/33,::1");
        assertThat(problems).hasSize(3);
        assertThat(problems.get(0)).contains(":4:7: access.deny is '10.1.0.5/16' but must have no bits set behind");
        assertThat(problems.get(1)).contains(":5:7: access.deny is 'lab' but must be an address or a network");
        assertThat(problems.get(2))
                .isEqualTo("--set access.allow: access.allow is '1.2.3.4/33' but must have at most"
                        + " 32 bits after the /");
    }
}
