package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever writes a victim's address into datagrams must not make the server send the victim more than he sends himself. SPEC §9.1.
 * Probes by {@code -Dbaliza.probes}, 20,000 unless set.
 */
@Timeout(600)
class ReflectionIT {
    private static final int PROBES = Integer.getInteger("baliza.probes", 20_000);
    private static final int SOURCES = 48;
    private static final int DEVICES = 300;
    private static final int QUIET_MILLIS = 300;

    /** An address that somebody sends in the name of. */
    private static final class Source implements AutoCloseable {
        private final DatagramChannel channel = DatagramChannel.open();
        private long sent;
        private long received;
        private long answers;

        Source(int number, InetSocketAddress server) throws IOException {
            channel.bind(new InetSocketAddress("127.0.1." + (1 + number % 200), 0));
            channel.connect(server);
            channel.configureBlocking(false);
        }

        void send(byte[] bytes) throws IOException {
            sent += channel.write(ByteBuffer.wrap(bytes));
        }

        /** Takes all that is there, and says of which types the answers were. */
        boolean receive(ByteBuffer buffer, Set<MessageType> seen) throws IOException {
            boolean any = false;
            for (int length = channel.read(buffer.clear()); length > 0; length = channel.read(buffer.clear())) {
                any = true;
                received += length;
                answers++;
                MessageType type = new Frame().wrap(buffer.flip(), 0, length).type();
                if (type != null) {
                    seen.add(type);
                }
                assertThat(received).as("%d bytes were sent", sent).isLessThanOrEqualTo(sent);
            }
            return any;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static void pointAt(byte[] frame, long device) {
        if (frame.length >= Limits.MIN_FRAME_BYTES) {
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            bytes.putLong(Frame.DEVICE_OFFSET, device);
            int end = frame.length - Limits.CHECKSUM_BYTES;
            bytes.putInt(end, FrameCodec.checksum(bytes, 0, end));
        }
    }

    /** A frame of the vectors, right or changed, of one of some devices that all sources claim to be. */
    private static byte[] probe(List<byte[]> vectors, Random random) {
        boolean changed = random.nextInt(3) == 0;
        byte[] frame = changed
                ? HostileBytesIT.mutated(vectors, random)
                : vectors.get(random.nextInt(vectors.size())).clone();
        if (random.nextInt(5) > 0) {
            pointAt(frame, random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(DEVICES));
        }
        return frame;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void noSourceGetsMoreBytesThanCameFromIt(long seed) throws Exception {
        Random random = new Random(seed);
        List<byte[]> vectors = HostileBytesIT.vectors();
        ByteBuffer buffer = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
        Set<MessageType> seen = EnumSet.noneOf(MessageType.class);
        List<Source> sources = new ArrayList<>();
        try (RunningServer server = new RunningServer()) {
            for (int i = 0; i < SOURCES; i++) {
                sources.add(new Source(i, server.server.udpAddress()));
            }
            for (int i = 0; i < PROBES / 2; i++) {
                sources.get(random.nextInt(SOURCES)).send(probe(vectors, random));
                if (i % 64 == 0) {
                    drain(sources, buffer, seen);
                }
            }
            long quietSince = System.nanoTime();
            while (System.nanoTime() - quietSince < QUIET_MILLIS * 1_000_000L) {
                quietSince = drain(sources, buffer, seen) ? System.nanoTime() : quietSince;
                Thread.onSpinWait();
            }
            Source worst = sources.stream()
                    .max(Comparator.comparingDouble(s -> (double) s.received / Math.max(1, s.sent)))
                    .orElseThrow();
            long answers = sources.stream().mapToLong(s -> s.answers).sum();
            System.out.printf(
                    "probes: %,d, answers: %,d of %s, worst source: %,d bytes for %,d%n",
                    PROBES / 2, answers, seen, worst.received, worst.sent);
            assertThat(sources).allSatisfy(source -> assertThat(source.received).isBetween(1L, source.sent));
            assertThat(seen)
                    .as("the probes reach what answers")
                    .contains(MessageType.WELCOME, MessageType.ACK, MessageType.NACK, MessageType.PONG);
            assertThat(server.get("/metrics")).contains("\nbaliza_ledger_imbalance 0");
        } finally {
            for (Source source : sources) {
                source.close();
            }
        }
    }

    private static boolean drain(List<Source> sources, ByteBuffer buffer, Set<MessageType> seen) throws IOException {
        boolean any = false;
        for (Source source : sources) {
            any |= source.receive(buffer, seen);
        }
        return any;
    }

    /** The counterpart: a check that cannot fail would prove nothing. */
    @Test
    void aDatagramThatGetsMoreWouldBeNoticed() throws Exception {
        try (DatagramChannel reflector = DatagramChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                Source source = new Source(0, (InetSocketAddress) reflector.getLocalAddress())) {
            source.send(new byte[36]);
            ByteBuffer answer = ByteBuffer.allocate(37);
            reflector.send(answer, source.channel.getLocalAddress());
            Throwable noticed = null;
            for (int i = 0; i < 1_000 && noticed == null; i++) {
                try {
                    source.receive(ByteBuffer.allocate(100), EnumSet.noneOf(MessageType.class));
                    Thread.sleep(1);
                } catch (AssertionError e) {
                    noticed = e;
                }
            }
            assertThat(noticed).isNotNull();
        }
    }
}
