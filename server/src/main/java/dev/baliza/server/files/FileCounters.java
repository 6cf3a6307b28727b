package dev.baliza.server.files;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts {@link FileEvent}s. Thread: any. */
final class FileCounters {
    private final AtomicLongArray counts = new AtomicLongArray(FileEvent.values().length);

    void count(FileEvent event) {
        counts.incrementAndGet(event.ordinal());
    }

    long of(FileEvent event) {
        return counts.get(event.ordinal());
    }

    Map<String, Long> all() {
        Map<String, Long> map = new TreeMap<>();
        for (FileEvent event : FileEvent.values()) {
            map.put(event.label(), counts.get(event.ordinal()));
        }
        return map;
    }
}
