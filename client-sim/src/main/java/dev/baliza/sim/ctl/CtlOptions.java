package dev.baliza.sim.ctl;

import dev.baliza.sim.TlsChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of all commands that ask a server. */
final class CtlOptions {
    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "Device port; default that of the profile, with its TLS, else 127.0.0.1:7367.")
    @Nullable
    String server;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Whose key to use; default the profile 'default' if there is one, else no key.")
    @Nullable
    String profile;

    @Option(names = "--tcp", description = "Use TCP (the default).")
    boolean tcp;

    @Option(names = "--udp", description = "Use UDP.")
    boolean udp;

    @Mixin
    TlsChoice tls = new TlsChoice();

    @Option(names = "--json", description = "Print the answer as it came.")
    boolean json;
}
