package dev.baliza.server.aggregate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Makes one value of equal keys, and keeps those that were asked for last. Thread: its shard's. Limits: {@code most} entries. */
final class LastUsed<K, V> {
    private final Map<K, V> values;
    private final Function<K, V> maker;

    LastUsed(int most, Function<K, V> maker) {
        this.maker = maker;
        values = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    V of(K key) {
        return values.computeIfAbsent(key, maker);
    }
}
