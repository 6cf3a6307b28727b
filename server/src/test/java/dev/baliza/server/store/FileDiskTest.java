package dev.baliza.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The host's directory and the simulated one do the same. */
class FileDiskTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void bothDisksKeepTheContract() throws IOException {
        for (Disk disk : List.of(new FileDisk(directory), new SimulatedDisk(1))) {
            contract(disk);
        }
    }

    private static void contract(Disk disk) throws IOException {
        try (DiskFile file = disk.create("a")) {
            file.append(Store.bytes("hello"));
            file.append(Store.bytes(" world"));
            file.truncate(5);
            file.append(Store.bytes("!"));
            file.sync();
            ByteBuffer read = ByteBuffer.allocate(4);
            assertThat(file.size()).isEqualTo(6);
            assertThat(file.read(read, 3)).isEqualTo(3);
            assertThat(read.flip()).isEqualTo(Store.bytes("lo!"));
            assertThat(file.read(ByteBuffer.allocate(4), 6)).isZero();
            assertThat(file.read(ByteBuffer.allocate(4), 60)).isZero();
        }
        disk.syncDirectory();
        assertThatThrownBy(() -> disk.create("a")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.open("b")).isInstanceOf(NoSuchFileException.class);
        disk.create("b").close();
        disk.rename("a", "b");
        assertThat(disk.list()).containsExactly("b");
        try (DiskFile file = disk.open("b")) {
            file.append(Store.bytes("?"));
            assertThat(file.size()).isEqualTo(7);
        }
        assertThat(disk.size("b")).isEqualTo(7);
        assertThat(disk.freeBytes()).isPositive();
        disk.delete("b");
        assertThat(disk.list()).isEmpty();
        assertThatThrownBy(() -> disk.delete("b")).isInstanceOf(NoSuchFileException.class);
    }
}
