package dev.baliza.protocol.tls;

import dev.baliza.protocol.seal.SecretFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A PEM file (RFC 7468). Limits: 1 MiB. */
final class PemFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private final Path path;

    PemFile(Path path) {
        this.path = path;
    }

    /** The certificates in their order; at least one. */
    List<X509Certificate> certificates() throws TlsException {
        byte[] bytes = bytes();
        try {
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            throw new TlsException(path + ": is no PEM file of certificates: " + e.getMessage(), e);
        }
        throw new TlsException(path + ": holds no certificate; it must begin with -----BEGIN CERTIFICATE-----");
    }

    /** The one private key, which only the file's owner may read. */
    PrivateKey privateKey(String algorithm) throws TlsException {
        checkPermissions();
        String text = new String(bytes(), StandardCharsets.US_ASCII);
        Matcher matcher = PRIVATE_KEY.matcher(text);
        if (!matcher.find()) {
            throw new TlsException(path + ": holds no key in PKCS#8 without a password (-----BEGIN PRIVATE KEY-----)"
                    + (text.contains("PRIVATE KEY-----")
                            ? "; convert it: openssl pkcs8 -topk8 -nocrypt -in " + path + " -out NEW"
                            : ""));
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsException(
                    path + ": holds no " + algorithm + " key, but the certificate is for one; "
                            + "give the key that the certificate was made for",
                    e);
        }
    }

    private void checkPermissions() throws TlsException {
        Optional<String> problem;
        try {
            problem = SecretFile.problem(path);
        } catch (IOException e) {
            throw unreadable(e);
        }
        if (problem.isPresent()) {
            throw new TlsException(path + ": " + problem.get());
        }
    }

    private byte[] bytes() throws TlsException {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new TlsException(path + ": is longer than 1 MiB; this is no PEM file for TLS");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private TlsException unreadable(IOException e) {
        return e instanceof NoSuchFileException
                ? new TlsException(path + ": there is no such file", e)
                : new TlsException(path + ": cannot be read, is it this user's? " + e, e);
    }
}
