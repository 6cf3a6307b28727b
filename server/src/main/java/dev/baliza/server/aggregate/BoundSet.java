package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.SensorType;

/** A described set whose channels are bound to series, so that a reading costs one array access. Thread: its shard's. */
public final class BoundSet {
    final DeviceSeries owner;
    private final SetLayout layout;
    private final int hash;
    final Channel[] channels;

    BoundSet(DeviceSeries owner, SetLayout layout, int hash, Channel[] channels) {
        this.owner = owner;
        this.layout = layout;
        this.hash = hash;
        this.channels = channels;
    }

    public ChannelSet set() {
        return layout.set;
    }

    /** As readings name it (SPEC §7.2.1). */
    public int hash() {
        return hash;
    }

    /** Types in the order of a row; not to be changed. */
    public SensorType[] types() {
        return layout.types;
    }
}
