package dev.baliza.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a wrong file, variable or flag is told. */
class ConfigErrorsTest {
    @TempDir
    Path dir;

    private List<String> problems(byte[] bytes) throws IOException {
        Path file = Files.write(dir.resolve("baliza.yaml"), bytes);
        return catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file, Map.of(), List.of()))
                .problems();
    }

    private String problem(String text) throws IOException {
        List<String> problems = problems(text.getBytes(StandardCharsets.UTF_8));
        assertThat(problems).hasSize(1);
        return problems.get(0).substring(dir.toString().length() + 1);
    }

    private static List<String> problems(Map<String, String> environment, String... flags) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(null, environment, List.of(flags)))
                .problems();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tpc: {port: 1}|baliza.yaml:1:1: unknown section 'tpc'; did you mean 'tcp'?",
                "tcp: {port: 1, hots: x}|baliza.yaml:1:16: unknown key 'tcp.hots'; did you mean 'tcp.host'?",
                "port: 1|baliza.yaml:1:1: unknown key 'port'; did you mean 'tcp.port'?",
                "zzz: 1|baliza.yaml:1:1: unknown key 'zzz'",
                "tcp: 7367|baliza.yaml:1:1: tcp is a section and must hold keys, such as 'tcp: {host: 127.0.0.1}'",
                "tcp: [1]|baliza.yaml:1:1: tcp is a section and must hold keys, such as 'tcp: {host: 127.0.0.1}'",
                "tcp: {port: {a: 1}}|baliza.yaml:1:7: tcp.port must be a single value: a whole number from 0 to 65535",
                "tcp: {port: [1]}|baliza.yaml:1:7: tcp.port must be a single value: a whole number from 0 to 65535",
                "insecure:|baliza.yaml:1:1: insecure has no value; it must be true or false, or remove the key for its default 'false'",
                "tcp: {port: 1, port: 2}|baliza.yaml:1:16: tcp.port is here twice; the first is in line 1",
                "tcp: {port: 65536}|baliza.yaml:1:7: tcp.port is '65536' but must be a whole number from 0 to 65535",
                "metrics: {derived: [a = ./t, b = ./t sin]}|baliza.yaml:1:30: metrics.derived is 'b = ./t sin' but token 2 'sin' is no number, operator or reading; operators are + - * / % min max pow abs neg sqrt ln exp, and a reading is ./temperature of the device itself or lab-1/temperature of another",
                "metrics: {derived: [a = ./t, b = ./a]}|baliza.yaml:1:30: metrics.derived is 'b = ./a' but reads a derived channel, and these are computed from received readings only, so that there can be no loop; write out what it stands for",
                "metrics: {derived: [a in foo = ./t]}|baliza.yaml:1:21: metrics.derived is 'a in foo = ./t' but has the unit 'foo', which is not known; use a UCUM code such as Cel, %, Pa or kW",
                "tcp: {backlog: 0}|baliza.yaml:1:7: tcp.backlog is '0' but must be a whole number from 1 to 65535",
                "tcp: {port: -1}|baliza.yaml:1:7: tcp.port is '-1' but must be a whole number from 0 to 65535",
                "tcp: {port: 1e3}|baliza.yaml:1:7: tcp.port is '1e3' but must be a whole number from 0 to 65535",
                "tcp: {port: ٧٣٦٧}|baliza.yaml:1:7: tcp.port is '٧٣٦٧' but must be a whole number from 0 to 65535",
                "limits: {drain: 2h}|baliza.yaml:1:10: limits.drain is '2h' but must be a duration such as 500ms, 20s, 5m or 1h, at most 1h",
                "store: {dir: \"\\0\"}|baliza.yaml:1:9: store.dir is '\\u0000' but must be a path",
                "http: {port: 7367}|baliza.yaml:1:8: http.port is '7367' and so is tcp.port; devices and HTTP need a port each",
                "tcp: {port: 7368}|baliza.yaml:1:7: tcp.port is '7368' and so is http.port; devices and HTTP need a port each",
                "access: {deny: {a: b}}|baliza.yaml:1:10: access.deny must be a list such as [192.0.2.7, 10.0.0.0/8, 2001:db8::/32]",
                "{a: b}: 1|baliza.yaml:1:1: a key must be a word, not a list or a mapping",
                "log: {level: \"a\\e[31m\\u202Eb\"}|baliza.yaml:1:7: log.level is 'a\\u001b[31m\\u202eb' but must be one of error, warn, info, debug, trace",
            })
    void aProblemIsToldWithItsPlaceAndTheWayOut(String yaml, String expected) throws Exception {
        assertThat(problem(yaml)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing\n",
                "~",
                "tcp:\n  # port: 1\nudp:\n",
                "\uFEFFtcp: {port: 1}\n",
                "tcp: {port: \"1\"}\r\n",
                "access: {allow: '', deny: []}\n",
                "tcp: &a {port: 1}\nudp: *a\n",
            })
    void filesThatSayLittleAreFine(String yaml) throws Exception {
        Path file = Files.writeString(dir.resolve("fine.yaml"), yaml);
        assertThat(ConfigLoader.load(file, Map.of(), List.of()).http().port()).isEqualTo(7368);
    }

    @Test
    void whatIsNoYamlIsToldWithLineAndColumn() throws Exception {
        assertThat(problem("tcp: {port: 1\n")).startsWith("baliza.yaml:2:1: not YAML: ");
        assertThat(problem("tcp:\n\tport: 1\n")).startsWith("baliza.yaml:2:1: not YAML: ");
        assertThat(problem("tcp: {port: 1}\n---\nudp: {port: 1}\n")).startsWith("baliza.yaml:2:1: not YAML: ");
        assertThat(problem("tcp:\n  host: a\u0001b\n"))
                .isEqualTo("baliza.yaml:2:10: not YAML: the character U+0001 is not allowed");
        assertThat(problem("tcp: *nothing\n")).startsWith("baliza.yaml:1:6: not YAML: ");
        assertThat(problem("[".repeat(50_000)))
                .isEqualTo("baliza.yaml:1:21: is nested more than 20 levels deep; two are" + " enough");
        assertThat(problem("tcp: &a {port: 1, more: *a}\n")).contains("unknown");
    }

    @Test
    void bytesThatAreNoConfigurationAreToldAsSuch() throws Exception {
        byte[] latin1 = "log: {level: info}\n# é\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(problems(latin1)).containsExactly(dir + "/baliza.yaml:2:3: is not UTF-8 text");
        byte[] cut = {'#', (byte) 0xC3};
        assertThat(problems(cut)).containsExactly(dir + "/baliza.yaml:1:2: is not UTF-8 text");
        assertThat(problems(new byte[(1 << 20) + 1]).get(0)).contains("is longer than 1 MiB");
        assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(dir, Map.of(), List.of()))
                        .problems())
                .containsExactly(dir + ": cannot be read: Is a directory");
    }

    @Test
    void anUnknownVariableIsAnErrorWithASuggestion() {
        assertThat(problems(Map.of("BALIZA_UPD_PORT", "1", "BALIZA_TCP_PORT", "x", "BALIZAX", "1", "PATH", "/bin")))
                .containsExactly(
                        "environment BALIZA_TCP_PORT: tcp.port is 'x' but must be a whole number from 0 to 65535",
                        "environment BALIZA_UPD_PORT: unknown variable; did you mean BALIZA_UDP_PORT?");
    }

    @ParameterizedTest
    @CsvSource({
        "BALIZA_SERVICE_HOST, 10.0.0.1",
        "BALIZA_SERVICE_PORT_HTTP, 7368",
        "BALIZA_PORT, tcp://10.0.0.1:7367",
        "BALIZA_PORT_7367_UDP_ADDR, 10.0.0.1",
        "BALIZA_UDP_PORT, udp://10.0.0.1:7367",
    })
    void variablesThatKubernetesAddsAreExplained(String name, String value) {
        assertThat(problems(Map.of(name, value)))
                .containsExactly("environment " + name + ": is not a setting; Kubernetes adds it for a Service of that"
                        + " name. Set enableServiceLinks: false in the pod");
    }

    @Test
    void aNameWithoutAnAddressIsToldForEachHost() {
        List<String> problems = catchThrowableOfType(
                        ConfigException.class,
                        () -> ConfigLoader.read(
                                null, Map.of(), List.of("tcp.host=lab.invalid", "http.host=a b"), host -> {
                                    throw new UnknownHostException(host);
                                }))
                .problems();
        assertThat(problems)
                .contains(
                        "--set http.host: http.host is 'a b' but must be an address or a host name",
                        "--set tcp.host: tcp.host is 'lab.invalid' but no address is known for that name");
    }

    @Test
    void longTextsAndLongListsOfProblemsAreCut() throws Exception {
        assertThat(problem("log: {level: " + "x".repeat(10_000) + "}"))
                .hasSizeLessThan(250)
                .contains("x…'");
        assertThat(problem("y".repeat(1_000) + ": 1")).hasSizeLessThan(250);
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            many.append("key").append(i).append(": 1\n");
        }
        List<String> problems = problems(many.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(problems).hasSize(101);
        assertThat(problems.get(100)).isEqualTo("and 900 more problems");
    }
}
