package dev.baliza.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a data directory: the newest two stay, so that one that cannot be read any more costs nothing.
 *
 * <p>Thread: one writer; not the journal's. Limits: 1 GiB a snapshot. Spec: STORE §7.
 */
public final class Snapshots {
    private static final String TEMPORARY = "snapshot.tmp";
    private static final Pattern FORM = Pattern.compile("snapshot-\\d{19}\\.snap");
    private static final int POSITION_INDEX = "snapshot-".length();
    private static final int KEPT = 2;
    private static final long MAX_BYTES = 1 << 30;

    private final Disk disk;

    public Snapshots(Disk disk) {
        this.disk = disk;
    }

    /** Writes a snapshot; when it returns, it is there after any crash. After an exception the ones before it are there. */
    public void write(Snapshot snapshot) throws IOException {
        List<ByteBuffer> parts = SnapshotLayout.parts(snapshot);
        long bytes = parts.stream().mapToLong(ByteBuffer::remaining).sum();
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("a snapshot of " + bytes + " bytes; " + MAX_BYTES + " is most");
        }
        if (disk.list().contains(TEMPORARY)) {
            disk.delete(TEMPORARY); // of a process that ended while it wrote
        }
        try (DiskFile file = disk.create(TEMPORARY)) {
            for (ByteBuffer part : parts) {
                file.append(part);
            }
            file.sync();
        }
        disk.rename(TEMPORARY, "snapshot-%019d.snap".formatted(snapshot.position()));
        disk.syncDirectory();
        for (String old : files().stream().skip(KEPT).toList()) {
            if (read(old) != null) { // what cannot be read is left to people
                disk.delete(old);
            }
        }
    }

    /** The newest that can be read whole; damaged ones are told. */
    public @Nullable Snapshot newest(Consumer<Damage> damage) throws IOException {
        for (String name : files()) {
            Snapshot snapshot = read(name);
            if (snapshot != null) {
                return snapshot;
            }
            damage.accept(new Damage(Damage.Reason.SNAPSHOT, name, 0, disk.size(name), position(name), 0));
        }
        return null;
    }

    /** Up to where the journal is not needed for any of the snapshots kept. */
    long floor() throws IOException {
        List<String> files = files();
        return files.size() < KEPT ? 0 : position(files.get(KEPT - 1));
    }

    private @Nullable Snapshot read(String name) throws IOException {
        long size = disk.size(name);
        if (size > MAX_BYTES) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        try (DiskFile file = disk.open(name)) {
            file.read(bytes, 0);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            return null; // a bad block
        }
        Snapshot snapshot = SnapshotLayout.read(bytes.flip());
        return snapshot != null && snapshot.position() == position(name) ? snapshot : null;
    }

    /** Newest first. */
    private List<String> files() throws IOException {
        return disk.list().stream()
                .filter(name -> FORM.matcher(name).matches())
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static long position(String name) {
        try {
            return Long.parseLong(name.substring(POSITION_INDEX, name.length() - ".snap".length()));
        } catch (NumberFormatException e) {
            return 0; // 19 digits can be too many: never the position of a snapshot, so it counts as damaged
        }
    }
}
