package dev.baliza.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.protocol.tls.TlsException;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.ServerConfig;
import dev.baliza.server.tls.Pki;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificate files that are missing, wrong, or replaced while the server runs. */
class TlsStoreTest {
    @TempDir
    Path dir;

    private Pki pki;
    private Pki.Pair server;
    private Instant now = Instant.now();

    @BeforeEach
    void makeCertificates() throws Exception {
        pki = new Pki(dir, "authority");
        server = pki.make("server");
    }

    private TlsStore store(@Nullable Path clients) throws TlsException {
        return new TlsStore(new ServerConfig.TlsFiles(server.certificate(), server.key(), clients), () -> now);
    }

    private void refused(String... message) {
        assertThatThrownBy(() -> store(null)).isInstanceOf(TlsException.class).hasMessageContainingAll(message);
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        Files.delete(server.key());
        refused(server.key() + ": there is no such file");
        Files.delete(server.certificate());
        refused(server.certificate() + ": there is no such file");
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        Files.setPosixFilePermissions(server.key(), PosixFilePermissions.fromString("rw-r--r--"));
        refused(server.key() + ": others than its owner may use it; run: chmod 600 " + server.key());
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Files.move(pki.make("other").key(), server.key(), StandardCopyOption.REPLACE_EXISTING);
        refused(server.key() + ": is not the key of the first certificate in " + server.certificate());
    }

    @Test
    void aKeyOfAnotherKindIsRefused() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        byte[] encoded = rsa.generateKeyPair().getPrivate().getEncoded();
        Files.writeString(server.key(), pem("PRIVATE KEY", encoded));
        refused(server.key() + ": holds no EC key, but the certificate is for one");
    }

    @Test
    void aKeyInAnotherFormSaysHowToConvertIt() throws Exception {
        for (String form : List.of("EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY")) {
            Files.writeString(server.key(), pem(form, new byte[30]));
            refused("PKCS#8 without a password", "openssl pkcs8 -topk8 -nocrypt -in " + server.key());
        }
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(label, Base64.getMimeEncoder().encodeToString(bytes), label);
    }

    @Test
    void aFileWithoutACertificateIsRefused() throws Exception {
        Files.writeString(server.certificate(), "");
        refused(server.certificate() + ": holds no certificate");
        Files.writeString(server.certificate(), "nonsense");
        refused(server.certificate() + ": ");
        Files.write(server.certificate(), new byte[(1 << 20) + 1]);
        refused(server.certificate() + ": is longer than 1 MiB");
    }

    @Test
    void theServerDoesNotStartWithABadFileAndEndsWithStatus78() throws Exception {
        Files.delete(server.key());
        ServerConfig config = ConfigLoader.load(
                null,
                Map.of(),
                List.of(
                        "tcp.tls=true",
                        "tls.certificate=" + server.certificate(),
                        "tls.key=" + server.key(),
                        "tcp.port=0",
                        "udp.port=0",
                        "http.port=0",
                        "store.enabled=false"));
        assertThatThrownBy(() -> BalizaServer.start(config))
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.exitStatus()).isEqualTo(78))
                .hasMessageContaining("there is no such file");
    }

    @Test
    void usersThatOthersMayReadKeepTheServerFromStarting() throws Exception {
        Path users = Files.writeString(dir.resolve("users"), "");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-rw-rw-"));
        ServerConfig config = ConfigLoader.load(null, Map.of(), List.of("http.auth=" + users, "store.enabled=false"));
        assertThatThrownBy(() -> BalizaServer.start(config))
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.exitStatus()).isEqualTo(78))
                .hasMessageContaining("chmod 600");
    }

    private void replaceWith(Pki.Pair other) throws Exception {
        Files.move(other.certificate(), server.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(other.key(), server.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aChangeIsTakenOverAtTheSecondLookThatSeesIt() throws Exception {
        TlsStore store = store(null);
        TlsContext before = store.get();
        store.refresh();
        replaceWith(pki.make("renewed"));
        store.refresh(); // the other file may still be on its way
        assertThat(store.get()).isSameAs(before);
        store.refresh();
        assertThat(store.get().subject()).isEqualTo("CN=renewed");
        TlsContext after = store.get();
        store.refresh();
        assertThat(store.get()).isSameAs(after);
    }

    @Test
    void aBadFileLeavesTheOldCertificateInForceUntilAGoodOneComes() throws Exception {
        TlsStore store = store(pki.ca);
        TlsContext before = store.get();
        Pki.Pair renewed = pki.make("renewed");
        Files.move(renewed.certificate(), server.certificate(), StandardCopyOption.REPLACE_EXISTING);
        store.refresh();
        store.refresh();
        assertThat(store.get()).isSameAs(before);
        assertThat(store.reload()).isFalse();
        assertThat(store.get()).isSameAs(before);
        Files.move(renewed.key(), server.key(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(store.reload()).isTrue();
        assertThat(store.get().subject()).isEqualTo("CN=renewed");
        assertThat(store.get().isMutual()).isTrue();
    }

    @Test
    void aCertificateThatEndsSoonIsAWarning() throws Exception {
        TlsStore store = store(null);
        assertThat(store.warnings()).isEmpty();
        now = now.plus(Duration.ofDays(20));
        assertThat(store.warnings()).singleElement().asString().contains("CN=server ends at", "replace");
        now = now.plus(Duration.ofDays(20));
        assertThat(store.warnings()).singleElement().asString().contains("is not believed since");
    }
}
