package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One server in one directory. STORE §1. */
class DirectoryLockTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void theSecondHearsWhoHasIt() throws IOException {
        try (DirectoryLock first = DirectoryLock.take(directory, 4711)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> DirectoryLock.take(directory, 4712))
                    .isInstanceOf(DirectoryInUseException.class)
                    .hasMessage("data directory " + directory + " is in use by process 4711: stop that server first"
                            + " (kill 4711), or give this one a directory of its own");
        }
    }

    @Test
    void itIsFreeWhenTheFirstIsDone() throws IOException {
        DirectoryLock.take(directory, 123_456).close();
        try (DirectoryLock second = DirectoryLock.take(directory, 7)) {
            assertThat(second).isNotNull();
            assertThat(Files.readString(directory.resolve(DirectoryLock.NAME))).isEqualTo("7");
        }
    }
}
