package dev.baliza.cli.store;

import dev.baliza.server.recovery.StoppedStore;
import dev.baliza.server.store.DirectoryInUseException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens the data directory of a stopped server; whatever is in the way ends with a line that says what to do. */
final class DataDirectory {
    private static final int NO_INPUT = 66;
    private static final int IN_USE = 73;
    private static final int IO_FAULT = 74;

    /** It cannot be opened. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        private Unusable(int status, String message, IOException cause) {
            super(message, cause);
            this.status = status;
        }

        /** With which the command ends. */
        int status() {
            return status;
        }
    }

    private DataDirectory() {}

    /** @param instead what to do while a server runs there */
    static StoppedStore open(Path directory, String instead) throws Unusable {
        try {
            return StoppedStore.open(directory);
        } catch (DirectoryInUseException e) {
            throw new Unusable(
                    IN_USE, "a server (process " + e.pid() + ") runs in " + directory + "; stop it, or " + instead, e);
        } catch (NoSuchFileException e) {
            throw new Unusable(
                    NO_INPUT,
                    directory + " is no data directory of a server; give the one that store.dir names (its files are"
                            + " journal-….seg and snapshot-….snap)",
                    e);
        } catch (AccessDeniedException e) {
            throw new Unusable(NO_INPUT, directory + " may not be opened; run this as the user of the server", e);
        } catch (IOException e) {
            throw new Unusable(IO_FAULT, directory + " cannot be read: " + e, e);
        }
    }
}
