package dev.baliza.bench;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** What the devices of the benchmarks send: temperatures in hundredths of a degree. */
final class Readings {
    /** Long, so that no series leaves a scrape because nothing comes. */
    private static final int INTERVAL_MILLIS = 3_600_000;

    private Readings() {}

    static ChannelSet set(int channels) {
        return new ChannelSet(
                0,
                TimeUnit.MILLISECONDS,
                IntStream.range(0, channels)
                        .mapToObj(i -> new ChannelDescription(
                                i,
                                SensorType.I16,
                                Kind.GAUGE,
                                -2,
                                INTERVAL_MILLIS,
                                "temperature",
                                "probe-" + i,
                                "Cel",
                                Double.NaN,
                                Double.NaN,
                                List.of(),
                                List.of()))
                        .toList());
    }

    /**
     * A batch of such a set.
     *
     * @param baseMillis when the first row was read
     * @param stepMillis between rows
     */
    static Message.RowReadings rows(int hash, int rows, int channels, long baseMillis, int stepMillis) {
        ByteBuffer bytes = ByteBuffer.allocate(rows * (4 + 2 * channels));
        for (int r = 0; r < rows; r++) {
            bytes.putInt(r * stepMillis);
            for (int c = 0; c < channels; c++) {
                bytes.putShort((short) (2_150 + r + c));
            }
        }
        return new Message.RowReadings(TimeMode.ABSOLUTE, false, false, rows, hash, baseMillis, bytes.flip());
    }
}
