package dev.baliza.server;

import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.protocol.tls.TlsException;
import dev.baliza.server.config.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the server, read again when its files change; a bad file leaves the old one. Open connections keep what they began
 * with. Thread: reads from any, {@link #refresh} and {@link #reload} too.
 */
final class TlsStore implements Supplier<TlsContext> {
    private static final Logger LOG = LoggerFactory.getLogger(TlsStore.class);
    /** Time to get a new one by hand. */
    private static final Duration WARNING = Duration.ofDays(14);

    private final ServerConfig.TlsFiles files;
    private final InstantSource clock;
    private final FileWatch watch;
    private volatile TlsContext context;

    /**
     * Reads the files.
     *
     * @throws TlsException they cannot be used
     */
    TlsStore(ServerConfig.TlsFiles files, InstantSource clock) throws TlsException {
        this.files = files;
        this.clock = clock;
        watch = new FileWatch(Stream.of(Optional.of(files.certificate()), Optional.of(files.key()), clients())
                .flatMap(Optional::stream)
                .toList());
        context = read();
    }

    private Optional<Path> clients() {
        return Optional.ofNullable(files.clients());
    }

    private TlsContext read() throws TlsException {
        return TlsContext.server(files.certificate(), files.key(), files.clients());
    }

    @Override
    public TlsContext get() {
        return context;
    }

    /** Reads the files again if they were changed. */
    synchronized void refresh() {
        if (watch.changed()) {
            reload();
        }
    }

    /** Reads the files again; false when they are bad, which is in the log. */
    synchronized boolean reload() {
        try {
            context = read();
            LOG.info("TLS: new connections get the certificate of {}, good until {}", subject(), context.expiry());
            warnings().forEach(LOG::warn);
            return true;
        } catch (TlsException e) {
            LOG.error("TLS: the certificate before stays in force: {}", e.getMessage());
            return false;
        }
    }

    private String subject() {
        return context.subject();
    }

    /** What somebody should do about the certificate. */
    List<String> warnings() {
        Instant end = context.expiry();
        Instant now = clock.instant();
        if (end.isAfter(now.plus(WARNING))) {
            return List.of();
        }
        return List.of("the TLS certificate of %s %s %s; replace %s, the server reads it again by itself"
                .formatted(
                        subject(), end.isAfter(now) ? "ends at" : "is not believed since", end, files.certificate()));
    }
}
