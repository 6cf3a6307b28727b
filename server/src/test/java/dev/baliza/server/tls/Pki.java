package dev.baliza.server.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/** An authority and what it made, as PEM files in a directory. */
public final class Pki {
    public final Path ca;
    private final X509Bundle authority;
    private final Path dir;

    public Pki(Path dir, String name) throws Exception {
        this.dir = dir;
        authority = builder(name, Duration.ofDays(30))
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        ca = write(name + ".pem", authority.getCertificatePEM());
    }

    /** A certificate and its key. */
    public record Pair(Path certificate, Path key) {}

    public Pair make(String name) throws Exception {
        return make(name, Duration.ofDays(30));
    }

    /** @param validity negative for a certificate whose time is over */
    public Pair make(String name, Duration validity) throws Exception {
        X509Bundle bundle = builder(name, validity)
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
        return new Pair(
                write(name + ".pem", bundle.getCertificatePathPEM()), secret(name + ".key", bundle.getPrivateKeyPEM()));
    }

    private static CertificateBuilder builder(String name, Duration validity) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .subject("CN=" + name)
                .ecp256()
                .notBefore(now.minus(Duration.ofDays(60)))
                .notAfter(now.plus(validity));
    }

    private Path write(String file, String pem) throws IOException {
        return Files.writeString(dir.resolve(file), pem);
    }

    private Path secret(String file, String text) throws IOException {
        Path path = write(file, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return path;
    }
}
