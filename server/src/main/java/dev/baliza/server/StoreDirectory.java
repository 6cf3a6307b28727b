package dev.baliza.server;

import dev.baliza.server.config.ServerConfig;
import dev.baliza.server.recovery.ServerStore;
import dev.baliza.server.store.DirectoryInUseException;
import dev.baliza.server.store.Retention;
import dev.baliza.server.store.StoreClock;
import dev.baliza.server.transport.ShardLoop;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The data directory, made and tried before a port is opened: a mistake shows at the start and not at the first write. */
final class StoreDirectory {
    private StoreDirectory() {}

    /**
     * Makes it where it is missing and writes a file into it for a moment.
     *
     * @throws StartException it cannot be used
     */
    static void prepare(Path directory) throws StartException {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, ".baliza-", ".try"));
        } catch (IOException e) {
            throw failure(directory, e, System.getProperty("user.name", "?"));
        }
    }

    /**
     * Opens the store and restores the devices; null when there is to be none.
     *
     * @throws StartException it cannot be used
     */
    static @Nullable ServerStore open(ServerConfig.Store config, List<ShardLoop> loops, LongSupplier clockMicros)
            throws StartException {
        Path directory = config.dir();
        if (!config.enabled() || directory == null) {
            return null;
        }
        Retention retention = new Retention(config.maxAge().toMillis() * 1_000, config.maxBytes());
        try {
            return ServerStore.open(directory, retention, loops, new StoreClock() {
                @Override
                public long wallMicros() {
                    return clockMicros.getAsLong();
                }

                @Override
                public long nanos() {
                    return System.nanoTime();
                }
            });
        } catch (IOException e) {
            throw failure(directory, e, System.getProperty("user.name", "?"));
        }
    }

    /** @param user whom the server runs as */
    static StartException failure(Path directory, IOException cause, String user) {
        String reason;
        if (cause instanceof DirectoryInUseException) {
            return new StartException(StartException.CANNOT_CREATE, String.valueOf(cause.getMessage()), cause);
        }
        if (cause instanceof AccessDeniedException) {
            reason = "user " + user + " may not write there; run: sudo install -d -m 700 -o " + user + " " + directory
                    + ", or choose another directory with --set store.dir=DIR";
        } else if (cause instanceof FileAlreadyExistsException
                || cause.toString().contains("Not a directory")) {
            reason = "something that is no directory is in the way; choose another one with --set store.dir=DIR";
        } else if (cause instanceof NoSuchFileException) {
            reason = "it cannot be made there; choose another one with --set store.dir=DIR";
        } else {
            reason = cause + "; choose another directory with --set store.dir=DIR";
        }
        return new StartException(
                StartException.CANNOT_CREATE, "cannot use store.dir " + directory + ": " + reason, cause);
    }
}
