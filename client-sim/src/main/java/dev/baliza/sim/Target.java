package dev.baliza.sim;

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

    /** Nothing answered. */
    String unreachable() {
        return "no answer from " + server + " over " + (tcp ? "TCP" : "UDP")
                + "; is the server running there? Start one with: baliza server; look closer with: baliza doctor "
                + server;
    }

    /** Something took the bytes and did not answer. */
    String silent() {
        return tcp
                ? server
                        + " accepts connections but does not answer as a Baliza server; is that its device port, and not"
                        + " the one for HTTP?"
                : unreachable();
    }
}
