package dev.baliza.server;

import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.protocol.seal.KeyRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys in force, read again when their file changes; a bad file leaves the old ones. Thread: reads from any, refresh from one. */
final class KeyStore implements Supplier<KeyRing> {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);

    private final @Nullable Path file;
    private volatile KeyRing ring = KeyRing.EMPTY;
    private @Nullable FileTime read;

    /**
     * Reads the file.
     *
     * @param file null for none: all devices are of the open profile
     * @throws KeyFile.KeyFileException it cannot be used
     */
    KeyStore(@Nullable Path file) throws KeyFile.KeyFileException {
        this.file = file;
        if (file != null) {
            read = modified(file);
            ring = KeyFile.ring(file);
        }
    }

    @Override
    public KeyRing get() {
        return ring;
    }

    /** Reads the file again if it was changed. */
    void refresh() {
        Path from = file;
        FileTime now = from == null ? null : modified(from);
        if (from == null || now == null || now.equals(read)) {
            return;
        }
        read = now;
        try {
            ring = KeyFile.ring(from);
            LOG.info("keys read again: {} devices", ring.devices());
        } catch (KeyFile.KeyFileException e) {
            LOG.error("the keys before stay in force: {}", e.getMessage());
        }
    }

    private static @Nullable FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return null; // it is being replaced; the next look finds it
        }
    }
}
