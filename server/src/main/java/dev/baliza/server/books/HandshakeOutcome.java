package dev.baliza.server.books;

import java.util.Locale;

/** How the TLS handshake of a connection ended. */
public enum HandshakeOutcome {
    COMPLETED("the connection is encrypted"),
    TIMEOUT("the TLS handshake took too long"),
    NOT_TLS("the first bytes are no TLS; let the client speak TLS, or set tls to false for this port"),
    VERSION("the client speaks no TLS 1.3"),
    NO_CERTIFICATE("the client shows no certificate of an authority in tls.clients"),
    UNTRUSTED("no authority in tls.clients made the client's certificate, or its time is over"),
    REFUSED("the client does not trust this server's certificate, or broke off with an alert"),
    CLOSED("the client closed the connection during the TLS handshake"),
    FAILED("the TLS handshake failed");

    private final String text;

    HandshakeOutcome(String text) {
        this.text = text;
    }

    /** As in labels. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it means, for who looks for the fault. */
    public String text() {
        return text;
    }
}
