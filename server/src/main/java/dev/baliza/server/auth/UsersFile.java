package dev.baliza.server.auth;

import dev.baliza.protocol.seal.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file of users: a line for each, {@code name role PBKDF2-HMAC-SHA256 iterations salt hash}; {@code #} begins a comment. Only its
 * owner may read it. Limits: 1 MiB.
 */
public final class UsersFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final String HEADING =
            "# Baliza users: name role(viewer|admin) PBKDF2-HMAC-SHA256 iterations salt hash.";

    private UsersFile() {}

    /** Something is wrong with the file; the message says where and what to do, and shows no hash. */
    public static final class UsersException extends Exception {
        private static final long serialVersionUID = 1;

        UsersException(String message, Throwable cause) {
            super(message, cause);
        }

        UsersException(String message) {
            super(message);
        }
    }

    /** Reads all users, in their order. */
    public static List<User> read(Path file) throws UsersException {
        List<String> lines;
        try {
            Optional<String> problem = SecretFile.problem(file);
            if (problem.isPresent()) {
                throw new UsersException(file + ": " + problem.get());
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new UsersException(file + ": is longer than 1 MiB; this is no file of users");
            }
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new UsersException(
                    file + ": there is no such file; make a user with: baliza users add NAME --role viewer --file "
                            + file,
                    e);
        } catch (IOException e) {
            throw new UsersException(file + ": cannot be read: " + e, e);
        }
        List<User> users = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "");
            if (line.isBlank()) {
                continue;
            }
            try {
                users.add(User.parse(line));
            } catch (IllegalArgumentException e) {
                throw new UsersException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return users;
    }

    /** Reads the users in force. */
    public static Users users(Path file) throws UsersException {
        try {
            return new Users(read(file));
        } catch (IllegalArgumentException e) {
            throw new UsersException(file + ": " + e.getMessage(), e);
        }
    }

    /** Replaces the file in one step; only its owner may read it. */
    public static void write(Path file, List<User> users) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(HEADING);
        users.forEach(user -> lines.add(user.line()));
        SecretFile.write(file, lines);
    }
}
