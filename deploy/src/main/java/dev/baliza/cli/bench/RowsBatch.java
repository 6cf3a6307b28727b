package dev.baliza.cli.bench;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Rows of vectors, one millisecond apart: noise around a slow wave. Spec: SPEC §7.3.
 *
 * @param variants sets of a device, each of {@code channels} channels of its own
 * @param type F32, or I16 with two decimals
 */
record RowsBatch(int variants, int rows, int channels, SensorType type) implements Batch {
    private static final List<String> QUANTITIES =
            List.of("temperature", "relative_humidity", "voltage", "pressure", "illuminance");
    private static final List<String> UNITS = List.of("Cel", "%", "V", "hPa", "lx");
    private static final int BASE_TIME_OFFSET = 8;
    private static final int DECIMALS = 2;
    /** Long, so that no series leaves a scrape because a run is over. */
    private static final int INTERVAL_MILLIS = 3_600_000;

    @Override
    public ChannelSet set(int variant) {
        return new ChannelSet(
                variant,
                TimeUnit.MILLISECONDS,
                IntStream.range(0, channels)
                        .mapToObj(c -> channel(variant * channels + c))
                        .toList());
    }

    private ChannelDescription channel(int index) {
        int kind = index % QUANTITIES.size();
        return new ChannelDescription(
                index,
                type,
                Kind.GAUGE,
                type == SensorType.F32 ? 0 : -DECIMALS,
                INTERVAL_MILLIS,
                QUANTITIES.get(kind),
                "probe-" + index,
                UNITS.get(kind),
                Double.NaN,
                Double.NaN,
                List.of(),
                List.of());
    }

    @Override
    public Message message(int variant, int hash, int device) {
        SplittableRandom noise = new SplittableRandom(device * 31L + variant);
        ByteBuffer bytes = ByteBuffer.allocate(rows * (Integer.BYTES + channels * type.bytes()));
        for (int row = 0; row < rows; row++) {
            bytes.putInt(row);
            for (int c = 0; c < channels; c++) {
                double value = 20 + 5 * Math.sin(row / 20.0 + c) + noise.nextDouble();
                if (type == SensorType.F32) {
                    bytes.putFloat((float) value);
                } else {
                    bytes.putShort((short) Math.round(value * 100));
                }
            }
        }
        return new Message.RowReadings(TimeMode.ABSOLUTE, false, false, rows, hash, 0, bytes.flip());
    }

    @Override
    public int readings() {
        return rows * channels;
    }

    @Override
    public int baseTimeOffset() {
        return BASE_TIME_OFFSET;
    }

    @Override
    public long spanMillis() {
        return rows;
    }
}
