package dev.baliza.protocol.seal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A file that nobody but its owner may use: checked before it is read, kept so when it is written. */
public final class SecretFile {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private SecretFile() {}

    /**
     * What is wrong with the permissions of a file, and the line that mends it; empty when they are right, or where a file system
     * knows none.
     *
     * @throws IOException there is no such file, or it cannot be looked at
     */
    public static Optional<String> problem(Path file) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return Optional.empty();
        }
        Set<PosixFilePermission> have = new HashSet<>(Files.getPosixFilePermissions(file));
        have.removeAll(OWNER_ONLY);
        return have.isEmpty()
                ? Optional.empty()
                : Optional.of("others than its owner may use it; run: chmod 600 " + file);
    }

    /** Replaces the file in one step; only its owner may read it. */
    public static void write(Path file, List<String> lines) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is no file");
        }
        Path fresh =
                Files.createTempFile(directory, ".secret", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            Files.write(fresh, lines);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
