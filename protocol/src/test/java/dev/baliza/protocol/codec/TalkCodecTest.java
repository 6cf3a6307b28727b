package dev.baliza.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.vectors.Decoded;
import dev.baliza.protocol.vectors.WireVector;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EVENT, TEXT, COMMAND and RESULT as their vectors have them. */
class TalkCodecTest {
    private static Decoded decoded(String vector) {
        byte[] bytes = WireVector.named(vector).bytes();
        return Decoded.decode(new Frame().wrap(ByteBuffer.wrap(bytes), 0, bytes.length), Decoded.Sets.ofVectors());
    }

    private static Message message(String vector) {
        return Objects.requireNonNull(decoded(vector).message());
    }

    @Test
    void anEventHasSeverityTimeAndWords() { // SPEC §7.5
        assertThat(message("event/text")).isEqualTo(new Message.Event(false, 4, TimeMode.ON_ARRIVAL, 0, "door open"));
        assertThat(message("event/since-boot"))
                .isEqualTo(new Message.Event(false, 7, TimeMode.SINCE_BOOT, 90_000_000, ""));
    }

    @Test
    void jsonThatIsNoneIsStillAnEvent() { // SPEC §7.5.1
        assertThat(message("event/not-json"))
                .isEqualTo(new Message.Event(true, 3, TimeMode.ON_ARRIVAL, 0, "{\"cut\":"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event/format-2",
                "event/severity-8",
                "event/time-mode-3",
                "event/body-of-4097",
                "event/body-not-utf8"
            })
    void eventsOutOfRangeAreRefused(String vector) { // SPEC §7.5.1
        assertThat(decoded(vector).verdict()).isEqualTo("BAD_VALUE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/author-of-65", "text/text-of-1001", "text/not-utf8"})
    void textsThatAreTooLongOrNoTextAreRefused(String vector) { // SPEC §7.6.1
        assertThat(decoded(vector).verdict()).isEqualTo("BAD_VALUE");
    }

    @Test
    void argumentsKeepTheirTypes() { // SPEC §7.7
        Message.Command command = (Message.Command) message("command/of-many-types");

        assertThat(command.arguments())
                .extracting(Message.Command.Argument::type)
                .containsExactly(SensorType.BOOLEAN, SensorType.F64, SensorType.TEXT, SensorType.VECTOR3);
        assertThat(command.arguments().get(1).value()).isEqualTo(new Value.Real(-0.25));
        assertThat(command.deadlineSeconds()).isEqualTo(60);
    }

    @Test
    void commandsThatBreakTheirRulesAreNone() { // SPEC §7.7.1
        assertThat(decoded("command/id-0").verdict()).isEqualTo("BAD_VALUE");
        assertThat(decoded("command/17-arguments").verdict()).isEqualTo("BAD_VALUE");
        assertThat(decoded("command/argument-type-19").verdict()).isEqualTo("BAD_VALUE");
        assertThat(decoded("command/name-empty").verdict()).isEqualTo("BAD_NAME");
        assertThat(decoded("command/name-with-slash").verdict()).isEqualTo("BAD_NAME");
        assertThat(decoded("command/argument-upper-case").verdict()).isEqualTo("BAD_NAME");
    }

    /** SPEC §7.8.1. */
    @Test
    void resultsSayHowFarACommandIs() {
        assertThat(message("result/acked")).extracting("state").isEqualTo(Message.Result.State.ACKED);
        assertThat(message("result/failed")).extracting("exitStatus").isEqualTo(-7);
        assertThat(decoded("result/state-4").verdict()).isEqualTo("BAD_VALUE");
        assertThat(decoded("result/output-of-1001").verdict()).isEqualTo("BAD_VALUE");
    }

    @Test
    void tooLongWordsAreABugOfTheCaller() {
        ByteBuffer out = ByteBuffer.allocate(20_000);

        assertThatThrownBy(() ->
                        MessageCodec.write(out, new Message.Text(1, "", "ż".repeat(Limits.MAX_TEXT_BYTES / 2 + 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** SPEC §7.7.1, §10.2: the longest COMMAND and the longest TEXT fit a datagram, sealed too. */
    @Test
    void theLongestMessagesOfAServerFitADatagram() {
        ByteBuffer out = ByteBuffer.allocate(2_000);
        MessageCodec.write(
                out, new Message.Text(1, "a".repeat(Limits.MAX_AUTHOR_BYTES), "x".repeat(Limits.MAX_TEXT_BYTES)));

        assertThat(out.position() + 48).isLessThanOrEqualTo(Limits.DEFAULT_DATAGRAM_BYTES);
        assertThat(Limits.MAX_COMMAND_BYTES + 48).isLessThanOrEqualTo(Limits.DEFAULT_DATAGRAM_BYTES);
    }
}
