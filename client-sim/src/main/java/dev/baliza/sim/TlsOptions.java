package dev.baliza.sim;

import dev.baliza.protocol.tls.TlsContext;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that may speak TLS: whom to believe, and what to show. */
public final class TlsOptions {
    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM: authorities by which to believe the server; default: those of Java.")
    private @Nullable Path authorities;

    @Option(names = "--cert", paramLabel = "FILE", description = "PEM: certificate to show, where the server asks.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM: private key of --cert, in PKCS#8.")
    private @Nullable Path key;

    /** As they were given. */
    public TlsFiles files() {
        return new TlsFiles(authorities, certificate, key);
    }

    /** @throws IllegalArgumentException a file cannot be used; the message says why */
    public TlsContext context() {
        return files().context();
    }
}
