package dev.baliza.protocol;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Channels that are read together. Spec: SPEC §7.2.
 *
 * @param slot 0–15; a set replaces the earlier one in its slot
 * @param timeUnit of the event times of its readings
 * @param channels 1–64, in the order of the values in a row
 */
public record ChannelSet(int slot, TimeUnit timeUnit, List<ChannelDescription> channels) {
    public ChannelSet {
        channels = List.copyOf(channels);
        if (slot < 0 || slot >= Limits.MAX_SETS) {
            throw new IllegalArgumentException("slot is outside 0 .. 15");
        }
        if (channels.isEmpty() || channels.size() > Limits.MAX_CHANNELS) {
            throw new IllegalArgumentException("a set has 1 .. 64 channels");
        }
    }

    /** Position of the first channel that repeats an index, or a quantity and name, of an earlier one; −1 if none does. */
    public int firstRepeated() {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < channels.size(); i++) {
            ChannelDescription channel = channels.get(i);
            if (!seen.add(channel.index()) || !seen.add(channel.quantity() + '\0' + channel.label())) {
                return i;
            }
        }
        return -1;
    }

    /** Bytes of one row's values without time and qualities; −1 when a type has no fixed size. */
    public int rowBytes() {
        int bytes = 0;
        for (ChannelDescription channel : channels) {
            if (!channel.type().fixedSize()) {
                return -1;
            }
            bytes += channel.type().bytes();
        }
        return bytes;
    }
}
