package dev.baliza.sim;

import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.protocol.tls.TlsException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * PEM files by which a client speaks TLS.
 *
 * @param authorities by which to believe the server; null: those of Java
 * @param certificate to show; null: none
 * @param key of the certificate
 */
public record TlsFiles(
        @Nullable Path authorities,
        @Nullable Path certificate,
        @Nullable Path key) {
    /** Whether none is given. */
    boolean isEmpty() {
        return authorities == null && certificate == null && key == null;
    }

    /** @throws IllegalArgumentException a file cannot be used; the message says why */
    public TlsContext context() {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--cert and --key belong together; give both");
        }
        try {
            return TlsContext.client(authorities, certificate, key);
        } catch (TlsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The same from any working directory. */
    public TlsFiles absolute() {
        return new TlsFiles(absolute(authorities), absolute(certificate), absolute(key));
    }

    private static @Nullable Path absolute(@Nullable Path path) {
        return path == null ? null : path.toAbsolutePath().normalize();
    }
}
