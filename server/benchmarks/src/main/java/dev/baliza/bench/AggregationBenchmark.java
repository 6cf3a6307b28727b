package dev.baliza.bench;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.BatchTime;
import dev.baliza.server.aggregate.BoundSet;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From rows that are checked to series: per reading, in batches of 100 rows of 3 channels, device after device.
 *
 * <p>Run: {@code java -jar server/benchmarks/target/benchmarks.jar AggregationBenchmark -prof gc}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AggregationBenchmark {
    private static final int ROWS = 100;
    private static final int CHANNELS = 3;
    private static final long NOW = 1_800_000_000_000_000L;

    @Param({"1", "1000"})
    private int devices;

    private final Aggregator aggregator =
            new Aggregator(new Families(100, 1_000_000), SeriesRules.DEFAULT, 3_600_000_000L);
    private final BatchTime time = new BatchTime(TimeMode.ABSOLUTE, NOW, 0);
    private BoundSet[] sets = {};
    private Message.RowReadings[] batches = {};
    private int turn;
    private long seq;

    /** Binds the channels of all devices. */
    @Setup
    public void bind() {
        ChannelSet set = Readings.set(CHANNELS);
        int hash = DescribeCodec.hash(set);
        sets = new BoundSet[devices];
        batches = new Message.RowReadings[devices];
        for (int i = 0; i < devices; i++) {
            sets[i] = aggregator.newDevice("device-" + i).bind(set, hash);
            batches[i] = Readings.rows(hash, ROWS, CHANNELS, NOW / 1_000 - 1_000_000 + i, 10);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ROWS * CHANNELS)
    public boolean rows() {
        turn = (turn + 1) % devices;
        return aggregator.rows(batches[turn], sets[turn], time, 1, seq++);
    }
}
