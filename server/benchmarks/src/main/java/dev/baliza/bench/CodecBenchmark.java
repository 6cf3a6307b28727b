package dev.baliza.bench;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
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

/**
 * From bytes to a frame that may be judged: per reading, in frames of 100 rows of 3 channels.
 *
 * <p>Run: {@code java -jar server/benchmarks/target/benchmarks.jar CodecBenchmark -prof gc}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    private static final int ROWS = 100;
    private static final int CHANNELS = 3;
    private static final int READINGS = ROWS * CHANNELS;

    private final ByteBuffer bytes = frame();
    private final Frame view = new Frame();

    private static ByteBuffer frame() {
        ByteBuffer out = ByteBuffer.allocateDirect(1 << 12);
        FrameCodec.write(
                out,
                new FrameHeader(1, 1, 0, 0, 0, 0),
                Extensions.NONE,
                Readings.rows(0, ROWS, CHANNELS, 1_800_000_000_000L, 10));
        return out.flip();
    }

    /** Delimited, checksum, header, extensions. */
    @Benchmark
    @OperationsPerInvocation(READINGS)
    public boolean frames() throws ProtocolException {
        return opened();
    }

    private boolean opened() throws ProtocolException {
        int length = FrameCodec.frameLength(bytes, 0, bytes.limit(), Limits.MAX_FRAME_BYTES);
        view.wrap(bytes, 0, length);
        boolean right = view.checksumMatches();
        view.checkReserved();
        view.readExtensions();
        return right;
    }
}
