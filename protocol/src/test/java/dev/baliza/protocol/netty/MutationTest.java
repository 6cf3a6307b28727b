package dev.baliza.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.vectors.Decoded;
import dev.baliza.protocol.vectors.WireVector;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Changed frames end in a message or a ProtocolException, never in another exception. SPEC §7.3.1. */
class MutationTest {
    private static final Decoded.Sets SETS = Decoded.Sets.ofVectors();
    private static final int HEADER_BYTES = 32;
    private static final int MIN_BYTES = 36;
    /** Longer vectors repeat themselves: fewer values of each byte will do. */
    private static final int LONG_BYTES = 160;

    private static final Set<String> VERDICTS = Stream.concat(
                    Stream.of(Decoded.OK, Decoded.IGNORED),
                    Stream.of(ErrorCode.values()).map(ErrorCode::name))
            .collect(Collectors.toSet());
    /** Bits to turn on both transports; all 255 other values go through the decoder alone. */
    private static final int[] TURNS = {0x01, 0x02, 0x08, 0x40, 0x80, 0xFF};

    @RegisterExtension
    final BufferWatch buffers = new BufferWatch();

    static List<WireVector> frames() {
        return WireVector.all().stream()
                .filter(vector -> vector.onUdp() && vector.bytes().length >= MIN_BYTES)
                .toList();
    }

    static List<WireVector> good() {
        return WireVector.good();
    }

    /** With the checksum made right again, so that the change reaches the field it is in. */
    @ParameterizedTest
    @MethodSource("frames")
    void everyValueOfEveryByteEndsInAVerdict(WireVector vector) {
        byte[] original = vector.bytes();
        Frame frame = new Frame();
        int step = original.length > LONG_BYTES ? 37 : 1;
        Set<String> verdicts = new HashSet<>();
        for (int at = Frame.VERSION_OFFSET; at < original.length - 4; at++) {
            if (at >= Frame.LENGTH_OFFSET && at < Frame.DEVICE_OFFSET) {
                continue; // would be another frame: below
            }
            byte[] changed = original.clone();
            ByteBuffer bytes = ByteBuffer.wrap(changed);
            for (int value = 0; value < 256; value += step) {
                changed[at] = (byte) value;
                FrameCodec.writeChecksum(bytes, 0, changed.length);
                Decoded decoded = Decoded.decode(frame.wrap(bytes, 0, changed.length), SETS);
                verdicts.add(decoded.verdict());
            }
        }

        assertThat(verdicts)
                .contains(vector.isGood() ? Decoded.OK : "UNKNOWN_VERSION")
                .isSubsetOf(VERDICTS);
    }

    /** SPEC §3.1.4: unfixed, every change of a good frame is noticed. */
    @ParameterizedTest
    @MethodSource("good")
    void everyTurnedBitIsNoticed(WireVector vector) {
        byte[] changed = vector.bytes();
        for (int bit = 0; bit < changed.length * 8; bit++) {
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            List<Decoded> outcomes = Receivers.udp(Unpooled.wrappedBuffer(changed), SETS);
            changed[bit / 8] ^= (byte) (1 << bit % 8);

            assertThat(outcomes).isNotEmpty();
            assertThat(outcomes.get(0).verdict()).as("bit %d", bit).isNotEqualTo(Decoded.OK);
        }
    }

    /** Length and head included, fixed and unfixed, both transports alike. */
    @ParameterizedTest
    @MethodSource("frames")
    void changedFramesGiveTheSameOnBothTransports(WireVector vector) {
        byte[] original = vector.bytes();
        int step = Math.max(1, original.length / 200);
        for (int at = 0; at < original.length; at += at < HEADER_BYTES ? 1 : step) {
            for (int turn : TURNS) {
                byte[] changed = original.clone();
                changed[at] ^= (byte) turn;
                assertSameOnBoth(changed, "byte " + at + " turned by " + turn);
                FrameCodec.writeChecksum(ByteBuffer.wrap(changed), 0, changed.length);
                assertSameOnBoth(changed, "byte " + at + " turned by " + turn + ", checksum fixed");
            }
        }
    }

    private void assertSameOnBoth(byte[] bytes, String change) {
        var tcp = new Receivers.Tcp(65_535, SETS).receive(buffers.around(bytes));
        boolean waits = tcp.insideFrame();
        List<Decoded> stream = tcp.outcomes();
        List<Decoded> datagram = Receivers.udp(buffers.around(bytes), SETS);

        if (waits) { // the datagram's last frame is cut off, the stream's may yet come
            assertThat(datagram).as(change).hasSize(stream.size() + 1);
            assertThat(datagram.subList(0, stream.size())).as(change).isEqualTo(stream);
            assertThat(datagram.get(stream.size()).verdict()).as(change).isEqualTo("BAD_LENGTH");
        } else {
            assertThat(datagram).as(change).isNotEmpty().isEqualTo(stream);
        }
    }

    /** SPEC §7.3.1: the frame is whole, its payload is not. */
    @ParameterizedTest
    @MethodSource("good")
    void everyShorterPayloadEndsInAVerdict(WireVector vector) {
        byte[] original = vector.bytes();
        for (int length = MIN_BYTES; length < original.length; length++) {
            byte[] shorter = Arrays.copyOf(original, length);
            ByteBuffer bytes = ByteBuffer.wrap(shorter).putShort(Frame.LENGTH_OFFSET, (short) length);
            FrameCodec.writeChecksum(bytes, 0, length);

            assertSameOnBoth(shorter, length + " bytes");
        }
    }

    /** SPEC §2.6: a frame of the greatest length is a frame like others. */
    @Test
    void longestFramePassesOnAStream() {
        byte[] bytes = new byte[65_535];
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        frame.put(WireVector.named("ping/bare").bytes()).putShort(Frame.LENGTH_OFFSET, (short) 65_535);
        frame.putInt(56, 0);
        FrameCodec.writeChecksum(frame, 0, bytes.length);
        var tcp = new Receivers.Tcp(65_535, SETS)
                .receive(buffers.of(bytes, 0, 9))
                .receive(buffers.of(bytes, 9, 40_000))
                .receive(buffers.of(bytes, 40_000, 65_535));

        assertThat(tcp.outcomes()).extracting(Decoded::verdict).containsExactly(Decoded.OK);
    }
}
