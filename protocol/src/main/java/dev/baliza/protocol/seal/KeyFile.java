package dev.baliza.protocol.seal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file of keys: a line for each, {@code device keyId epochs secret [role]}, such as {@code lab-1 1 server 000102…0f}.
 * {@code epochs} says who numbers them, {@code device} or {@code server}; {@code role} ({@code viewer}, {@code operator} or
 * {@code admin}) makes it the key of an operator; {@code #} begins a comment. Only its owner may read it.
 */
public final class KeyFile {
    private static final String HEADING =
            "# Baliza keys: device keyId epochs(device|server) secret [role(viewer|operator|admin)]. Keep it secret.";

    private KeyFile() {}

    /** Something is wrong with the file; the message says where and what to do, and shows no secret. */
    public static final class KeyFileException extends Exception {
        private static final long serialVersionUID = 1;

        KeyFileException(String message) {
            super(message);
        }

        KeyFileException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Reads all entries, in their order. */
    public static List<KeyEntry> read(Path file) throws KeyFileException {
        List<String> lines;
        try {
            checkPermissions(file);
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new KeyFileException(file + ": there is no such file; make a key with: baliza keys new DEVICE", e);
        } catch (IOException e) {
            throw new KeyFileException(file + ": cannot be read: " + e, e);
        }
        List<KeyEntry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "");
            if (line.isBlank()) {
                continue;
            }
            try {
                entries.add(KeyEntry.parse(line));
            } catch (IllegalArgumentException e) {
                throw new KeyFileException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return entries;
    }

    /** Reads the keys in force. */
    public static KeyRing ring(Path file) throws KeyFileException {
        try {
            return new KeyRing(read(file).stream().map(KeyEntry::key).toList());
        } catch (IllegalArgumentException e) {
            throw new KeyFileException(file + ": " + e.getMessage(), e);
        }
    }

    private static void checkPermissions(Path file) throws IOException, KeyFileException {
        Optional<String> problem = SecretFile.problem(file);
        if (problem.isPresent()) {
            throw new KeyFileException(file + ": " + problem.get());
        }
    }

    /** Replaces the file in one step; only its owner may read it. */
    public static void write(Path file, List<KeyEntry> entries) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(HEADING);
        entries.forEach(entry -> lines.add(entry.line()));
        SecretFile.write(file, lines);
    }
}
