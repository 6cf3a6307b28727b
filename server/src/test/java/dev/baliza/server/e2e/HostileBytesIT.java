package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.codec.FrameCodec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random and mutated bytes at both ports beside honest devices: the server stays up, its memory flat, its books right. Seconds by
 * {@code -Dbaliza.hostile.seconds}, 15 unless set.
 */
class HostileBytesIT {
    private static final Path VECTORS = Path.of("../protocol/src/test/resources/vectors");
    private static final Pattern HEAP = Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\"[^}]*} (\\S+)");

    @TempDir
    Path dir;

    /** Whole frames of every type, right and wrong. */
    static List<byte[]> vectors() throws IOException {
        List<byte[]> frames = new ArrayList<>();
        try (Stream<Path> files = Files.walk(VECTORS)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".hex")).sorted().toList()) {
                StringBuilder hex = new StringBuilder();
                for (String line : Files.readAllLines(file)) {
                    hex.append(line.replaceAll("#.*", "").replaceAll("\\s", ""));
                }
                frames.add(HexFormat.of().parseHex(hex));
            }
        }
        assertThat(frames).hasSizeGreaterThan(100);
        return frames;
    }

    /** A vector with a few bytes changed, most of the time with a checksum that is right again. */
    static byte[] mutated(List<byte[]> frames, Random random) {
        byte[] frame = frames.get(random.nextInt(frames.size())).clone();
        for (int i = random.nextInt(4); i >= 0 && frame.length > 0; i--) {
            frame[random.nextInt(frame.length)] = (byte) random.nextInt();
        }
        if (frame.length >= 36 && random.nextInt(5) > 0) {
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            int length = Math.min(frame.length, bytes.getShort(6) & 0xFFFF);
            if (length >= 36) {
                FrameCodec.writeChecksum(bytes, 0, length);
            }
        }
        return frame;
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(2_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void theServerStandsAndHonestDevicesBalance() throws Exception {
        long seconds = Long.getLong("baliza.hostile.seconds", 15);
        List<byte[]> frames = vectors();
        try (RunningServer server = new RunningServer("limits.maxDevices=2000")) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong sent = new AtomicLong();
            Thread udp = new Thread(() -> attackUdp(server, frames, stop, sent), "attack-udp");
            Thread tcp = new Thread(() -> attackTcp(server, frames, stop, sent), "attack-tcp");
            udp.start();
            tcp.start();
            SimRun honest = SimRun.against(
                    server.devices(),
                    server.http(),
                    dir,
                    "--devices=20",
                    "--interval=50ms",
                    "--duration=" + seconds + "s",
                    "--seed=5",
                    "--faults=loss=0.05,dup=0.05");
            stop.set(true);
            udp.join();
            tcp.join();
            System.gc();
            double heap = heap(server.get("/metrics"));
            System.out.printf("hostile: %,d sends in %d s, heap %.0f MB after it%n", sent.get(), seconds, heap / 1e6);
            assertThat(honest.differences()).isEmpty();
            assertThat(honest.exitCode()).isZero();
            assertThat(sent.get()).isGreaterThan(1_000);
            assertThat(server.get("/api/v1/ledger")).contains("\"imbalance\":0");
            assertThat(heap).as("bytes").isLessThan(300e6);
        }
    }

    private static double heap(String metrics) {
        Matcher matcher = HEAP.matcher(metrics);
        double sum = 0;
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(1));
        }
        return sum;
    }

    private static void attackUdp(RunningServer server, List<byte[]> frames, AtomicBoolean stop, AtomicLong sent) {
        Random random = new Random(1);
        InetSocketAddress target = server.server.udpAddress();
        try (DatagramSocket socket = new DatagramSocket()) {
            while (!stop.get()) {
                byte[] bytes = random.nextInt(4) == 0 ? noise(random) : mutated(frames, random);
                if (bytes.length <= 65_507) {
                    socket.send(new DatagramPacket(bytes, bytes.length, target));
                    pace(sent);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void attackTcp(RunningServer server, List<byte[]> frames, AtomicBoolean stop, AtomicLong sent) {
        Random random = new Random(2);
        while (!stop.get()) {
            try (Socket socket = new Socket()) {
                socket.setReuseAddress(true);
                socket.connect(server.server.tcpAddress());
                for (int i = random.nextInt(50); i >= 0 && !stop.get(); i--) {
                    socket.getOutputStream().write(random.nextInt(10) == 0 ? noise(random) : mutated(frames, random));
                    pace(sent);
                }
            } catch (IOException closedByServer) {
                // what it should do after an error
            }
        }
    }

    /** Some 20,000 a second: this is about what the bytes say; what their number does is another test's matter. */
    private static void pace(AtomicLong sent) {
        if (sent.incrementAndGet() % 20 == 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
