package dev.baliza.server.downlink;

import java.util.Map;
import java.util.TreeMap;

/** What a shard counted of its devices' messages. Thread: the shard's. */
public final class DownlinkCounts {
    private final long[] counts = new long[DownlinkEvent.values().length];

    void count(DownlinkEvent event) {
        counts[event.ordinal()]++;
    }

    public long of(DownlinkEvent event) {
        return counts[event.ordinal()];
    }

    /** All, by label. */
    public Map<String, Long> toMap() {
        Map<String, Long> map = new TreeMap<>();
        for (DownlinkEvent event : DownlinkEvent.values()) {
            map.put(event.label(), counts[event.ordinal()]);
        }
        return map;
    }
}
