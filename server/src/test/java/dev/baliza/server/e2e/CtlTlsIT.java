package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.tls.Pki;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code baliza ctl} over TLS, where the server asks for a certificate as well. */
class CtlTlsIT {
    private final KeyEntry ana = new KeyEntry("ana", 1, false, new byte[16], Role.OPERATOR);

    @TempDir
    Path dir;

    private Pki pki;
    private Pki.Pair client;
    private Path keys = Path.of("");
    private RunningServer server;

    @BeforeEach
    void files() throws Exception {
        pki = new Pki(dir, "authority");
        client = pki.make("client");
        List<KeyEntry> entries = new ArrayList<>(FleetKeys.of("lab-", 2, 1));
        entries.add(ana);
        keys = FleetKeys.write(dir, entries);
    }

    private RunningServer server() throws Exception {
        Pki.Pair certificate = pki.make("server");
        return new RunningServer(
                "tcp.tls=true",
                "tls.certificate=" + certificate.certificate(),
                "tls.key=" + certificate.key(),
                "tls.clients=" + pki.ca,
                "keys.file=" + keys,
                "store.dir=" + dir.resolve("store"));
    }

    private CtlRun ctl(String... words) {
        return CtlRun.of(dir, CtlRun.profile(ana), words);
    }

    private List<String> tls() {
        return List.of("--tls", "--ca=" + pki.ca, "--cert=" + client.certificate(), "--key=" + client.key());
    }

    private CtlRun ctlOverTls(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(tls());
        return ctl(all.toArray(String[]::new));
    }

    private CompletableFuture<SimRun> fleet() {
        List<String> options = new ArrayList<>(List.of(
                "--devices=2",
                "--name-prefix=lab-",
                "--interval=100ms",
                "--duration=8s",
                "--transport=tcp",
                "--keys=" + keys));
        options.addAll(tls());
        return CompletableFuture.supplyAsync(() -> {
            try {
                return SimRun.against(server.devices(), server.http(), dir, options.toArray(String[]::new));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void operatorsAskAndPushFilesOverTlsThatTheProfileRemembers() throws Exception {
        try (RunningServer started = server()) {
            server = started;
            assertThat(ctlOverTls("login", "--server", server.devices()).status())
                    .isZero();
            CtlRun whoami = ctl("whoami");
            assertThat(whoami.out()).as(whoami.err()).contains("ana (operator)");
            CompletableFuture<SimRun> run = fleet();
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> ctl("devices").out().contains("lab-0002"));
            Path firmware = dir.resolve("firmware.bin");
            byte[] bytes = new byte[200_000];
            new Random(9).nextBytes(bytes);
            Files.write(firmware, bytes);
            CtlRun pushed = ctl("push-file", "lab-0002", firmware.toString());
            assertThat(pushed.out()).as(pushed.err()).isEqualTo("lab-0002 has it\n");
            assertThat(run.get().text("verdict")).isEqualTo("balanced");
        }
    }

    @Test
    void optionsSayItWhereTheProfileDoesNot() throws Exception {
        try (RunningServer started = server()) {
            server = started;
            assertThat(ctl("login", "--server", server.devices()).status()).isZero();
            CtlRun whoami = ctlOverTls("whoami");
            assertThat(whoami.out()).as(whoami.err()).contains("ana (operator)");
            assertThat(ctl("whoami", "--udp").out()).contains("ana (operator)");
            CtlRun distrusted = ctl("whoami", "--tls");
            assertThat(distrusted.status()).isEqualTo(69);
            assertThat(distrusted.err()).contains("certificate is not believed", "--ca FILE");
            CtlRun plain = ctl("whoami");
            assertThat(plain.status()).isEqualTo(69);
            assertThat(plain.err()).contains("add --tls");
            CtlRun wrong = ctl("whoami", "--tls", "--udp");
            assertThat(wrong.status()).isEqualTo(2);
            CtlRun half = ctl("whoami", "--tls", "--cert=" + client.certificate());
            assertThat(half.status()).isEqualTo(2);
        }
    }
}
