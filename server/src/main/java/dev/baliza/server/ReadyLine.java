package dev.baliza.server;

import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.config.ServerConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a server that is ready says of itself. */
record ReadyLine(ServerConfig config, InetSocketAddress tcp, InetSocketAddress udp, InetSocketAddress http) {
    /**
     * The line.
     *
     * @param transport that serves the sockets
     * @param keys in force
     * @param store where it is; null without one
     */
    String text(Duration sinceStart, String transport, int loops, KeyRing keys, @Nullable Path store) {
        boolean tls = config.tcp().tls();
        String devices = tcp.equals(udp) && !tls
                ? "tcp+udp " + BalizaServer.text(tcp)
                : (tls ? "tcp (TLS) " : "tcp ") + BalizaServer.text(tcp) + ", udp " + BalizaServer.text(udp);
        return "ready in %.1f s: %s (%s, %d loops), %s/, store: %s%s%s"
                .formatted(
                        sinceStart.toMillis() / 1_000.0,
                        devices,
                        transport,
                        loops,
                        httpUrl(),
                        store == null ? "off" : store,
                        keys.isEmpty() ? "" : ", keys: %d devices".formatted(keys.devices()),
                        config.insecure() ? ", INSECURE: devices need no key" : "");
    }

    /** Where people and Prometheus go; no slash at the end. */
    String httpUrl() {
        return (config.http().tls() ? "https://" : "http://") + BalizaServer.text(http);
    }

    /** What to do about a receive buffer that is smaller than asked; empty when it is not. */
    static Optional<String> bufferWarning(int asked, int granted) {
        if (granted >= asked) {
            return Optional.empty();
        }
        return Optional.of(("the kernel grants %,d of %,d bytes for a UDP socket; bursts may be lost (and counted in"
                        + " baliza_udp_kernel_drops_total). Run: sysctl -w net.core.rmem_max=%d")
                .formatted(granted, asked, asked));
    }
}
