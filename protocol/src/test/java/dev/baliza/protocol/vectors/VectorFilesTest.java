package dev.baliza.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files say what their writer says, and the codec reads and writes the same bytes. SPEC §13. */
class VectorFilesTest {
    private static final Decoded.Sets SETS = Decoded.Sets.ofVectors();
    private static final int SENDERS_FLAGS = Frame.LEVEL_MASK | Frame.ACK_NOW | Frame.FROM_SERVER;

    static List<WireVector> canonical() {
        return WireVector.all().stream().filter(WireVector::canonical).toList();
    }

    static List<WireVector> all() {
        return WireVector.all();
    }

    @Test
    void filesAreWhatTheWriterWrites() throws IOException {
        Map<String, String> written = VectorWriter.files();
        Path root = WireVector.directory();

        assertThat(all()).extracting(WireVector::name).containsExactlyInAnyOrderElementsOf(written.keySet());
        for (Map.Entry<String, String> file : written.entrySet()) {
            assertThat(Files.readString(root.resolve(file.getKey() + ".hex")))
                    .as(file.getKey())
                    .isEqualTo(file.getValue());
        }
    }

    @Test
    void vectorsShowEveryMessageAndEveryCodeOfTheCodec() {
        Set<String> verdicts = all().stream().map(WireVector::expect).collect(Collectors.toSet());
        Set<MessageType> types = canonical().stream()
                .map(vector -> Objects.requireNonNull(
                        Decoded.decode(frame(vector), SETS).message()))
                .map(message -> message.type())
                .collect(Collectors.toSet());

        assertThat(types).containsExactlyInAnyOrder(MessageType.values());
        assertThat(verdicts)
                .containsAll(Stream.of(ErrorCode.values())
                        .filter(code -> code.number() <= ErrorCode.UNKNOWN_ENCODING.number())
                        .map(ErrorCode::name)
                        .toList());
    }

    /** SPEC §13: the examples by name, and the one reading in 84 bytes. */
    @Test
    void examplesOfTheSpecificationExist() {
        assertThat(Stream.of(
                        "readings/named-one",
                        "hello/first-contact",
                        "describe/three-channels",
                        "readings/rows-two",
                        "ack/short"))
                .allSatisfy(name -> assertThat(WireVector.named(name).isGood()).isTrue());
        assertThat(WireVector.named("readings/named-one").bytes()).hasSize(84);
    }

    /** SPEC §1.1: a codec of little-endian integers or floats would not write these bytes. */
    @ParameterizedTest
    @MethodSource("canonical")
    void goodVectorsAreWrittenAgainByteForByte(WireVector vector) {
        Frame frame = frame(vector);
        var message = Objects.requireNonNull(Decoded.decode(frame, SETS).message());
        FrameHeader header = new FrameHeader(
                frame.device(), frame.epoch(), frame.seq(), frame.pn(), frame.back(), frame.flags() & SENDERS_FLAGS);
        ByteBuffer out = ByteBuffer.allocate(vector.bytes().length + 8).position(3);

        FrameCodec.write(out, header, extensions(frame), message);

        byte[] written = Arrays.copyOfRange(out.array(), 3, out.position());
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(HexFormat.of().formatHex(vector.bytes()));
    }

    /** SPEC §3.1.2, §3.1.4: length and checksum are those of the frame. */
    @ParameterizedTest
    @MethodSource("canonical")
    void declaredLengthIsEncodedLength(WireVector vector) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(vector.bytes());

        assertThat(FrameCodec.frameLengthInDatagram(bytes, 0, bytes.remaining()))
                .isEqualTo(vector.bytes().length);
        assertThat(frame(vector).checksumMatches()).isTrue();
    }

    private static Frame frame(WireVector vector) {
        return new Frame().wrap(ByteBuffer.wrap(vector.bytes()), 0, vector.bytes().length);
    }

    /** The same entries; trailing padding is left to the encoder's arithmetic. */
    private static Extensions extensions(Frame frame) {
        Extensions extensions = Extensions.named(frame.name()).withToken(frame.hasToken() ? frame.token() : null);
        if (!frame.has(Frame.EXTENSIONS)) {
            return extensions;
        }
        ByteBuffer entries = frame.whole().position(32);
        entries.limit(34 + entries.getShort());
        while (entries.hasRemaining()) {
            int type = entries.get();
            int size = entries.get() & 0xFF;
            ByteBuffer value = entries.slice(entries.position(), size);
            entries.position(entries.position() + size);
            if (type == Extensions.PAD) {
                extensions = extensions.padTo(frame.length());
            } else if (type != Extensions.TOKEN && type != Extensions.NAME) {
                extensions = extensions.with(new Extensions.Entry(type, value));
            }
        }
        return extensions;
    }
}
