package dev.baliza.sim.transport;

import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;

/** Why TLS with a server does not come about, in words that say what to do. */
public final class TlsFailure {
    private TlsFailure() {}

    /** @param cause as the TLS handler tells it */
    public static String text(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return "what answers there speaks no TLS; leave out --tls, or let the server have tcp.tls: true";
        }
        if (cause instanceof ClosedChannelException) {
            return "the connection ends during the TLS handshake; is that a port with TLS (tcp.tls: true)?";
        }
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof GeneralSecurityException && !(at.getCause() instanceof GeneralSecurityException)) {
                return "the server's certificate is not believed: " + at.getMessage()
                        + "; name its authority with --ca FILE, and the host as the certificate does";
            }
        }
        return "the TLS handshake fails: " + cause.getMessage();
    }
}
