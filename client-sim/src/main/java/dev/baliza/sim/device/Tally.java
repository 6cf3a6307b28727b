package dev.baliza.sim.device;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import java.util.List;

/**
 * What the server must have counted of one device's readings: those of every frame of which at least one copy really left. Kept as
 * sums, so a long run costs no memory. Confined to one thread.
 */
public final class Tally {
    private final List<ChannelDescription> channels;
    private final Part[] parts;
    private long readings;
    private long said;

    /** One channel. */
    private static final class Part {
        private long count;
        private long missing;
        private long rawSum;
        private final double[] sums = new double[4];
        private final double[] magnitudes = new double[4];
        private long newestRaw;
        private long newestMillis = Long.MIN_VALUE;
        private long newestEpoch;
        private long newestSeq;

        void add(ChannelDescription channel, long raw, long millis, long epoch, long seq) {
            if (raw == Channels.MISSING) {
                missing++;
                return;
            }
            count++;
            rawSum += raw;
            int components = channel.type().form() == SensorType.Form.OCTETS
                    ? 0
                    : channel.type().components();
            for (int i = 0; i < components; i++) {
                double value = Channels.exported(channel, raw, i);
                sums[i] += value;
                magnitudes[i] += Math.abs(value);
            }
            newest(raw, millis, epoch, seq);
        }

        /** By event time, then by identity, then by place in the frame (SPEC §7.3.4). */
        private void newest(long raw, long millis, long epoch, long seq) {
            boolean later = epoch > newestEpoch || (epoch == newestEpoch && seq >= newestSeq);
            if (millis > newestMillis || (millis == newestMillis && later)) {
                newestMillis = millis;
                newestEpoch = epoch;
                newestSeq = seq;
                newestRaw = raw;
            }
        }

        void add(Part other) {
            count += other.count;
            missing += other.missing;
            rawSum += other.rawSum;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += other.sums[i];
                magnitudes[i] += other.magnitudes[i];
            }
            newest(other.newestRaw, other.newestMillis, other.newestEpoch, other.newestSeq);
        }
    }

    /** An empty one for devices with these channels. */
    public Tally(List<ChannelDescription> channels) {
        this.channels = List.copyOf(channels);
        parts = new Part[channels.size()];
        for (int c = 0; c < parts.length; c++) {
            parts[c] = new Part();
        }
    }

    /** The first copy of a frame left. */
    void left(Batch batch, long epoch, long seq) {
        readings += batch.readings();
        for (int v = 0; v < batch.vectors(); v++) {
            for (int c = 0; c < batch.width(); c++) {
                int channel = batch.firstChannel() + c;
                parts[channel].add(channels.get(channel), batch.raw(v, c), batch.timeMillis(v), epoch, seq);
            }
        }
    }

    /** The first copy of a frame with this message left. */
    void said(Message message) {
        boolean talk = message instanceof Message.Event
                || message instanceof Message.Text
                || message instanceof Message.Result;
        said += talk ? 1 : 0;
    }

    /** Events, texts and results that left. */
    public long said() {
        return said;
    }

    /** Adds what another board with the same identity sent. */
    public void add(Tally other) {
        readings += other.readings;
        said += other.said;
        for (int c = 0; c < parts.length; c++) {
            parts[c].add(other.parts[c]);
        }
    }

    /** Readings in the frames that left, missing values included. */
    public long readings() {
        return readings;
    }

    /** Values of a channel. */
    public long count(int channel) {
        return parts[channel].count;
    }

    /** Readings of a channel without a value. */
    public long missing(int channel) {
        return parts[channel].missing;
    }

    /** Sum of the raw integers modulo 2^64. */
    public long rawSum(int channel) {
        return parts[channel].rawSum;
    }

    /** Sum of a component of the values as exported. */
    public double sum(int channel, int component) {
        return parts[channel].sums[component];
    }

    /** Sum of the absolute values of a component: what rounding errors are measured by. */
    public double magnitude(int channel, int component) {
        return parts[channel].magnitudes[component];
    }

    /** Component of the value with the newest event time, as exported. */
    public double newest(int channel, int component) {
        return Channels.exported(channels.get(channel), parts[channel].newestRaw, component);
    }

    /** That value as text: of channels that are no number. */
    public String newestText(int channel) {
        return Channels.text(channels.get(channel), parts[channel].newestRaw);
    }

    /** Event time of that value; the least long when there is none. */
    public long newestMillis(int channel) {
        return parts[channel].newestMillis;
    }
}
