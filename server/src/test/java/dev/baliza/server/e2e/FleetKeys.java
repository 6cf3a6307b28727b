package dev.baliza.server.e2e;

import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Key files for simulated fleets: every other pair of devices counts its epochs itself, every other pair has 256 bits. */
final class FleetKeys {
    private FleetKeys() {}

    /** Keys of {@code prefix0001} and so on. */
    static List<KeyEntry> of(String prefix, int devices, int keyId) {
        Random random = new Random(31L * prefix.hashCode() + keyId);
        List<KeyEntry> entries = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            byte[] secret = new byte[i % 4 < 2 ? 16 : 32];
            random.nextBytes(secret);
            entries.add(new KeyEntry("%s%04d".formatted(prefix, i + 1), keyId, i % 2 == 1, secret));
        }
        return entries;
    }

    static Path write(Path directory, Collection<KeyEntry> entries) throws IOException {
        Path file = directory.resolve("fleet-" + Long.toHexString(entries.hashCode()) + ".keys");
        KeyFile.write(file, List.copyOf(entries));
        return file;
    }

    /** Puts other keys into a file that a server is watching; later by its clock, so that the change is seen. */
    static void replace(Path file, Collection<KeyEntry> entries) throws IOException {
        var before = Files.getLastModifiedTime(file);
        KeyFile.write(file, List.copyOf(entries));
        if (Files.getLastModifiedTime(file).equals(before)) {
            Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(before.toMillis() + 1));
        }
    }

    static List<KeyEntry> together(List<KeyEntry> first, List<KeyEntry> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
