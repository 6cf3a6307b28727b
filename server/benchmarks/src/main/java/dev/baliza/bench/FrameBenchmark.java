package dev.baliza.bench;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.Shard;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.SecretKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From the bytes of a frame to counted readings, open and sealed: ten vectors of three channels in rows, best effort. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {
    private static final long NOW = 1_800_000_000_000_000L;
    private static final int ROWS = 10;
    private static final int CHANNELS = 3;

    /** Devices that send in turn. */
    @Param({"1", "1000"})
    private int devices;

    private final Frame view = new Frame();
    private final FrameSealer sealer = new FrameSealer();
    private final ByteBuffer open = ByteBuffer.allocate(2_000);
    private final ByteBuffer sealed = ByteBuffer.allocate(2_000);
    private final Peer peer =
            new Peer(Transport.UDP, new InetSocketAddress("127.0.0.1", 40_000), (to, header, message, seal) -> {});

    private Shard shard = Shards.open();
    private SecretKey[] keys = new SecretKey[0];
    private Message rows = Readings.rows(0, ROWS, CHANNELS, NOW / 1_000 - 1_000, 100);
    private long frames;

    /** Describes the channels of all devices, sealed ones with keys of their own. */
    @Setup
    public void describe() {
        List<DeviceKey> all = IntStream.rangeClosed(1, devices)
                .mapToObj(i -> new DeviceKey(i, 1, true, new byte[16]))
                .toList();
        keys = all.stream().map(key -> key.up(7)).toArray(SecretKey[]::new);
        shard = Shards.open(new KeyRing(all));
        Message.Describe describe = new Message.Describe(Readings.set(CHANNELS));
        rows = Readings.rows(DescribeCodec.hash(describe.set()), ROWS, CHANNELS, NOW / 1_000 - 1_000, 100);
        for (int i = 1; i <= devices; i++) {
            write(i, 0, describe);
            shard.onFrame(view.wrap(open, 0, open.limit()), peer, NOW);
        }
        frames = devices;
    }

    private void write(long device, long seq, Message message) {
        FrameCodec.write(open.clear(), new FrameHeader(device, 7, seq, seq, 0, 0), Extensions.NONE, message);
        open.flip();
    }

    /** Writes the next frame of the next device; returns the device. */
    private int next() {
        int device = (int) (frames % devices) + 1;
        write(device, frames / devices, rows);
        frames++;
        return device;
    }

    /** What the other two pay for making the frame. */
    @Benchmark
    public int encode() {
        return next();
    }

    /** Checksum, ledger, aggregation. */
    @Benchmark
    public boolean openProfile() {
        next();
        Frame frame = view.wrap(open, 0, open.limit());
        boolean right = frame.checksumMatches();
        shard.onFrame(frame, peer, NOW);
        return right;
    }

    /** Sealed by the device and opened by the server: two runs of AES-GCM. */
    @Benchmark
    public Object sealedProfile() {
        int device = next();
        sealed.clear();
        sealer.seal(open, keys[device - 1], 1, null, sealed);
        sealed.flip();
        Object fault = shard.onSealed(view.wrap(sealed, 0, sealed.limit()), peer, NOW);
        if (fault != null) {
            throw new IllegalStateException("not opened: " + fault);
        }
        return sealed;
    }
}
