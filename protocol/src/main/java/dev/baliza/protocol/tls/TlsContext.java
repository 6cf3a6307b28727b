package dev.baliza.protocol.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * One side of TLS: what it shows and whom it trusts. TLS 1.3 only, by the JDK. Immutable; sessions do not outlive it, so a peer whom a
 * newer one does not trust cannot resume. Thread: any.
 */
public final class TlsContext {
    private static final String VERSION = "TLSv1.3";
    /** Of a key store that never leaves memory. */
    private static final char[] NO_PASSWORD = {};

    private final SSLContext context;
    private final List<X509Certificate> chain;
    private final boolean mutual;

    private TlsContext(SSLContext context, List<X509Certificate> chain, boolean mutual) {
        this.context = context;
        this.chain = chain;
        this.mutual = mutual;
    }

    /**
     * The side that listens.
     *
     * @param certificate its own, the others up to the authority behind it
     * @param clients authorities of clients, each of which must then show a certificate; null: none is asked for
     */
    public static TlsContext server(Path certificate, Path key, @Nullable Path clients) throws TlsException {
        List<X509Certificate> chain = new PemFile(certificate).certificates();
        return new TlsContext(
                context(identity(certificate, chain, key), clients == null ? null : trust(clients)),
                chain,
                clients != null);
    }

    /**
     * The side that connects.
     *
     * @param authorities that servers are believed by; null: those of the JDK
     * @param certificate its own with the key, or null for none
     */
    public static TlsContext client(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key)
            throws TlsException {
        TrustManager[] trust = authorities == null ? null : trust(authorities);
        if (certificate == null || key == null) {
            return new TlsContext(context(null, trust), List.of(), false);
        }
        List<X509Certificate> chain = new PemFile(certificate).certificates();
        return new TlsContext(context(identity(certificate, chain, key), trust), chain, false);
    }

    /** A connection that was accepted. */
    public SSLEngine serverEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters(engine.getSSLParameters());
        parameters.setNeedClientAuth(mutual);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** @param host that the server's certificate must be for, a name or an address */
    public SSLEngine clientEngine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters(engine.getSSLParameters());
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** For clients that make their own engines. */
    public SSLContext context() {
        return context;
    }

    /** What {@link #context} must be used with. */
    public SSLParameters parameters() {
        return parameters(context.getDefaultSSLParameters());
    }

    private static SSLParameters parameters(SSLParameters parameters) {
        parameters.setProtocols(new String[] {VERSION});
        return parameters;
    }

    /** Whether clients must show a certificate. */
    public boolean isMutual() {
        return mutual;
    }

    /** From when on the chain is believed by nobody; the far future when there is none. */
    public Instant expiry() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    /** Whom the first certificate is for. */
    public String subject() {
        return chain.isEmpty() ? "" : chain.get(0).getSubjectX500Principal().getName();
    }

    private static SSLContext context(KeyManager @Nullable [] identity, TrustManager @Nullable [] trust)
            throws TlsException {
        try {
            SSLContext context = SSLContext.getInstance(VERSION);
            context.init(identity, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new TlsException("this Java cannot do TLS 1.3: " + e.getMessage(), e);
        }
    }

    private static KeyManager[] identity(Path certificate, List<X509Certificate> chain, Path keyFile)
            throws TlsException {
        PrivateKey key =
                new PemFile(keyFile).privateKey(chain.get(0).getPublicKey().getAlgorithm());
        if (!belongTogether(key, chain.get(0))) {
            throw new TlsException(keyFile + ": is not the key of the first certificate in " + certificate
                    + "; give the key that this certificate was made for, and put the server's own certificate first");
        }
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(certificate + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws TlsException {
        String algorithm = key.getAlgorithm();
        byte[] probe = {1, 2, 3, 4, 5, 6, 7, 8};
        try {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> algorithm;
                    });
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new TlsException("a " + algorithm + " key cannot be used for TLS here; use EC or RSA", e);
        }
    }

    private static TrustManager[] trust(Path authorities) throws TlsException {
        List<X509Certificate> certificates = new PemFile(authorities).certificates();
        try {
            KeyStore store = emptyStore();
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("authority-" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(authorities + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
