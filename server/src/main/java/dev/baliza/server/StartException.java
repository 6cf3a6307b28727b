package dev.baliza.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The server cannot start; the message says why and what to do. */
public final class StartException extends IOException {
    private static final long serialVersionUID = 1;
    /** Exit status when a port or directory cannot be had. */
    static final int CANNOT_CREATE = 73;
    /** Exit status when something that the configuration names is wrong. */
    static final int BAD_CONFIG = 78;

    private final int exitStatus;

    StartException(int exitStatus, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitStatus = exitStatus;
    }

    /** What the process should end with. */
    public int exitStatus() {
        return exitStatus;
    }
}
