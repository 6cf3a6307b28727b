package dev.baliza.cli.bench;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Message;

/** What one frame of a load carries; each variant is a set of its own, and a device sends its variants in turn. */
interface Batch {
    /** Of the device, 1–16. */
    int variants();

    /** The channels of a variant; its slot is the variant's number. */
    ChannelSet set(int variant);

    /**
     * One frame's readings; all of a load are of the same length.
     *
     * @param hash of the variant's set
     * @param device number within the load: values differ from device to device
     */
    Message message(int variant, int hash, int device);

    /** Readings in a frame. */
    int readings();

    int NO_BASE_TIME = -1;

    /** Where the base time stands in the payload, an i64 in milliseconds; {@link #NO_BASE_TIME}: all frames have the same times. */
    int baseTimeOffset();

    /** From the first reading of a frame to the first of the next. */
    long spanMillis();
}
