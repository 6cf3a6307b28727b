package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.SensorType;

/** A described set and its types, in their order: one for all devices of a shard that describe the same. Not to be changed. */
final class SetLayout {
    final ChannelSet set;
    final SensorType[] types;

    SetLayout(ChannelSet set) {
        this.set = set;
        types = set.channels().stream().map(ChannelDescription::type).toArray(SensorType[]::new);
    }
}
