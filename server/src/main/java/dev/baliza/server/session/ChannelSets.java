package dev.baliza.server.session;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.server.aggregate.BoundSet;
import dev.baliza.server.aggregate.DeviceSeries;
import dev.baliza.server.aggregate.SetImage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channel sets of one device, found by their hash. Thread: its shard's. Limits: 16 in force, 64 channels in them, the last
 * 16 replaced ones. Spec: SPEC §7.2.
 */
final class ChannelSets {
    /** Replaced and dropped ones. */
    private static final int MAX_KEPT = 160;

    private static final @Nullable BoundSet[] NONE = {};

    /** By slot, as far as slots are used. */
    private @Nullable BoundSet[] inForce = NONE;
    /** Newest first. */
    private List<BoundSet> replaced = List.of();
    /** Dropped for descriptions that wait for their commit: a replay from a snapshot of before that may still want them. */
    private List<BoundSet> dropped = List.of();

    private int waiting;
    private @Nullable BoundSet lastFound;

    /** The set that readings name, or null. */
    @Nullable
    BoundSet find(int hash) {
        BoundSet last = lastFound;
        if (last != null && last.hash() == hash) {
            return last;
        }
        for (BoundSet set : inForce) {
            if (set != null && set.hash() == hash) {
                lastFound = set;
                return set;
            }
        }
        for (BoundSet set : replaced) {
            if (set.hash() == hash) {
                lastFound = set;
                return set;
            }
        }
        return null;
    }

    /** Refuses a set with which the device would have more than 64 channels. */
    void check(ChannelSet set) throws ProtocolException {
        Set<Integer> channels = new HashSet<>();
        set.channels().forEach(c -> channels.add(c.index()));
        for (int slot = 0; slot < inForce.length; slot++) {
            BoundSet other = inForce[slot];
            if (other != null && slot != set.slot()) {
                other.set().channels().forEach(c -> channels.add(c.index()));
            }
        }
        if (channels.size() > Limits.MAX_CHANNELS) {
            throw new ProtocolException(
                    ErrorCode.BAD_DESCRIPTION,
                    "the device would have " + channels.size() + " channels, the limit is 64");
        }
    }

    /** All that it finds: the replaced ones first, the oldest of them foremost. */
    List<ChannelSet> all() {
        return bound().stream().map(BoundSet::set).toList();
    }

    private List<BoundSet> bound() {
        List<BoundSet> all = new ArrayList<>(replaced);
        Collections.reverse(all);
        all.addAll(0, dropped);
        for (BoundSet set : inForce) {
            if (set != null) {
                all.add(set);
            }
        }
        return all;
    }

    /** For a snapshot: the replaced ones first, the oldest of them foremost. */
    void save(DataOutput out) throws IOException {
        List<BoundSet> all = bound();
        out.writeByte(all.size());
        for (BoundSet set : all) {
            SetImage.write(out, set.set());
        }
    }

    /** What {@link #save} wrote; only into one that is new. */
    void load(DataInput in, DeviceSeries series) throws IOException {
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            ChannelSet set = SetImage.read(in);
            replace(set, DescribeCodec.hash(set), series);
        }
    }

    /** Puts a set in force before its description is committed: readings that follow in the same group name it. */
    void putAhead(ChannelSet set, int hash, DeviceSeries series) {
        waiting++;
        put(set, hash, series);
    }

    /** A description that was put ahead is committed. */
    void committed() {
        waiting--;
        if (waiting == 0) {
            dropped = List.of();
            while (replaced.size() > Limits.MAX_OLD_SETS) { // as restored
                replaced.remove(replaced.size() - 1);
            }
        }
    }

    /** Puts a set in force; one that is in force already stays as it is. */
    void put(ChannelSet set, int hash, DeviceSeries series) {
        boolean replaces = replace(set, hash, series);
        if (replaces && replaced.size() > Limits.MAX_OLD_SETS) {
            BoundSet last = replaced.remove(replaced.size() - 1);
            if (waiting > 0 && replaced.size() + dropped.size() < MAX_KEPT) {
                dropped = dropped.isEmpty() ? new ArrayList<>() : dropped;
                dropped.add(last);
            }
        }
    }

    private boolean replace(ChannelSet set, int hash, DeviceSeries series) {
        if (set.slot() >= inForce.length) {
            inForce = Arrays.copyOf(inForce, set.slot() + 1);
        }
        BoundSet old = inForce[set.slot()];
        if (old != null && old.hash() == hash) {
            return false;
        }
        if (old != null) {
            replaced = replaced.isEmpty() ? new ArrayList<>(1) : replaced;
            replaced.add(0, old);
        }
        inForce[set.slot()] = series.bind(set, hash);
        lastFound = null;
        return true;
    }
}
