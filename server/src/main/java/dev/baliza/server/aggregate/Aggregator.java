package dev.baliza.server.aggregate;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.codec.BatchDecoder;
import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SkipReason;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Applies the readings of accepted frames to series: the door from the network to the numbers. Nothing is allocated per reading
 * of a described batch. Thread: one shard's. Spec: SPEC §5.9, §7.
 */
public final class Aggregator {
    private final SeriesScope scope;
    private final SkipCounts skips = new SkipCounts();
    private final BatchDecoder decoder = new BatchDecoder();
    private final Applier applier;
    private final List<Channel> ofNamed = new ArrayList<>();

    /** @param maxFutureMicros readings further ahead of the server's clock are skipped */
    public Aggregator(Families families, SeriesRules rules, long maxFutureMicros) {
        scope = new SeriesScope(families, rules);
        applier = new Applier(scope, skips, maxFutureMicros);
    }

    /** For whoever reads batches on this thread. */
    public BatchDecoder decoder() {
        return decoder;
    }

    /** Computes these derived channels too; before the first device. */
    public void use(DerivedRules rules) {
        scope.use(rules);
    }

    /**
     * Makes room for the series of one more device.
     *
     * @param label what the device is shown as
     */
    public DeviceSeries newDevice(String label) {
        return new DeviceSeries(scope, label);
    }

    /**
     * Applies rows or columns that were checked against the set.
     *
     * @return whether the device's clock was never set
     */
    public boolean rows(Message.DescribedReadings batch, BoundSet set, BatchTime time, long epoch, long seq) {
        applier.start(set.owner, set.channels, set.set().timeUnit(), time, batch.backfill(), epoch, seq);
        decoder.decode(batch, set.types(), applier);
        if (!scope.derived().isEmpty() && !batch.backfill()) {
            for (Channel channel : set.channels) {
                channel.wakeDependents(time.arrivalMicros(), epoch, seq);
            }
        }
        return applier.finish();
    }

    /** Applies a named batch; returns whether the device's clock was never set. */
    public boolean named(Message.NamedReadings batch, DeviceSeries device, BatchTime time, long epoch, long seq) {
        Channel[] one = new Channel[1];
        applier.start(device, one, batch.timeUnit(), time, batch.backfill(), epoch, seq);
        for (NamedReading reading : batch.readings()) {
            Channel channel = device.named(
                    new DeviceSeries.NamedKey(reading.quantity(), reading.name(), reading.unit(), reading.type()));
            if (channel == null) {
                skips.skip(device, SkipReason.NO_ROOM, 1);
                continue;
            }
            one[0] = channel;
            applier.value(reading);
            if (!scope.derived().isEmpty() && !batch.backfill()) {
                ofNamed.add(channel);
            }
        }
        for (Channel channel : ofNamed) {
            channel.wakeDependents(time.arrivalMicros(), epoch, seq);
        }
        ofNamed.clear();
        return applier.finish();
    }

    /** Fills the series of a new device from a snapshot; what it had skipped is counted here. */
    public void load(DeviceSeries device, DataInput in) throws IOException {
        skips.load(device.load(in));
    }

    /** What was replayed so far is durable in the series; all else begins with this process. */
    public void beginAfterReplay() {
        applier.clear();
        scope.beginAfterReplay();
    }

    /** Readings counted but not used. */
    public Map<SkipReason, Long> skipped() {
        return skips.counts();
    }

    /** Readings stamped on arrival because the device's clock was never set. */
    public long clockUnset() {
        return applier.clockUnset();
    }

    /** Counters that fell from one value to a newer one: their device started anew. */
    public long counterResets() {
        return applier.counterResets();
    }

    /** Channels whose unit is exported without conversion. */
    public long unknownUnits() {
        return scope.unknownUnits();
    }

    /** What became of derived values, by event; empty when none are configured. */
    public Map<String, Long> derivedEvents() {
        return scope.derivedEvents();
    }

    /** Channels that are not exported. */
    public Map<SeriesRefusal, Long> refused() {
        return scope.refused();
    }

    public List<HistogramView> histograms() {
        return scope.histograms();
    }
}
