package dev.baliza.protocol.dissect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.vectors.Decoded;
import dev.baliza.protocol.vectors.WireVector;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The explanation agrees with the codec and with the vectors, to the byte. */
class DissectorTest {
    private static final Decoded.Sets SETS = Decoded.Sets.ofVectors();
    private static final List<WireVector> DESCRIPTIONS = WireVector.good().stream()
            .filter(vector -> vector.name().startsWith("describe/"))
            .toList();

    static List<WireVector> all() {
        return WireVector.all();
    }

    /** Those with a right magic and length; the longest only repeat themselves. */
    static List<WireVector> delimited() {
        return all().stream()
                .filter(vector -> !vector.name().matches("frame/(.*magic|not-baliza|length.*|too-large|head-cut)"))
                .filter(vector -> vector.bytes().length < 2_000)
                .toList();
    }

    private static Dissector informed(int limit) {
        Dissector dissector = new Dissector(limit);
        DESCRIPTIONS.forEach(vector -> dissector.datagram(ByteBuffer.wrap(vector.bytes())));
        return dissector;
    }

    private static String verdict(Dissection dissection) {
        return dissection.fault() == null
                ? dissection.status().name().toLowerCase(java.util.Locale.ROOT)
                : dissection.fault().code().name();
    }

    @ParameterizedTest
    @MethodSource("all")
    void namesTheCodeAndTheParagraphOfTheVector(WireVector vector) {
        List<Dissection> all = informed(vector.limit()).datagram(ByteBuffer.wrap(vector.bytes()));

        assertThat(all).hasSize(1);
        assertThat(verdict(all.get(0))).isEqualTo(vector.expect());
        Fault fault = all.get(0).fault();
        if (fault != null) {
            assertThat(vector.sections()).contains("§" + fault.section());
            assertThat(fault.offset()).isBetween(0, vector.bytes().length);
            assertThat(fault.detail()).contains("expected");
            if (vector.index() != null) {
                assertThat(fault.index()).isEqualTo(vector.index());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void fieldsCoverEachByteOnce(WireVector vector) {
        byte[] bytes = vector.bytes();

        assertCovered(informed(vector.limit()).datagram(ByteBuffer.wrap(bytes)), bytes.length);
    }

    /** Also after every cut, as a datagram and as a stream. */
    @ParameterizedTest
    @MethodSource("all")
    void whatIsLeftOfAFrameIsCoveredToo(WireVector vector) {
        byte[] bytes = vector.bytes();
        Dissector dissector = informed(vector.limit());
        for (int length = 1; length < bytes.length; length += bytes.length < 300 ? 1 : 97) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertCovered(dissector.datagram(cut), length);
            assertCovered(dissector.stream(cut, 0), length);
        }
    }

    /** Each byte changed three ways, under a right checksum: the codec and the explanation give the same verdict. */
    @ParameterizedTest
    @MethodSource("delimited")
    void mutantsAreJudgedAsByTheCodec(WireVector vector) {
        byte[] original = vector.bytes();
        Dissector dissector = informed(Limits.MAX_FRAME_BYTES);
        for (int at = 0; at < original.length - Limits.CHECKSUM_BYTES; at++) {
            for (int flip : new int[] {0x01, 0x80, 0xFF}) {
                if (at == Frame.LENGTH_OFFSET || at == Frame.LENGTH_OFFSET + 1 || at < Frame.VERSION_OFFSET) {
                    continue; // cannot be delimited: other tests
                }
                ByteBuffer bytes = ByteBuffer.wrap(original.clone());
                bytes.put(at, (byte) (bytes.get(at) ^ flip));
                FrameCodec.writeChecksum(bytes, 0, original.length);
                Decoded decoded = Decoded.decode(new Frame().wrap(bytes, 0, original.length), SETS);
                List<Dissection> all = dissector.datagram(bytes);

                boolean otherDevice = at >= Frame.DEVICE_OFFSET && at < Frame.EPOCH_OFFSET; // has no sets here
                if (!otherDevice) {
                    assertThat(verdict(all.get(0)))
                            .as("%s byte %d ^ %02x", vector, at, flip)
                            .isEqualTo(decoded.verdict());
                }
                assertCovered(all, original.length);
            }
        }
    }

    private static void assertCovered(List<Dissection> all, int length) {
        int[] seen = new int[length];
        for (Dissection dissection : all) {
            for (Field field : dissection.fields()) {
                for (int i = 0; i < field.length(); i++) {
                    seen[field.offset() + i]++;
                }
            }
        }
        assertThat(Arrays.stream(seen).allMatch(times -> times == 1)).isTrue();
    }

    private static Fault faultOf(ByteBuffer bytes) {
        Dissection dissection =
                new Dissector(Limits.MAX_FRAME_BYTES).datagram(bytes).get(0);
        return Objects.requireNonNull(dissection.fault());
    }

    private static ByteBuffer ping() {
        return ByteBuffer.wrap(WireVector.named("ping/bare").bytes());
    }

    /** SPEC §3.1.4. */
    @Test
    void usualMistakesOfAChecksumAreRecognized() {
        ByteBuffer bytes = ping();
        int end = bytes.limit() - Limits.CHECKSUM_BYTES;
        int right = bytes.getInt(end);
        CRC32 zip = new CRC32();
        zip.update(bytes.slice(0, end));

        assertThat(faultOf(bytes.putInt(end, Integer.reverseBytes(right))).detail())
                .contains("little-endian");
        assertThat(faultOf(bytes.putInt(end, (int) zip.getValue())).detail()).contains("CRC-32 of zip");
        assertThat(faultOf(bytes.putInt(end, ~right)).detail()).contains("inversion");
        assertThat(faultOf(bytes.putInt(end, 0)).detail()).contains("never filled in");
        assertThat(faultOf(bytes.putInt(end, right + 1)).detail())
                .isEqualTo("expected %08x, found %08x".formatted(right, right + 1));
    }

    /** SPEC §1.1. */
    @Test
    void littleEndianMagicAndLengthAreRecognized() {
        ByteBuffer magic = ping().putShort(0, (short) 0x17BA);
        ByteBuffer length = ping();
        length.putShort(Frame.LENGTH_OFFSET, Short.reverseBytes(length.getShort(Frame.LENGTH_OFFSET)));

        assertThat(faultOf(magic).advice()).contains("big-endian");
        assertThat(faultOf(length).advice()).contains("length is little-endian");
    }

    /** SPEC §7.3.3, §4.2.3, §4.2.4, §6.1.1. */
    @Test
    void surprisesOfWellFormedFramesAreNoted() {
        ByteBuffer zero = ByteBuffer.wrap(WireVector.named("readings/named-one").bytes());
        FrameCodec.writeChecksum(zero.putInt(Frame.EPOCH_OFFSET, 0), 0, zero.limit());
        ByteBuffer high = ByteBuffer.wrap(WireVector.named("readings/named-one").bytes());
        FrameCodec.writeChecksum(high.putInt(Frame.EPOCH_OFFSET, 0xF0000000), 0, high.limit());
        ByteBuffer unset = ByteBuffer.wrap(WireVector.named("readings/rows-two").bytes());
        FrameCodec.writeChecksum(unset.putLong(40, 12_345), 0, unset.limit());

        assertThat(notes(zero)).contains("unaccounted");
        assertThat(notes(high)).contains("SEQUENCE_JUMP");
        assertThat(notes(unset)).contains("CLOCK_UNSET");
    }

    private static String notes(ByteBuffer bytes) {
        return informed(Limits.MAX_FRAME_BYTES).datagram(bytes).get(0).notes().toString();
    }

    /** SPEC §2.3: the end of a stream may cut a frame; that of a datagram may not. */
    @Test
    void streamMayEndInsideAFrame() {
        ByteBuffer cut = ping().limit(40);
        Dissector dissector = new Dissector(Limits.MAX_FRAME_BYTES);

        assertThat(dissector.stream(cut, 0)).extracting(Dissection::status).containsExactly(Dissection.Status.CUT);
        assertThat(dissector.datagram(cut)).extracting(Dissection::status).containsExactly(Dissection.Status.BAD);
    }

    @Test
    void textFromTheWireCannotMoveTheCursor() {
        assertThat(Texts.escape("a\u001b[2J\u202e\"b\\")).isEqualTo("a\\u001b[2J\\u202e\\u0022b\\u005c");
    }
}
