package dev.baliza.sim;

import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.sim.scenario.Options;
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

    @Mixin
    private TlsChoice tls = new TlsChoice();

    /**
     * Opens a link.
     *
     * @param device null for a sender that is no device
     * @param key null: frames are not sealed
     * @throws IllegalArgumentException an option is wrong; the message says why
     */
    StationLink open(@Nullable String device, @Nullable DeviceKey key) {
        return new StationLink(device, key, Options.endpoint(server), isTcp(), tls.contextOnly(udp));
    }

    boolean isTcp() {
        return tcp || tls.isOn();
    }

    /** Waits until the server answers; says so and is false when it does not. */
    boolean isWelcomed(StationLink link, String command) throws InterruptedException {
        StationLink.Greeting greeting = link.greet();
        if (greeting != StationLink.Greeting.WELCOMED) {
            boolean silent = greeting == StationLink.Greeting.SILENT;
            System.err.println("baliza " + command + ": " + (silent ? silent() : unreachable(link.tlsProblem())));
        }
        return greeting == StationLink.Greeting.WELCOMED;
    }

    /** Nothing answered. */
    String unreachable() {
        return "no answer from " + server + " over " + (tls.isOn() ? "TLS" : tcp ? "TCP" : "UDP")
                + "; is the server running there? Start one with: baliza server; look closer with: baliza doctor "
                + server;
    }

    /** @param problem of TLS; null when it is another */
    String unreachable(@Nullable String problem) {
        return problem == null ? unreachable() : server + ": " + problem;
    }

    /** Something took the bytes and did not answer. */
    String silent() {
        return isTcp()
                ? server
                        + " accepts connections but does not answer as a Baliza server; is that its device port, and not"
                        + " the one for HTTP?"
                        + (tls.isOn() ? "" : " If it speaks TLS there (tcp.tls), add --tls")
                : unreachable();
    }
}
