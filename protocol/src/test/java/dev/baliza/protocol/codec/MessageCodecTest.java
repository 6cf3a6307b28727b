package dev.baliza.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.protocol.vectors.Decoded;
import dev.baliza.protocol.vectors.WireVector;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the messages of the vectors say. */
class MessageCodecTest {
    private static final Decoded.Sets SETS = Decoded.Sets.ofVectors();

    private static Frame frame(String vector) {
        byte[] bytes = WireVector.named(vector).bytes();
        return new Frame().wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    private static <T extends Message> T message(String vector, Class<T> type) {
        return type.cast(
                Objects.requireNonNull(Decoded.decode(frame(vector), SETS).message()));
    }

    private static Decoded decoded(String vector) {
        return Decoded.decode(frame(vector), SETS);
    }

    /** SPEC §1.1: unsigned fields are not sign-extended. */
    @Test
    void unsignedFieldsStayPositive() {
        assertThat(message("heartbeat/watchdog", Message.Heartbeat.class).framesDiscarded())
                .isEqualTo(4_000_000_000L);
        assertThat(message("nack/unknown-schema", Message.Nack.class).argument())
                .isEqualTo(0xCAFE_F00DL);
    }

    /** SPEC §1.2: refused in a name with the index of its owner, and in text with a code of its own. */
    @ParameterizedTest
    @CsvSource({
        "extensions/name-not-utf8,BAD_NAME,-1",
        "describe/name-not-utf8,BAD_NAME,1",
        "readings/named-unit-not-utf8,BAD_NAME,1",
        "goodbye/text-not-utf8,BAD_VALUE,-1",
        "nack/text-not-utf8,BAD_VALUE,-1"
    })
    void stringsThatAreNotUtf8AreRefused(String vector, ErrorCode code, int index) {
        assertThat(decoded(vector)).isEqualTo(new Decoded(code.name(), index, null));
    }

    /** SPEC §1.5, §3.1.5. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "frame/reserved-flag-6",
                "frame/reserved-flag-15",
                "frame/key-in-open-profile",
                "frame/reserved-byte",
                "hello/reserved",
                "heartbeat/reserved",
                "welcome/reserved",
                "ping/t3-set",
                "describe/reserved-flags",
                "readings/reserved-flags"
            })
    void reservedBitsAreRefused(String vector) {
        assertThat(decoded(vector).verdict()).isEqualTo("RESERVED_BITS");
    }

    /** SPEC §3.1.3: neither checksum, flags nor payload of another version are looked at. */
    @Test
    void frameOfAnotherVersionIsNotInterpreted() throws ProtocolException {
        Frame frame = frame("frame/version-2-of-another-form");

        assertThat(frame.checksumMatches()).isFalse();
        assertThat(FrameCodec.frameLengthInDatagram(frame.whole(), 0, frame.length()))
                .isEqualTo(frame.length());
        assertThat(decoded("frame/version-2-of-another-form").verdict()).isEqualTo("UNKNOWN_VERSION");
    }

    /** SPEC §11.1: the flag survives beside a code that has no name. */
    @Test
    void unknownCodeKeepsItsNumberAndItsFlag() {
        Message.Nack nack = message("nack/of-a-later-version", Message.Nack.class);

        assertThat(ErrorCode.of(nack.code())).isNull();
        assertThat(nack.code()).isEqualTo(999);
        assertThat(nack.retriable()).isTrue();
    }

    /** SPEC §6.4: bit 63 of the first word is next. */
    @Test
    void ackSpeaksOfNextFirst() {
        Message.Ack ack = message("ack/rejected", Message.Ack.class);

        assertThat(ack.next()).isEqualTo(42);
        assertThat(ack.level()).isEqualTo(AckLevel.COUNTED);
        assertThat(ack.settled()).containsExactly(Long.MIN_VALUE);
        assertThat(ack.rejected()).containsExactly(new Message.Ack.Rejected(40, 7), new Message.Ack.Rejected(41, 999));
    }

    /** SPEC §6.6: what PONG says besides its times is what PING said, and they are of one length. */
    @ParameterizedTest
    @ValueSource(strings = {"bare", "with-echo"})
    void pongAnswersItsPing(String name) {
        Message.Ping ping = message("ping/" + name, Message.Ping.class);
        Message.Pong pong = message("pong/" + name, Message.Pong.class);

        assertThat(pong.t1()).isEqualTo(ping.t1());
        assertThat(pong.echo()).isEqualTo(ping.echo());
        assertThat(frame("pong/" + name).length())
                .isEqualTo(frame("ping/" + name).length());
    }

    /** SPEC §7.2.1: readings name their set by the CRC-32C of its DESCRIBE payload. */
    @Test
    void setIsNamedByTheHashOfItsPayload() {
        Message.Describe describe = message("describe/three-channels", Message.Describe.class);
        Message.RowReadings rows = message("readings/rows-two", Message.RowReadings.class);

        assertThat(DescribeCodec.hash(describe.set())).isEqualTo(rows.hash());
        assertThat(DescribeCodec.hash(frame("describe/three-channels").payload()))
                .isEqualTo(rows.hash());
    }

    /** SPEC §7.2.3: the index of the channel at fault is told. */
    @ParameterizedTest
    @CsvSource({"repeated-index,2", "repeated-name,1", "repeated-name-by-default,1", "65-channels,-1"})
    void setsWithRepeatedOrTooManyChannelsAreRefused(String name, int index) {
        assertThat(decoded("describe/" + name)).isEqualTo(new Decoded("BAD_DESCRIPTION", index, null));
    }

    /** SPEC §7.1: a NaN and a TEXT that is not UTF-8 reach the receiver, who skips them. */
    @Test
    void valuesThatCannotBeUsedAreLegal() {
        List<NamedReading> history =
                message("readings/named-backfill", Message.NamedReadings.class).readings();
        List<NamedReading> all =
                message("readings/named-all-types", Message.NamedReadings.class).readings();

        assertThat(history.get(1).value()).isEqualTo(new Value.Real(Double.NaN));
        assertThat(all).extracting(NamedReading::type).containsExactly(SensorType.values());
        assertThat(((Value.Octets) all.get(SensorType.TEXT.ordinal()).value()).text())
                .isEqualTo("µ\ufffd");
        assertThat(all).extracting(NamedReading::quality).contains(0, 1, 2, 3, 4);
    }

    /** SPEC §7.3.1: the count is checked before room is made for it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "readings/named-count-without-bytes",
                "readings/rows-count-without-bytes",
                "describe/truncated",
                "welcome/entries-missing",
                "ack/rejected-missing"
            })
    void countsBeyondThePayloadAreTruncated(String vector) {
        assertThat(decoded(vector).verdict()).isEqualTo("TRUNCATED");
    }

    /** SPEC §7.3: on arrival there are no times on the wire. */
    @Test
    void timesAreZeroOnArrival() {
        Message.NamedReadings one = message("readings/named-one", Message.NamedReadings.class);

        assertThat(one.mode()).isEqualTo(TimeMode.ON_ARRIVAL);
        assertThat(one.readings())
                .containsExactly(
                        new NamedReading(0, "temperature", "inlet", "Cel", SensorType.F32, 0, new Value.Real(21.5)));
    }

    /** SPEC §16.2.1: an operation is a plain word, arguments are UTF-8. */
    @ParameterizedTest
    @CsvSource({
        "operation-of-33,BAD_NAME",
        "operation-empty,BAD_NAME",
        "operation-with-slash,BAD_NAME",
        "arguments-not-utf8,BAD_VALUE"
    })
    void requestsThatAreNoWordsAreRefused(String name, String code) {
        assertThat(decoded("admin/" + name).verdict()).isEqualTo(code);
    }

    /** SPEC §16.3.1. */
    @ParameterizedTest
    @ValueSource(strings = {"part-beyond-parts", "no-parts"})
    void partsBeyondTheAnswerAreRefused(String name) {
        assertThat(decoded("admin_result/" + name).verdict()).isEqualTo("BAD_VALUE");
    }

    /** SPEC §16.3.5. */
    @Test
    void anUnknownStatusIsAFailure() {
        Message.AdminResult result = message("admin_result/status-of-a-later-version", Message.AdminResult.class);

        assertThat(result.status()).isEqualTo(200);
        assertThat(AdminStatus.of(result.status())).isEqualTo(AdminStatus.FAILED);
        assertThat(AdminStatus.of(4)).isEqualTo(AdminStatus.BUSY);
    }

    /** SPEC §16.3.2: a full part in a sealed frame stays below 1,200 bytes. */
    @Test
    void aFullPartFitsADatagram() {
        ByteBuffer out = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
        ByteBuffer json = ByteBuffer.allocate(Limits.ADMIN_PART_BYTES);
        FrameCodec.write(
                out, new FrameHeader(1, 1, 0, 0, 0, 0), Extensions.NONE, new Message.AdminResult(1, 0, 1, 0, json));

        assertThat(out.position() + FrameSealer.MAX_OVERHEAD_BYTES).isLessThan(Limits.DEFAULT_DATAGRAM_BYTES);
    }

    @Test
    void payloadIsLeftWhereItWas() throws ProtocolException {
        ByteBuffer payload = frame("ack/bitmap").payload();
        MessageCodec.read(MessageType.ACK, payload);

        assertThat(payload.position()).isZero();
    }

    @Test
    void valuesOfAnotherFormAreBugsOfTheCaller() {
        ByteBuffer out = ByteBuffer.allocate(100);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReadingsCodec.writeValue(out, SensorType.F32, new Value.Whole(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReadingsCodec.writeValue(out, SensorType.I8, new Value.Real(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReadingsCodec.writeValue(out, SensorType.I8, new Value.Components(1, 2, 3, 4)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReadingsCodec.writeValue(out, SensorType.VECTOR2, Value.Octets.of("x")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageCodec.write(out, new Message.Goodbye(0, "x".repeat(256))));
    }

    /** Errors carry no stack: a peer may cause as many as it likes. */
    @Test
    void errorsAreStackless() {
        assertThatThrownBy(() -> MessageCodec.read(MessageType.ACK, ByteBuffer.allocate(3)))
                .isInstanceOf(ProtocolException.class)
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }
}
