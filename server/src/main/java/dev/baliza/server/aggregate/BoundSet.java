package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.SensorType;

/** A described set whose channels are bound to series, so that a reading costs one array access. Thread: its shard's. */
public final class BoundSet {
    final DeviceSeries owner;
    private final ChannelSet set;
    private final int hash;
    private final SensorType[] types;
    final Channel[] channels;

    BoundSet(DeviceSeries owner, ChannelSet set, int hash, Channel[] channels) {
        this.owner = owner;
        this.set = set;
        this.hash = hash;
        this.channels = channels;
        types = set.channels().stream().map(c -> c.type()).toArray(SensorType[]::new);
    }

    public ChannelSet set() {
        return set;
    }

    /** As readings name it (SPEC §7.2.1). */
    public int hash() {
        return hash;
    }

    /** Types in the order of a row; not to be changed. */
    public SensorType[] types() {
        return types;
    }
}
