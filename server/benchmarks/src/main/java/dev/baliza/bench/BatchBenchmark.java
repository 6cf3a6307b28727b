package dev.baliza.bench;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.ColumnVisitor;
import dev.baliza.protocol.codec.ColumnsEncoder;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.protocol.codec.ReadingColumn;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.BatchTime;
import dev.baliza.server.aggregate.BoundSet;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * From a payload to counted readings, per reading: read, checked, decoded, aggregated. Three channels in 0.01 °C, 0.1 % and 0.001 V, each second
 * with ±3 ms.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchBenchmark {
    private static final int BATCH = 100;
    private static final int CHANNELS = 3;
    /** Rows that fill a datagram of 1,400 bytes. */
    private static final int ROWS = 134;
    /** Vectors that fill a datagram of 1,400 bytes with columns. */
    private static final int VECTORS = 800;

    private static final long FRAME_MICROS = 1_000_000_000L;
    private static final ChannelSet SET = new ChannelSet(
            0,
            TimeUnit.MILLISECONDS,
            List.of(
                    channel(0, SensorType.I16, -2, "temperature", "Cel"),
                    channel(1, SensorType.U16, -1, "humidity", "%"),
                    channel(2, SensorType.U16, -3, "voltage", "V")));

    private final Aggregator aggregator =
            new Aggregator(new Families(100, 100_000), SeriesRules.DEFAULT, 3_600_000_000L);
    private final BoundSet set = aggregator.newDevice("bench").bind(SET, DescribeCodec.hash(SET));
    private final ByteBuffer rowsOfBatch = payload(BATCH, false);
    private final ByteBuffer columnsOfBatch = payload(BATCH, true);
    private final ByteBuffer rowsOfDatagram = payload(ROWS, false);
    private final ByteBuffer columnsOfDatagram = payload(VECTORS, true);
    private long seq;

    private static ChannelDescription channel(int index, SensorType type, int scale, String quantity, String unit) {
        return new ChannelDescription(
                index,
                type,
                Kind.GAUGE,
                scale,
                1_000,
                quantity,
                "",
                unit,
                Double.NaN,
                Double.NaN,
                List.of(),
                List.of());
    }

    private ByteBuffer payload(int vectors, boolean columns) {
        Random random = new Random(7);
        ByteBuffer bytes = ByteBuffer.allocate(vectors * 10);
        int[] raws = {2_150, 455, 3_300};
        int[] steps = {2, 1, 2};
        for (int i = 0; i < vectors; i++) {
            bytes.putInt(3 + i * 1_000 + random.nextInt(7) - 3);
            for (int c = 0; c < CHANNELS; c++) {
                raws[c] += random.nextInt(2 * steps[c] + 1) - steps[c];
                bytes.putShort((short) raws[c]);
            }
        }
        Message.RowReadings rows =
                new Message.RowReadings(TimeMode.SINCE_BOOT, false, false, vectors, set.hash(), 60_000, bytes.flip());
        ByteBuffer payload = ByteBuffer.allocateDirect(1_400);
        MessageCodec.write(payload, columns ? ColumnsEncoder.of(rows, set.types()) : rows);
        return payload.flip();
    }

    private Message.DescribedReadings read(ByteBuffer payload) throws ProtocolException {
        if (!(MessageCodec.read(MessageType.READINGS, payload) instanceof Message.DescribedReadings batch)) {
            throw new IllegalStateException("not what was written");
        }
        aggregator.decoder().check(batch, set.types());
        return batch;
    }

    private boolean aggregate(ByteBuffer payload) throws ProtocolException {
        long arrival = ++seq * FRAME_MICROS;
        BatchTime time = new BatchTime(TimeMode.SINCE_BOOT, arrival, arrival);
        return aggregator.rows(read(payload), set, time, 1, seq);
    }

    private void decode(ByteBuffer payload, Blackhole hole) throws ProtocolException {
        aggregator.decoder().decode(read(payload), set.types(), new ColumnVisitor() {
            @Override
            public void times(long[] times, int count) {
                hole.consume(times);
            }

            @Override
            public void column(int channel, ReadingColumn readings) {
                hole.consume(readings.wholes());
            }
        });
    }

    /** Read, checked and decoded, not aggregated. */
    @Benchmark
    @OperationsPerInvocation(ROWS * CHANNELS)
    public void decodeRowsOf1400Bytes(Blackhole hole) throws ProtocolException {
        decode(rowsOfDatagram, hole);
    }

    /** Read, checked and decoded, not aggregated. */
    @Benchmark
    @OperationsPerInvocation(VECTORS * CHANNELS)
    public void decodeColumnsOf1400Bytes(Blackhole hole) throws ProtocolException {
        decode(columnsOfDatagram, hole);
    }

    /** A batch of 100 vectors. */
    @Benchmark
    @OperationsPerInvocation(BATCH * CHANNELS)
    public boolean rowsOfBatch() throws ProtocolException {
        return aggregate(rowsOfBatch);
    }

    /** A batch of 100 vectors. */
    @Benchmark
    @OperationsPerInvocation(BATCH * CHANNELS)
    public boolean columnsOfBatch() throws ProtocolException {
        return aggregate(columnsOfBatch);
    }

    /** A full datagram. */
    @Benchmark
    @OperationsPerInvocation(ROWS * CHANNELS)
    public boolean rowsOf1400Bytes() throws ProtocolException {
        return aggregate(rowsOfDatagram);
    }

    /** A full datagram. */
    @Benchmark
    @OperationsPerInvocation(VECTORS * CHANNELS)
    public boolean columnsOf1400Bytes() throws ProtocolException {
        return aggregate(columnsOfDatagram);
    }
}
