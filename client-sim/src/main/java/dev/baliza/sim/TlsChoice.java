package dev.baliza.sim;

import dev.baliza.protocol.tls.TlsContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The option that makes a command speak TLS on the device port, and those that say how. */
public final class TlsChoice {
    @Option(names = "--tls", description = "Use TLS 1.3 on TCP, as tcp.tls of the server asks.")
    private boolean tls;

    @Mixin
    private TlsOptions options = new TlsOptions();

    public boolean isOn() {
        return tls;
    }

    /** Whom to believe, and what to show. */
    public TlsOptions options() {
        return options;
    }

    /**
     * How to speak TLS; null without {@code --tls}.
     *
     * @param udp whether UDP was asked for, where there is no TLS
     * @throws IllegalArgumentException an option is wrong; the message says why
     */
    public @Nullable TlsContext context(boolean udp) {
        if (tls && udp) {
            throw new IllegalArgumentException("--tls needs TCP; leave out --udp");
        }
        return tls ? options.context() : null;
    }

    /**
     * The same for a command that speaks TLS in no other place: files without {@code --tls} are a mistake.
     *
     * @throws IllegalArgumentException an option is wrong; the message says why
     */
    public @Nullable TlsContext contextOnly(boolean udp) {
        if (!tls && !options.files().isEmpty()) {
            throw new IllegalArgumentException("--ca, --cert and --key say how to speak TLS; add --tls");
        }
        return context(udp);
    }
}
