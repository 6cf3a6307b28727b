package dev.baliza.bench;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.BalizaServer;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.metrics.BuildInfo;
import dev.baliza.server.metrics.ServerMetrics;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A scrape of a server that has series of five channels a device, from the books to the bytes; nothing comes in meanwhile.
 *
 * <p>Run: {@code java -jar server/benchmarks/target/benchmarks.jar ScrapeBenchmark -prof gc}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScrapeBenchmark {
    private static final int CHANNELS = 5;

    @Param({"5000", "100000"})
    private int series;

    private @Nullable BalizaServer server;
    private @Nullable ServerMetrics metrics;

    /** Starts a server and gives it its series over TCP. */
    @Setup
    public void open() throws Exception {
        List<String> settings =
                List.of("tcp.port=0", "udp.port=0", "http.port=0", "store.enabled=false", "log.level=warn");
        BalizaServer opened = BalizaServer.start(ConfigLoader.load(null, Map.of(), settings));
        server = opened;
        metrics = new ServerMetrics(opened.books(), new BuildInfo("benchmark", "epoll", "", false));
        long frames = fill(opened.tcpAddress());
        while (opened.books().snapshot().get().ledger().accepted() < frames) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private long fill(InetSocketAddress to) throws IOException {
        Message.Describe describe = new Message.Describe(Readings.set(CHANNELS));
        int hash = DescribeCodec.hash(describe.set());
        Message rows = Readings.rows(hash, 1, CHANNELS, System.currentTimeMillis() - 1_000, 10);
        int devices = series / CHANNELS;
        ByteBuffer bytes = ByteBuffer.allocate(4_096);
        try (Socket socket = new Socket(to.getAddress(), to.getPort());
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16)) {
            for (int device = 1; device <= devices; device++) {
                Extensions name = Extensions.named("device-" + device);
                FrameCodec.write(bytes.clear(), new FrameHeader(device, 1, 0, 0, 0, 0), name, describe);
                FrameCodec.write(bytes, new FrameHeader(device, 1, 1, 1, 0, 0), Extensions.NONE, rows);
                out.write(bytes.array(), 0, bytes.position());
            }
        }
        return 2L * devices;
    }

    @TearDown
    public void close() {
        Objects.requireNonNull(metrics).close();
        Objects.requireNonNull(server).close();
    }

    /** Prometheus text, not compressed. */
    @Benchmark
    public Object text() throws ExecutionException, InterruptedException {
        return Objects.requireNonNull(metrics).render("text/plain", null).get().body();
    }
}
