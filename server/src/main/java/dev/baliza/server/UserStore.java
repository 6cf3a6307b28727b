package dev.baliza.server;

import dev.baliza.server.auth.Users;
import dev.baliza.server.auth.UsersFile;
import dev.baliza.server.auth.UsersFile.UsersException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The users of the HTTP port, read again when their file changes; a bad file leaves the old ones. Thread: any. */
final class UserStore implements Supplier<Users> {
    private static final Logger LOG = LoggerFactory.getLogger(UserStore.class);

    private final Path file;
    private final FileWatch watch;
    private volatile Users users;

    /**
     * Reads the file.
     *
     * @throws UsersException it cannot be used, or nobody is in it
     */
    UserStore(Path file) throws UsersException {
        this.file = file;
        watch = new FileWatch(List.of(file));
        users = UsersFile.users(file);
    }

    @Override
    public Users get() {
        return users;
    }

    /** Reads the file again if it was changed. */
    synchronized void refresh() {
        if (watch.changed()) {
            reload();
        }
    }

    /** Reads the file again; false when it is bad, which is in the log. What is remembered of logins is forgotten. */
    synchronized boolean reload() {
        try {
            users = UsersFile.users(file);
            LOG.info("users read again: {}", users.count());
            return true;
        } catch (UsersException e) {
            LOG.error("the users before stay in force: {}", e.getMessage());
            return false;
        }
    }
}
