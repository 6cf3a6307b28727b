package dev.baliza.server.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Parts on disk that no transfer uses now, the one that rests longest first. Their full size is taken from the quota. Confined to one thread.
 */
final class Parts {
    private final Path directory;
    private final Quota quota;
    private final FileCounters counters;
    /** When each was used last, in that order. */
    private final Map<PartId, Long> resting = new LinkedHashMap<>();

    Parts(Path directory, Quota quota, FileCounters counters) {
        this.directory = directory;
        this.quota = quota;
        this.counters = counters;
    }

    /** Finds those from before the start. */
    void load() throws IOException {
        record Found(PartId id, long micros) {}
        List<Found> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                long micros = Files.getLastModifiedTime(file).toMillis() * 1_000;
                PartId.of(PartFile.idOf(file)).ifPresent(id -> found.add(new Found(id, micros)));
            }
        }
        found.sort((a, b) -> Long.compare(a.micros, b.micros));
        for (Found one : found) {
            quota.take(one.id.device(), one.id.size());
            resting.put(one.id, one.micros);
        }
    }

    Path directory() {
        return directory;
    }

    boolean has(PartId id) {
        return resting.containsKey(id);
    }

    /** A transfer uses it again. */
    void wake(PartId id) {
        resting.remove(id);
    }

    /** The transfer that used it ended without the whole file. */
    void rest(PartId id, long nowMicros) {
        resting.put(id, nowMicros);
    }

    /** Throws away what rests for too long. */
    void expire(long nowMicros) {
        while (!resting.isEmpty()) {
            Map.Entry<PartId, Long> oldest = resting.entrySet().iterator().next();
            if (nowMicros - oldest.getValue() <= FileLimits.PART_MICROS) {
                return;
            }
            drop(oldest.getKey());
        }
    }

    /** Makes room for a file by throwing away what rests longest: the device's own parts, then anybody's. False if that is not enough. */
    boolean makeRoom(long device, long size) {
        drop(id -> id.device() == device, () -> quota.deviceHasRoom(device, size));
        if (!quota.deviceHasRoom(device, size)) {
            return false;
        }
        drop(id -> true, () -> quota.serverHasRoom(size));
        return quota.serverHasRoom(size);
    }

    private void drop(Predicate<PartId> which, BooleanSupplier enough) {
        if (enough.getAsBoolean()) {
            return;
        }
        for (PartId id : resting.keySet().stream().filter(which).toList()) {
            drop(id);
            if (enough.getAsBoolean()) {
                return;
            }
        }
    }

    private void drop(PartId id) {
        resting.remove(id);
        quota.give(id.device(), id.size());
        counters.count(FileEvent.PART_DROPPED);
        delete(id);
    }

    /** Deletes the bytes; what cannot be deleted now is found at the next start. */
    void delete(PartId id) {
        try {
            PartFile.delete(directory, id);
        } catch (IOException e) {
            counters.count(FileEvent.FAILED);
        }
    }
}
