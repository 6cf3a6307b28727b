package dev.baliza.server.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Data directories of servers that need none of their own. */
final class TempStore {
    private TempStore() {}

    /** With all that is in it. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return; // a server may be closed twice
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
