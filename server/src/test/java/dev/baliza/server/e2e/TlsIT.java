package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.server.auth.PasswordHash;
import dev.baliza.server.auth.Role;
import dev.baliza.server.auth.User;
import dev.baliza.server.auth.UsersFile;
import dev.baliza.server.tls.Pki;
import dev.baliza.sim.PingCommand;
import dev.baliza.sim.scenario.WebServer;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Fleets, pings and scrapes over TLS. */
class TlsIT {
    private static final int DEVICES = 12;

    @TempDir
    Path dir;

    private Pki pki;
    private Pki.Pair certificate;
    private Pki.Pair client;

    @BeforeEach
    void makeCertificates() throws Exception {
        pki = new Pki(dir, "authority");
        certificate = pki.make("server");
        client = pki.make("client");
    }

    private RunningServer server(String... more) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "tcp.tls=true",
                "http.tls=true",
                "tls.certificate=" + certificate.certificate(),
                "tls.key=" + certificate.key()));
        all.addAll(List.of(more));
        return new RunningServer(all.toArray(String[]::new));
    }

    private SimRun sim(RunningServer server, String... more) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("--devices=" + DEVICES, "--interval=10ms", "--duration=2s", "--batch=4", "--tls"));
        all.add("--ca=" + pki.ca);
        all.addAll(List.of(more));
        return SimRun.against(server.devices(), "https://" + server.http(), dir, all.toArray(String[]::new));
    }

    private static void assertBalanced(SimRun run) {
        assertThat(run.differences()).isEmpty();
        assertThat(run.text("verdict")).isEqualTo("balanced");
        assertThat(run.exitCode()).isZero();
        assertThat(run.number("framesIssued")).isPositive();
    }

    private String metrics(RunningServer server) throws Exception {
        return get(server, "/metrics", null).body();
    }

    private HttpResponse<String> get(RunningServer server, String path, @Nullable String login) throws Exception {
        String authorization = login == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        WebServer web = WebServer.of(
                "https://" + server.http(),
                TlsContext.client(pki.ca, client.certificate(), client.key()),
                authorization);
        return web.client().build().send(web.request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seed=1", "--faults=cut,corrupt=0.02,rebind=0.5", "--delivery=best-effort"})
    void theVerdictOfAFleetOverTlsBalances(String option) throws Exception {
        try (RunningServer server = server()) {
            assertBalanced(sim(server, "--transport=tcp", option));
            assertThat(metrics(server))
                    .containsPattern("baliza_tls_handshakes_total\\{outcome=\"completed\",port=\"tcp\"} [1-9]")
                    .contains("baliza_tls_handshakes_total{outcome=\"failed\",port=\"tcp\"} 0.0")
                    .containsPattern("baliza_tls_certificate_expiry_timestamp_seconds 1[.0-9]+E9");
        }
    }

    @Test
    void sealedFramesInsideMutualTlsBalance() throws Exception {
        Path keys = dir.resolve("devices.keys");
        Random random = new Random(1);
        List<KeyEntry> entries = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            byte[] secret = new byte[16];
            random.nextBytes(secret);
            entries.add(new KeyEntry("sim-%04d".formatted(i + 1), 1, i % 2 == 0, secret));
        }
        KeyFile.write(keys, entries);
        try (RunningServer server = server("keys.file=" + keys, "tls.clients=" + pki.ca)) {
            assertBalanced(sim(
                    server,
                    "--transport=mixed",
                    "--keys=" + keys,
                    "--cert=" + client.certificate(),
                    "--key=" + client.key()));
        }
    }

    private static int ping(RunningServer server, String... options) {
        List<String> all = new ArrayList<>(List.of("--server=" + server.devices(), "--count=2", "--interval=10ms"));
        all.addAll(List.of(options));
        return new CommandLine(new PingCommand()).execute(all.toArray(String[]::new));
    }

    @Test
    void aClientWithoutACertificateOrTrustGetsNoAnswer() throws Exception {
        try (RunningServer server = server("tls.clients=" + pki.ca)) {
            assertThat(ping(
                            server,
                            "--tls",
                            "--ca=" + pki.ca,
                            "--cert=" + client.certificate(),
                            "--key=" + client.key()))
                    .isZero();
            assertThat(ping(server, "--tls", "--ca=" + pki.ca)).isEqualTo(69);
            assertThat(ping(server, "--tls")).isEqualTo(69);
            assertThat(metrics(server))
                    .containsPattern("baliza_tls_handshakes_total\\{outcome=\"no_certificate\",port=\"tcp\"} [1-9]")
                    .containsPattern("baliza_tls_handshakes_total\\{outcome=\"refused\",port=\"tcp\"} [1-9]");
        }
    }

    @Test
    void plainFramesOnATlsPortAreClosedAndCounted() throws Exception {
        try (RunningServer server = server()) {
            int port = server.server.tcpAddress().getPort();
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(Probes.hello(1, false, new Random(1)));
                InputStream in = socket.getInputStream();
                assertThat(in.read()).isEqualTo(-1);
            }
            assertThat(metrics(server)).contains("baliza_tls_handshakes_total{outcome=\"not_tls\",port=\"tcp\"} 1.0");
        }
    }

    private SSLSocket connect(RunningServer server) throws Exception {
        SSLSocket socket = (SSLSocket) TlsContext.client(pki.ca, null, null)
                .context()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.server.tcpAddress().getPort());
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private String subject(RunningServer server) throws Exception {
        try (SSLSocket socket = connect(server)) {
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    private void replaceWith(Pki.Pair other) throws Exception {
        Files.move(other.certificate(), certificate.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(other.key(), certificate.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aNewCertificateIsShownToNewConnectionsAndOldOnesStay() throws Exception {
        try (RunningServer server = server();
                SSLSocket open = connect(server)) {
            assertThat(subject(server)).isEqualTo("CN=server");
            assertAnswers(open);
            replaceWith(pki.make("renewed"));
            await().atMost(20, TimeUnit.SECONDS).until(() -> subject(server).equals("CN=renewed"));
            Files.writeString(certificate.certificate(), "no certificate");
            // the file is looked at every second: give the server the time to make the mistake
            await().pollDelay(3, TimeUnit.SECONDS)
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> subject(server).equals("CN=renewed"));
            assertAnswers(open);
        }
    }

    private static void assertAnswers(SSLSocket socket) throws Exception {
        socket.getOutputStream().write(Probes.hello(1, false, new Random(1)));
        assertThat(socket.getInputStream().read(new byte[1_000])).isPositive();
    }

    @Test
    void onlyUsersMayReadButHealthIsOpen() throws Exception {
        Path users = dir.resolve("users");
        PasswordHash hash = PasswordHash.of("open sesame".toCharArray(), 100_000, new SecureRandom());
        UsersFile.write(users, List.of(new User("grafana", Role.VIEWER, hash)));
        Path password = Files.writeString(dir.resolve("password"), "open sesame\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        try (RunningServer server = server("http.auth=" + users)) {
            assertThat(get(server, "/healthz", null).statusCode()).isEqualTo(200);
            assertThat(get(server, "/readyz", null).statusCode()).isEqualTo(200);
            HttpResponse<String> refused = get(server, "/metrics", null);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("www-authenticate"))
                    .contains("Basic realm=\"Baliza\", charset=\"UTF-8\"");
            assertThat(get(server, "/metrics", "grafana:open sesame").body())
                    .contains("baliza_http_logins_total{outcome=\"verified\"} 1.0");
            assertThat(get(server, "/metrics", "grafana:open sesame").body())
                    .contains("baliza_http_logins_total{outcome=\"remembered\"} 1.0");
            for (int i = 0; i < 10; i++) {
                assertThat(get(server, "/api/v1/ledger", "grafana:guess" + i).statusCode())
                        .isEqualTo(401);
            }
            HttpResponse<String> limited = get(server, "/api/v1/tap", "grafana:guess");
            assertThat(limited.statusCode()).isEqualTo(429);
            assertThat(limited.headers().firstValue("retry-after")).contains("60");
            assertBalanced(sim(server, "--transport=tcp", "--user=grafana", "--password-file=" + password));
            UsersFile.write(users, List.of(new User("other", Role.VIEWER, hash)));
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> get(server, "/metrics", "grafana:open sesame").statusCode() != 200);
        }
    }
}
