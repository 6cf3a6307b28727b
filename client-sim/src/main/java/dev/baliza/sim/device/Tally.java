package dev.baliza.sim.device;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import java.util.List;

/**
 * What the server must have counted of one device: every frame of which at least one copy really left. Kept as sums, so a long run
 * costs no memory. Confined to one thread.
 */
public final class Tally {
    private final List<ChannelDescription> channels;
    private final long[] rawSums;
    private final double[] sums;
    private final long[] newestRaws;
    private long newestMillis = Long.MIN_VALUE;
    private long vectors;

    Tally(ChannelSet set) {
        channels = set.channels();
        rawSums = new long[channels.size()];
        sums = new double[channels.size()];
        newestRaws = new long[channels.size()];
    }

    /** The first copy of a frame left. */
    void left(Batch batch) {
        vectors += batch.vectors();
        for (int v = 0; v < batch.vectors(); v++) {
            boolean newest = batch.timeMillis(v) >= newestMillis;
            if (newest) {
                newestMillis = batch.timeMillis(v);
            }
            for (int c = 0; c < rawSums.length; c++) {
                long raw = batch.raw(v, c);
                rawSums[c] += raw;
                sums[c] += Channels.exported(channels.get(c), (double) raw);
                newestRaws[c] = newest ? raw : newestRaws[c];
            }
        }
    }

    /** Vectors in the frames that left: the count of each channel's readings. */
    public long vectors() {
        return vectors;
    }

    /** Sum of the raw integers modulo 2^64. */
    public long rawSum(int channel) {
        return rawSums[channel];
    }

    /** Sum of the values as exported. */
    public double sum(int channel) {
        return sums[channel];
    }

    /** Value with the newest event time, as exported. */
    public double newest(int channel) {
        return Channels.exported(channels.get(channel), (double) newestRaws[channel]);
    }
}
