package dev.baliza.server.store;

import java.io.IOException;
import java.nio.file.Path;

/** Another server works in this data directory. */
public final class DirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1;

    private final String pid;

    DirectoryInUseException(Path directory, String pid) {
        super("data directory " + directory + " is in use by process " + pid + ": stop that server first (kill " + pid
                + "), or give this one a directory of its own");
        this.pid = pid;
    }

    /** Process id of that server, as text; "?" when it is not known. */
    public String pid() {
        return pid;
    }
}
