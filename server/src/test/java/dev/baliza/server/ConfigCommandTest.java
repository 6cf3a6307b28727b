package dev.baliza.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.EffectiveConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigCommandTest {
    @TempDir
    Path dir;

    private record Run(int status, String out, String err) {}

    private static Run run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new ConfigCommand(environment))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Run(status, out.toString(), err.toString());
    }

    private Path yaml(String text) throws Exception {
        return Files.writeString(dir.resolve("baliza.yaml"), text);
    }

    private static EffectiveConfig load(Path file) throws Exception {
        return ConfigLoader.read(file, Map.of(), List.of());
    }

    private static EffectiveConfig defaults() throws Exception {
        return ConfigLoader.read(null, Map.of(), List.of());
    }

    @Test
    void initPrintsEveryKeyWithItsDefaultAndHelp() throws Exception {
        Run init = run(Map.of(), "init");
        assertThat(init.status).isZero();
        assertThat(init.out).contains("""
                tcp:
                  # address to listen on; :: is IPv4 and IPv6
                  # (an address or a host name)
                  #host: 127.0.0.1
                """);
        assertThat(init.out.lines()).allMatch(line -> line.length() <= 120);
        assertThat(defaults().changes(load(yaml(init.out)))).isEmpty();

        EffectiveConfig uncommented = load(yaml(init.out.replaceAll("(?m)^( *)#([a-zA-Z])", "$1$2")));
        assertThat(defaults().changes(uncommented)).isEmpty();
        assertThat(uncommented.entries()).allMatch(entry -> entry.origin().startsWith(dir.toString()));
    }

    @Test
    void initWritesAFileButNeverOverOne() throws Exception {
        Path file = dir.resolve("new.yaml");
        assertThat(run(Map.of(), "init", file.toString()))
                .isEqualTo(new Run(0, "written: " + file + System.lineSeparator(), ""));
        assertThat(defaults().changes(load(file))).isEmpty();
        Files.writeString(file, "mine: 1\n");
        Run again = run(Map.of(), "init", file.toString());
        assertThat(again.status).isEqualTo(1);
        assertThat(again.err).isEqualTo("baliza: " + file + " exists and is not overwritten; choose another name\n");
        assertThat(file).hasContent("mine: 1\n");
    }

    @Test
    void checkSaysOkOrAllErrorsWithStatus78() throws Exception {
        assertThat(run(Map.of(), "check", yaml("tcp: {port: 1}\n").toString())).isEqualTo(new Run(0, "ok\n", ""));
        Path bad = yaml("tcp: {prot: 1}\nlog: {level: loud}\n");
        Run check = run(Map.of("BALIZA_UPD_PORT", "1"), "check", bad.toString());
        assertThat(check.status).isEqualTo(78);
        assertThat(check.out).isEmpty();
        assertThat(check.err.lines())
                .containsExactly(
                        "baliza: " + bad + ":1:7: unknown key 'tcp.prot'; did you mean 'tcp.port'?",
                        "baliza: " + bad
                                + ":2:7: log.level is 'loud' but must be one of error, warn, info, debug, trace",
                        "baliza: environment BALIZA_UPD_PORT: unknown variable; did you mean BALIZA_UDP_PORT?");
        assertThat(run(Map.of(), "check", dir + "/absent.yaml").status).isEqualTo(78);
        assertThat(run(Map.of(), "check").status).as("usage").isEqualTo(2);
    }

    @Test
    void showSaysEveryValueAndItsOriginAndCanBeReadBack() throws Exception {
        Path file = yaml("tcp: {port: 1001}\nudp: {port: 1002}\naccess: {deny: [10.0.0.0/8, '::1']}\n");
        Run show = run(
                Map.of("BALIZA_UDP_PORT", "2002"),
                "show",
                "--origin",
                "--config=" + file,
                "--set=http.port=3003",
                "--set=store.dir=a \"b\"\\c\té");
        assertThat(show.status).isZero();
        assertThat(show.err).isEmpty();
        assertThat(show.out.lines())
                .hasSameSizeAs(defaults().entries())
                .anyMatch(line -> line.matches("tcp\\.host: 127\\.0\\.0\\.1 +# default"))
                .anyMatch(line -> line.startsWith("tcp.port: 1001 ") && line.endsWith("# " + file + ":1:7"))
                .anyMatch(line -> line.matches("udp\\.port: 2002 +# environment BALIZA_UDP_PORT"))
                .anyMatch(line -> line.matches("http\\.port: 3003 +# --set http\\.port"));
        EffectiveConfig meant = ConfigLoader.read(
                file, Map.of("BALIZA_UDP_PORT", "2002"), List.of("http.port=3003", "store.dir=a \"b\"\\c\té"));
        assertThat(load(yaml(show.out)).changes(meant)).isEmpty();

        Run plain = run(Map.of(), "show");
        assertThat(plain.out).doesNotContain("#");
        assertThat(load(yaml(plain.out)).changes(defaults())).isEmpty();
        assertThat(run(Map.of(), "show", "--set=tcp.port=x").status).isEqualTo(78);
    }

    @Test
    void theServerItselfEndsWithStatus78() {
        assertThat(new CommandLine(new ServerCommand()).execute("--set", "tcp.port=x", "--set", "log.level=loud"))
                .isEqualTo(78);
    }
}
