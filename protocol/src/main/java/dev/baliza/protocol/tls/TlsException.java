package dev.baliza.protocol.tls;

/** A file for TLS cannot be used; the message says which, why and what to do, and shows no secret. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
