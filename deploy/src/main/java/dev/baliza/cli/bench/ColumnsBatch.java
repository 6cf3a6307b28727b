package dev.baliza.cli.bench;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.ColumnsEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Columns of three slow channels, one vector a second, each up to 3 ms early or late. All frames of a device have the same times.
 * Spec: SPEC §7.4.
 */
record ColumnsBatch(int vectors) implements Batch {
    private static final int PERIOD_MILLIS = 1_000;
    private static final int JITTER_MILLIS = 3;
    private static final long SEED = 7;
    /** Long, so that no series leaves a scrape because a run is over. */
    private static final int INTERVAL_MILLIS = 3_600_000;

    private static final ChannelSet SET = new ChannelSet(
            0,
            TimeUnit.MILLISECONDS,
            List.of(
                    channel(0, SensorType.I16, -2, "temperature", "Cel"),
                    channel(1, SensorType.U16, -1, "relative_humidity", "%"),
                    channel(2, SensorType.U16, -3, "voltage", "V")));
    private static final int[] FIRST = {2_150, 455, 3_300};
    private static final int[] STEP = {2, 1, 2};
    private static final SensorType[] TYPES = {SensorType.I16, SensorType.U16, SensorType.U16};

    private static ChannelDescription channel(int index, SensorType type, int scale, String quantity, String unit) {
        return new ChannelDescription(
                index,
                type,
                Kind.GAUGE,
                scale,
                INTERVAL_MILLIS,
                quantity,
                "",
                unit,
                Double.NaN,
                Double.NaN,
                List.of(),
                List.of());
    }

    @Override
    public int variants() {
        return 1;
    }

    @Override
    public ChannelSet set(int variant) {
        return SET;
    }

    @Override
    public Message message(int variant, int hash, int device) {
        SplittableRandom random = new SplittableRandom(SEED); // of all devices: their frames must be of one length
        ByteBuffer rows = ByteBuffer.allocate(vectors * (Integer.BYTES + TYPES.length * Short.BYTES));
        int[] raws = FIRST.clone();
        for (int vector = 0; vector < vectors; vector++) {
            rows.putInt((vector + 1) * PERIOD_MILLIS + random.nextInt(-JITTER_MILLIS, JITTER_MILLIS + 1));
            for (int c = 0; c < TYPES.length; c++) {
                raws[c] += random.nextInt(-STEP[c], STEP[c] + 1);
                rows.putShort((short) raws[c]);
            }
        }
        long base = System.currentTimeMillis() - (vectors + 1L) * PERIOD_MILLIS;
        return ColumnsEncoder.of(
                new Message.RowReadings(TimeMode.ABSOLUTE, false, false, vectors, hash, base, rows.flip()), TYPES);
    }

    @Override
    public int readings() {
        return vectors * TYPES.length;
    }

    @Override
    public int baseTimeOffset() {
        return NO_BASE_TIME;
    }

    @Override
    public long spanMillis() {
        return 0;
    }
}
