package dev.baliza.server.aggregate;

import dev.baliza.server.books.SkipReason;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Readings of a shard that were counted but not used. Thread: its shard's. */
final class SkipCounts {
    private final long[] counts = new long[SkipReason.values().length];

    /** @param device whose readings they were */
    void skip(@Nullable DeviceSeries device, SkipReason reason, int count) {
        counts[reason.ordinal()] += count;
        if (device != null) {
            device.skip(reason, count);
        }
    }

    /** Adds what was skipped before, by {@link SkipReason}. */
    void load(long[] before) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += before[i];
        }
    }

    Map<SkipReason, Long> counts() {
        Map<SkipReason, Long> map = new EnumMap<>(SkipReason.class);
        for (SkipReason reason : SkipReason.values()) {
            map.put(reason, counts[reason.ordinal()]);
        }
        return map;
    }
}
