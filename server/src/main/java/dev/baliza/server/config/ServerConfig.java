package dev.baliza.server.config;

import dev.baliza.server.postfix.DerivedRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set, checked. Limits and defaults stand in {@link Key}.
 *
 * @param tls null: no port has TLS
 * @param insecure whether devices without a key are accepted from a network
 * @param sources where the values came from, for the log
 */
public record ServerConfig(
        Tcp tcp,
        Udp udp,
        Access access,
        Http http,
        @Nullable TlsFiles tls,
        Loops loops,
        Limits limits,
        Metrics metrics,
        Store store,
        Files files,
        Keys keys,
        Operators operators,
        Log log,
        boolean insecure,
        String sources) {

    /**
     * @param port 0 for any free one
     * @param backlog connections that wait to be accepted
     */
    public record Tcp(String host, int port, int maxConnections, int backlog, int maxFrameBytes, boolean tls) {}

    /** @param receiveBufferBytes asked of the kernel for each socket */
    public record Udp(String host, int port, int maxDatagramBytes, int receiveBufferBytes) {}

    /**
     * Who may talk to the device ports.
     *
     * @param allow empty for everybody
     * @param deny wins over allow
     */
    public record Access(List<Cidr> allow, List<Cidr> deny) {}

    /** @param auth file of users; null: everybody may read */
    public record Http(
            String host, int port, boolean tls, @Nullable Path auth) {}

    /**
     * What TLS needs, in PEM.
     *
     * @param clients authorities of clients, which must show a certificate; null: none is asked for
     */
    public record TlsFiles(
            Path certificate, Path key, @Nullable Path clients) {}

    /** @param count 0 for one per processor */
    public record Loops(int count, Transport transport) {}

    /** Which native transport to use. */
    public enum Transport {
        AUTO,
        EPOLL,
        NIO
    }

    public record Limits(
            int maxDevices,
            int maxSeries,
            int maxFamilies,
            Duration maxFuture,
            Duration drain,
            Duration pingInterval) {}

    /**
     * @param unknownInterval interval of channels described without one
     * @param window length of the windows for lowest and highest values
     * @param windowed patterns of the channels that have them
     * @param derived channels that are computed
     * @param derivedMaxAge inputs of them that arrived longer ago give no value
     */
    public record Metrics(
            Duration unknownInterval,
            Duration window,
            List<String> windowed,
            List<DerivedRule> derived,
            Duration derivedMaxAge) {}

    /**
     * @param enabled whether there is a journal
     * @param dir data directory, also of files and of the audit log; null: nothing is written
     * @param maxAge of stored readings
     * @param maxBytes of the journal
     */
    public record Store(boolean enabled, @Nullable Path dir, Duration maxAge, long maxBytes) {}

    /**
     * Files of devices, kept in the data directory.
     *
     * @param maxBytes largest one; 0 takes none
     */
    public record Files(long maxBytes, long quotaBytes, long deviceQuotaBytes, long pushBytesPerSecond) {}

    /** @param file of device keys; null for none */
    public record Keys(@Nullable Path file) {}

    /**
     * @param shutdown whether admins may end the server
     * @param programs that admins may start
     */
    public record Operators(boolean shutdown, List<Program> programs) {
        public Operators {
            programs = List.copyOf(programs);
        }
    }

    public record Log(String level, Format format) {}

    /** How log lines look. */
    public enum Format {
        TEXT,
        JSON
    }
}
