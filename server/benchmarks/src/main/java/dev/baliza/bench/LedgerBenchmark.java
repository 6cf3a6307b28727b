package dev.baliza.bench;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.Shard;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a frame of one reading costs a shard, which is its ledger above all: in order, with every third number missing, or twice.
 *
 * <p>Run: {@code java -jar server/benchmarks/target/benchmarks.jar LedgerBenchmark -prof gc}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LedgerBenchmark {
    private static final long NOW = 1_800_000_000_000_000L;
    private static final int EPOCH = 7;

    /** Devices that send in turn. */
    @Param({"1", "1000"})
    private int devices;

    private final Frame view = new Frame();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(256);
    private final Peer peer =
            new Peer(Transport.UDP, new InetSocketAddress("127.0.0.1", 40_000), (to, header, message, seal) -> {});
    private final Shard shard = Shards.open();
    private long turn;

    /** Describes the channel of all devices, and leaves a frame of readings in the buffer. */
    @Setup
    public void describe() {
        Message.Describe describe = new Message.Describe(Readings.set(1));
        for (int device = 1; device <= devices; device++) {
            write(device, describe);
            shard.onFrame(view.wrap(bytes, 0, bytes.limit()), peer, NOW);
        }
        write(1, Readings.rows(DescribeCodec.hash(describe.set()), 1, 1, NOW / 1_000 - 1_000, 100));
    }

    private void write(long device, Message message) {
        FrameCodec.write(bytes.clear(), new FrameHeader(device, EPOCH, 0, 0, 0, 0), Extensions.NONE, message);
        bytes.flip();
    }

    private void take(long seq) {
        bytes.putLong(Frame.DEVICE_OFFSET, turn++ % devices + 1);
        bytes.putInt(Frame.SEQ_OFFSET, (int) seq);
        bytes.putInt(Frame.PN_OFFSET, (int) seq);
        shard.onFrame(view.wrap(bytes, 0, bytes.limit()), peer, NOW);
    }

    @Benchmark
    public void inOrder() {
        take(1 + turn / devices);
    }

    @Benchmark
    public void everyThirdMissing() {
        long seq = turn / devices;
        take(1 + seq + seq / 2);
    }

    @Benchmark
    public void everyFrameTwice() {
        take(1 + turn / devices / 2);
    }
}
