package dev.baliza.sim.device;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.ColumnsEncoder;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.ReadingsCodec;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Takes a vector whenever one is due and makes frames of them: an open loop, however slow the server is. Confined to one thread. */
final class Sampler {
    private static final int MAX_QUEUED_VECTORS = 100_000;
    private static final int ROW_TIME_BYTES = 4;
    private static final int READINGS_HEAD_BYTES = 16;
    /** Form, width and a varint, less the base time of rows. */
    private static final int COLUMN_TIMES_HEAD_BYTES = 12 - 8;

    private static final int EXTENSION_ROOM_BYTES = 24;

    private final Plan plan;
    private final ChannelSet set;
    private final SensorType[] types;
    private final int setHash;
    private final int batch;
    private final Signal[] signals;
    private final Signal[] namedSignals;
    private final Deque<long[]> queued = new ArrayDeque<>();
    private final Deque<Long> due = new ArrayDeque<>();
    private long nextVectorMicros;
    private long intervalMicros;
    private boolean atOnce;
    private boolean begun;
    private final Random defects;
    private final boolean withQuality;
    private final long[] stuckAt;

    Sampler(Plan plan, long seed, long firstVectorMicros) {
        this.plan = plan;
        set = plan.set();
        types = set.channels().stream().map(ChannelDescription::type).toArray(SensorType[]::new);
        setHash = DescribeCodec.hash(set);
        nextVectorMicros = firstVectorMicros;
        intervalMicros = plan.intervalMicros();
        signals = new Signal[set.channels().size()];
        for (int i = 0; i < signals.length; i++) {
            signals[i] = Channels.signal(set.channels().get(i), seed * 64 + i);
        }
        namedSignals = new Signal[plan.named().size()];
        for (int i = 0; i < namedSignals.length; i++) {
            namedSignals[i] = Channels.signal(plan.named().get(i), ~seed * 64 + i);
        }
        defects = new Random(~seed);
        withQuality = plan.defects().missing() > 0;
        stuckAt = new long[signals.length];
        for (int i = 0; i < stuckAt.length; i++) {
            stuckAt[i] = signals[i].next(firstVectorMicros);
        }
        int head = READINGS_HEAD_BYTES + (plan.columns() ? columnHeads() : 0);
        int room = plan.maxFrameBytes() - Limits.MIN_FRAME_BYTES - head - EXTENSION_ROOM_BYTES;
        batch = Math.max(1, Math.min(plan.batch(), room / rowBytes()));
    }

    void sample(long nowMicros) {
        for (; nextVectorMicros <= nowMicros; nextVectorMicros += intervalMicros) {
            if (queued.size() < MAX_QUEUED_VECTORS) {
                long[] raws = new long[signals.length];
                for (int i = 0; i < raws.length; i++) {
                    raws[i] = sense(i);
                }
                queued.add(raws);
                due.add(nextVectorMicros);
            }
        }
    }

    /** From the next vector on. */
    void interval(long micros) {
        intervalMicros = micros;
    }

    /** The vectors so far are a batch, full or not. */
    void atOnce() {
        atOnce = true;
    }

    private long sense(int channel) {
        Defects wrong = plan.defects();
        if (wrong.missing() > 0 && defects.nextDouble() < wrong.missing()) {
            return Channels.MISSING;
        }
        if (wrong.spike() > 0 && defects.nextDouble() < wrong.spike()) {
            return signals[channel].spike();
        }
        return wrong.stuck() ? stuckAt[channel] : signals[channel].next(nextVectorMicros);
    }

    /** What was not made a frame yet is gone: the device lost its memory. */
    void forget() {
        queued.clear();
        due.clear();
    }

    private int rowBytes() {
        return ROW_TIME_BYTES + set.rowBytes() + (withQuality ? signals.length : 0);
    }

    /** What columns may have more than the rows that they say: their forms, and width and least of the times. */
    private int columnHeads() {
        int bytes = COLUMN_TIMES_HEAD_BYTES;
        for (SensorType type : types) {
            bytes += type.components() + (withQuality ? 1 : 0);
        }
        return bytes;
    }

    boolean isEmpty() {
        return queued.isEmpty();
    }

    boolean hasFullBatch() {
        return queued.size() >= nextBatch() || (atOnce && !queued.isEmpty());
    }

    private int nextBatch() {
        return begun ? batch : Math.min(batch, plan.firstBatch());
    }

    /** The next vectors, a full batch or what there is of one. */
    Batch take() {
        int vectors = Math.min(nextBatch(), queued.size());
        begun = true;
        atOnce = false;
        long[] raws = new long[vectors * signals.length];
        long[] times = new long[vectors];
        long newest = 0;
        for (int v = 0; v < vectors; v++) {
            System.arraycopy(queued.remove(), 0, raws, v * signals.length, signals.length);
            newest = due.remove();
            times[v] = plan.clock().at(newest) / 1_000;
        }
        return new Batch(newest, raws, times, 0);
    }

    /** One reading of each channel that describes itself. */
    Batch takeNamed(long nowMicros) {
        long[] raws = new long[namedSignals.length];
        for (int i = 0; i < raws.length; i++) {
            raws[i] = namedSignals[i].next(nowMicros);
        }
        return new Batch(nowMicros, raws, new long[] {plan.clock().at(nowMicros) / 1_000}, signals.length);
    }

    Message namedMessage(Batch taken) {
        List<NamedReading> readings = new ArrayList<>();
        for (int i = 0; i < taken.width(); i++) {
            ChannelDescription channel = plan.named().get(i);
            readings.add(new NamedReading(
                    taken.timeMillis(0),
                    channel.quantity(),
                    channel.name(),
                    channel.unit(),
                    channel.type(),
                    Quality.GOOD,
                    Channels.value(channel, taken.raw(0, i))));
        }
        return new Message.NamedReadings(TimeMode.ABSOLUTE, false, false, TimeUnit.MILLISECONDS, readings);
    }

    Message message(Batch taken) {
        ByteBuffer rows = ByteBuffer.allocate(taken.vectors() * rowBytes());
        long base = taken.timeMillis(0);
        for (int v = 0; v < taken.vectors(); v++) {
            rows.putInt((int) (taken.timeMillis(v) - base));
            for (int c = 0; c < signals.length; c++) {
                writeReading(rows, set.channels().get(c), taken.raw(v, c));
            }
        }
        Message.RowReadings message = new Message.RowReadings(
                TimeMode.ABSOLUTE, false, withQuality, taken.vectors(), setHash, base, rows.flip());
        return plan.columns() ? ColumnsEncoder.of(message, types) : message;
    }

    /** A missing value is NaN where the type has it; an integer says so by its quality. */
    private void writeReading(ByteBuffer rows, ChannelDescription channel, long raw) {
        boolean missing = raw == Channels.MISSING && channel.type().form() == SensorType.Form.INTEGER;
        if (withQuality) {
            rows.put((byte) (missing ? Quality.NO_VALUE : Quality.GOOD));
        }
        ReadingsCodec.writeValue(rows, channel.type(), Channels.value(channel, missing ? 0 : raw));
    }
}
