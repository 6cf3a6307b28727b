package dev.baliza.sim.device;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.ReadingsCodec;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Takes a vector whenever one is due and makes frames of them: an open loop, however slow the server is. Confined to one thread. */
final class Sampler {
    private static final int MAX_QUEUED_VECTORS = 100_000;
    private static final int ROW_TIME_BYTES = 4;
    private static final int READINGS_HEAD_BYTES = 16;
    private static final int EXTENSION_ROOM_BYTES = 16;

    private final Plan plan;
    private final ChannelSet set;
    private final int setHash;
    private final int batch;
    private final Signal[] signals;
    private final Deque<long[]> queued = new ArrayDeque<>();
    private final Deque<Long> due = new ArrayDeque<>();
    private long nextVectorMicros;
    private boolean begun;

    Sampler(Plan plan, long seed, long firstVectorMicros) {
        this.plan = plan;
        set = plan.set();
        setHash = DescribeCodec.hash(set);
        nextVectorMicros = firstVectorMicros;
        signals = new Signal[set.channels().size()];
        for (int i = 0; i < signals.length; i++) {
            signals[i] = Channels.signal(i, seed * 64 + i);
        }
        int room = plan.maxFrameBytes() - Limits.MIN_FRAME_BYTES - READINGS_HEAD_BYTES - EXTENSION_ROOM_BYTES;
        batch = Math.max(1, Math.min(plan.batch(), room / (ROW_TIME_BYTES + set.rowBytes())));
    }

    void sample(long nowMicros) {
        for (; nextVectorMicros <= nowMicros; nextVectorMicros += plan.intervalMicros()) {
            if (queued.size() < MAX_QUEUED_VECTORS) {
                long[] raws = new long[signals.length];
                for (int i = 0; i < raws.length; i++) {
                    raws[i] = signals[i].next(nextVectorMicros);
                }
                queued.add(raws);
                due.add(nextVectorMicros);
            }
        }
    }

    boolean isEmpty() {
        return queued.isEmpty();
    }

    boolean hasFullBatch() {
        return queued.size() >= nextBatch();
    }

    private int nextBatch() {
        return begun ? batch : Math.min(batch, plan.firstBatch());
    }

    /** The next vectors, a full batch or what there is of one. */
    Batch take() {
        int vectors = Math.min(nextBatch(), queued.size());
        begun = true;
        long[] raws = new long[vectors * signals.length];
        long[] times = new long[vectors];
        long newest = 0;
        for (int v = 0; v < vectors; v++) {
            System.arraycopy(queued.remove(), 0, raws, v * signals.length, signals.length);
            newest = due.remove();
            times[v] = newest / 1_000;
        }
        return new Batch(newest, raws, times);
    }

    Message message(Batch taken) {
        ByteBuffer rows = ByteBuffer.allocate(taken.vectors() * (ROW_TIME_BYTES + set.rowBytes()));
        long base = taken.timeMillis(0);
        for (int v = 0; v < taken.vectors(); v++) {
            rows.putInt((int) (taken.timeMillis(v) - base));
            for (int c = 0; c < signals.length; c++) {
                ReadingsCodec.writeValue(
                        rows,
                        set.channels().get(c).type(),
                        Channels.value(set.channels().get(c), taken.raw(v, c)));
            }
        }
        return new Message.RowReadings(TimeMode.ABSOLUTE, false, false, taken.vectors(), setHash, base, rows.flip());
    }
}
