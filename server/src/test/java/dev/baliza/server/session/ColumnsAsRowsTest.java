package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.ColumnsEncoder;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.BatchTime;
import dev.baliza.server.aggregate.BoundSet;
import dev.baliza.server.aggregate.DeviceSeries;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch has the same outcome in rows, in columns, and as one frame for each of its vectors. SPEC §7.4.5, §7.3.4. */
class ColumnsAsRowsTest {
    private static final SensorType[] FIXED =
            Stream.of(SensorType.values()).filter(SensorType::fixedSize).toArray(SensorType[]::new);
    private static final String[] UNITS = {"", "Cel", "%", "mV", "km/h"};
    private static final double[] REALS = {0, -0.0, 1e-300, 1e300, Double.NaN, Double.NEGATIVE_INFINITY, 45, -200};
    private static final long NOW = 1_800_000_000_000_000L;

    /** One server's numbers of one device. */
    private static final class Books {
        final Aggregator aggregator = new Aggregator(
                new Families(100, 100_000), SeriesRules.of(100_000_000, 60_000_000, List.of("*")), 3_600_000_000L);
        final DeviceSeries series = aggregator.newDevice("lab-1");
        final BoundSet set;
        boolean unset;

        Books(ChannelSet described) {
            set = series.bind(described, DescribeCodec.hash(described));
        }

        void take(Message.DescribedReadings batch, BatchTime time, long epoch, long seq) throws ProtocolException {
            aggregator.decoder().check(batch, set.types());
            unset |= aggregator.rows(batch, set, time, epoch, seq);
        }

        String tap(Message.DescribedReadings batch) {
            return String.valueOf(ReadingsText.of(new Content.Rows(batch, set)));
        }

        /** All that is kept and shown but the distributions. */
        List<Object> state() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            series.save(new DataOutputStream(bytes));
            return List.of(
                    ByteBuffer.wrap(bytes.toByteArray()),
                    series.views(),
                    aggregator.skipped(),
                    aggregator.clockUnset(),
                    aggregator.counterResets(),
                    aggregator.refused(),
                    unset);
        }
    }

    private final Random random = new Random(8);

    private ChannelSet set(int channels) {
        List<ChannelDescription> described = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            SensorType type = FIXED[random.nextInt(FIXED.length)];
            boolean ranged = type.components() == 1 && random.nextInt(3) == 0;
            boolean labelled = type == SensorType.ENUMERATION && random.nextBoolean();
            described.add(new ChannelDescription(
                    i,
                    type,
                    Kind.values()[random.nextInt(2)],
                    type.scalable() ? random.nextInt(5) - 3 : 0,
                    1_000,
                    "q" + i,
                    "",
                    UNITS[random.nextInt(UNITS.length)],
                    ranged ? -100 : Double.NaN,
                    ranged ? 100 : Double.NaN,
                    random.nextBoolean() ? List.of() : List.of(-1.0, 0.0, 20.0, 50.0),
                    labelled ? List.of("off", "on") : List.of()));
        }
        return new ChannelSet(0, TimeUnit.values()[random.nextInt(4)], described);
    }

    /** A batch, and each of its vectors as a batch of its own. */
    private List<Message.RowReadings> batch(ChannelSet set) {
        TimeMode mode = TimeMode.values()[random.nextInt(3)];
        boolean qualified = random.nextInt(3) == 0;
        boolean backfill = random.nextInt(5) == 0;
        int vectors = 1 + random.nextInt(40);
        int hash = DescribeCodec.hash(set);
        long base = base(mode, set.timeUnit());
        int spread = set.timeUnit() == TimeUnit.SECONDS ? 5_000 : Integer.MAX_VALUE;
        List<ByteBuffer> rows = new ArrayList<>();
        for (int i = 0; i < vectors; i++) {
            ByteBuffer row = ByteBuffer.allocate(2_000);
            if (mode != TimeMode.ON_ARRIVAL) {
                row.putInt(random.nextInt(4) == 0 ? random.nextInt(spread) : i);
            }
            set.channels().forEach(channel -> put(row, channel.type(), qualified));
            rows.add(row.flip());
        }
        ByteBuffer whole = ByteBuffer.allocate(2_000 * vectors);
        rows.forEach(row -> whole.put(row.duplicate()));
        List<Message.RowReadings> all = new ArrayList<>();
        all.add(new Message.RowReadings(mode, backfill, qualified, vectors, hash, base, whole.flip()));
        rows.forEach(row -> all.add(new Message.RowReadings(mode, backfill, qualified, 1, hash, base, row)));
        return all;
    }

    private long base(TimeMode mode, TimeUnit unit) {
        return switch (mode) {
            case ON_ARRIVAL -> 0;
            case SINCE_BOOT -> random.nextInt(1_000);
            case ABSOLUTE -> random.nextInt(6) == 0 ? random.nextInt(1_000) : unit.fromMicros(NOW - 1_000_000);
        };
    }

    /** What has no value stands there as what columns show instead. */
    private void put(ByteBuffer row, SensorType type, boolean qualified) {
        int quality = qualified ? random.nextInt(6) : 0;
        if (qualified) {
            row.put((byte) quality);
        }
        boolean none = quality == 3;
        if (type.form() == SensorType.Form.INTEGER) {
            long raw = none ? 0 : random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(3);
            for (int shift = 8 * (type.bytes() - 1); shift >= 0; shift -= 8) {
                row.put((byte) (raw >> shift));
            }
            return;
        }
        for (int i = 0; i < type.components(); i++) {
            double usual = random.nextGaussian() * 40;
            double real = none ? Double.NaN : random.nextInt(10) == 0 ? REALS[random.nextInt(REALS.length)] : usual;
            if (type == SensorType.F64 || (type == SensorType.POSITION && i < 2)) {
                row.putDouble(real);
            } else {
                row.putFloat((float) real);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20, 64})
    void theSeriesAreTheSame(int channels) throws Exception {
        for (int run = 0; run < 60 / channels + 3; run++) {
            ChannelSet set = set(channels);
            Books rows = new Books(set);
            Books columns = new Books(set);
            Books single = new Books(set);
            for (int frame = 0; frame < 20; frame++) {
                List<Message.RowReadings> made = batch(set);
                Message.RowReadings batch = made.get(0);
                Message.ColumnReadings asColumns = ColumnsEncoder.of(batch, rows.set.types());
                long arrival = NOW + frame * 1_000_000L;
                BatchTime time = new BatchTime(batch.mode(), arrival, arrival - 60_000_000);
                long epoch = 1L + random.nextInt(2);
                long seq = random.nextInt(30);
                rows.take(batch, time, epoch, seq);
                columns.take(asColumns, time, epoch, seq);
                for (Message.RowReadings one : made.subList(1, made.size())) {
                    single.take(one, time, epoch, seq);
                }
                assertThat(columns.tap(asColumns)).isEqualTo(rows.tap(batch));
            }
            assertThat(columns.state()).isEqualTo(rows.state());
            assertThat(columns.aggregator.histograms()).isEqualTo(rows.aggregator.histograms());
            assertThat(single.state()).isEqualTo(rows.state());
            assertThat(single.aggregator.histograms()).isEqualTo(rows.aggregator.histograms());
        }
    }
}
