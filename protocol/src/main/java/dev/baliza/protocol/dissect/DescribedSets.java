package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ChannelSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets of channels that the input described so far. Limits: the newest 4,096. Confined to one thread. */
final class DescribedSets {
    private static final int MAX_SETS = 4_096;

    private record Key(long device, int hash) {}

    private final Map<Key, ChannelSet> sets = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, ChannelSet> eldest) {
            return size() > MAX_SETS;
        }
    };

    void put(long device, int hash, ChannelSet set) {
        sets.put(new Key(device, hash), set);
    }

    @Nullable
    ChannelSet find(long device, int hash) {
        return sets.get(new Key(device, hash));
    }
}
