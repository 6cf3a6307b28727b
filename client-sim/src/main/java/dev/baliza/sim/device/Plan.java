package dev.baliza.sim.device;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a device behaves.
 *
 * @param set described
 * @param columns whether the set is sent as columns, not as rows
 * @param named channels of types without a fixed size; after each batch one reading of each that describes itself
 * @param intervalMicros between two vectors
 * @param batch vectors in a frame; fewer where the frame would be longer than {@code maxFrameBytes}
 * @param firstBatch vectors in the first frame, so that a fleet does not send in step
 * @param reliable whether readings are acknowledged and sent again
 * @param stream on TCP: packet numbers tell nothing of loss
 * @param timer whether unacknowledged frames are sent again by the clock
 * @param maxFrameBytes longest frame
 * @param lifeFrames numbers after which the device begins a new epoch, long before any of them would wrap (SPEC §1.3)
 */
public record Plan(
        ChannelSet set,
        boolean columns,
        List<ChannelDescription> named,
        long intervalMicros,
        int batch,
        int firstBatch,
        boolean reliable,
        boolean stream,
        boolean timer,
        int maxFrameBytes,
        long lifeFrames,
        DeviceClock clock,
        Defects defects) {
    public Plan {
        named = List.copyOf(named);
    }

    /** All channels, those of the set first. */
    public List<ChannelDescription> channels() {
        return Stream.concat(set.channels().stream(), named.stream()).toList();
    }

    /** Leaves room for a window of frames to be sent again many times. */
    public static final long MAX_LIFE_FRAMES = 0xFFFF_FFFFL - (1L << 20);
}
