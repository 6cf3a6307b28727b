package dev.baliza.server.store;

import java.io.IOException;

/** What was written may or may not be on disk, and no later call will tell: the process has to end. */
final class SyncException extends IOException {
    private static final long serialVersionUID = 1;

    SyncException(String what, IOException cause) {
        super("cannot sync " + what + ": " + cause.getMessage(), cause);
    }
}
