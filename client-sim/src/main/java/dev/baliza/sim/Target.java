package dev.baliza.sim;

import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.sim.device.Station;
import dev.baliza.sim.scenario.Options;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that talk to one server over one transport. */
final class Target {
    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "Device port; default ${DEFAULT-VALUE}.",
            defaultValue = "127.0.0.1:7367")
    String server = "127.0.0.1:7367";

    @Option(names = "--tcp", description = "Use TCP.")
    boolean tcp;

    @Option(names = "--udp", description = "Use UDP (the default).")
    boolean udp;

    @Option(names = "--tls", description = "Use TCP with TLS 1.3, as tcp.tls of the server asks.")
    boolean tls;

    @Mixin
    private TlsOptions tlsOptions = new TlsOptions();

    /** @throws IllegalArgumentException an option is wrong; the message says why */
    Exchange open() {
        return new Exchange(Options.endpoint(server), tcp || tls, context());
    }

    /**
     * The same for one who says HELLO.
     *
     * @throws IllegalArgumentException an option is wrong; the message says why
     */
    StationLink open(Station station, LongSupplier clockMicros) {
        return new StationLink(station, Options.endpoint(server), tcp || tls, context(), clockMicros);
    }

    private @Nullable TlsContext context() {
        if (tls && udp) {
            throw new IllegalArgumentException("--tls needs TCP; leave out --udp");
        }
        return tls ? tlsOptions.context() : null;
    }

    /** Nothing answered. */
    String unreachable() {
        return "no answer from " + server + " over " + (tls ? "TLS" : tcp ? "TCP" : "UDP")
                + "; is the server running there? Start one with: baliza server; look closer with: baliza doctor "
                + server;
    }

    /** @param problem of TLS; null when it is another */
    String unreachable(@Nullable String problem) {
        return problem == null ? unreachable() : server + ": " + problem;
    }

    /** Something took the bytes and did not answer. */
    String silent() {
        return tcp || tls
                ? server
                        + " accepts connections but does not answer as a Baliza server; is that its device port, and not"
                        + " the one for HTTP?"
                        + (tls ? "" : " If it speaks TLS there (tcp.tls), add --tls")
                : unreachable();
    }
}
