package dev.baliza.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.Value;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SPEC §7.3, §7.3.1. */
class RowsReaderTest {
    private static final SensorType[] FIXED =
            Stream.of(SensorType.values()).filter(SensorType::fixedSize).toArray(SensorType[]::new);

    private static Value value(SensorType type) {
        return switch (type.form()) {
            case INTEGER -> new Value.Whole(-2);
            case REAL -> new Value.Real(-0.5);
            case COMPONENTS -> new Value.Components(1, 2, 3, 4);
            case OCTETS -> Value.Octets.of("text");
        };
    }

    private static List<String> visited(Message.RowReadings batch, SensorType... types) throws ProtocolException {
        return VisitedLines.of(new BatchDecoder(), batch, types);
    }

    private static Message.RowReadings rows(TimeMode mode, boolean quality, int count, ByteBuffer rows) {
        return new Message.RowReadings(mode, false, quality, count, 0, 1_000, rows);
    }

    @Test
    void everyTypeIsVisitedWithItsOwnSign() throws ProtocolException {
        ByteBuffer row = ByteBuffer.allocate(200);
        for (SensorType type : FIXED) {
            ReadingsCodec.writeValue(row, type, value(type));
        }

        assertThat(visited(rows(TimeMode.ON_ARRIVAL, false, 1, row.flip()), FIXED))
                .containsExactly(
                        "0@0 q0 254",
                        "1@0 q0 -2",
                        "2@0 q0 -2",
                        "3@0 q0 -2",
                        "4@0 q0 -2",
                        "5@0 q0 254",
                        "6@0 q0 65534",
                        "7@0 q0 4294967294",
                        "8@0 q0 -2",
                        "9@0 q0 -0.5",
                        "10@0 q0 -0.5",
                        "11@0 q0 65534",
                        "12@0 q0 1.0 2.0 0.0 0.0",
                        "13@0 q0 1.0 2.0 3.0 0.0",
                        "14@0 q0 1.0 2.0 3.0 4.0",
                        "15@0 q0 1.0 2.0 3.0 0.0");
    }

    @Test
    void timesAndQualitiesStandBeforeTheirValues() throws ProtocolException {
        ByteBuffer rows = ByteBuffer.allocate(100);
        rows.putInt(0).put((byte) 1).put((byte) 7).put((byte) 2).putShort((short) -1);
        rows.putInt(-1).put((byte) 0).put((byte) 8).put((byte) 200).putShort((short) 5);

        assertThat(visited(rows(TimeMode.SINCE_BOOT, true, 2, rows.flip()), SensorType.U8, SensorType.I16))
                .containsExactly("0@1000 q1 7", "1@1000 q2 -1", "0@4294968295 q0 8", "1@4294968295 q200 5");
    }

    @Test
    void rowsAreReadWhereTheyLie() throws ProtocolException {
        ByteBuffer bytes =
                ByteBuffer.wrap(new byte[] {9, 9, 1, 2, 9}).position(2).limit(4);
        Message.RowReadings batch = rows(TimeMode.ON_ARRIVAL, false, 2, bytes);

        assertThat(visited(batch, SensorType.U8)).containsExactly("0@0 q0 1", "0@0 q0 2");
        assertThat(batch.rows().position()).isEqualTo(2);
    }

    /** SPEC §7.3.1: 65,535 rows of 64 × 20 bytes and more do not overflow the arithmetic. */
    @Test
    void countsAreCheckedAgainstTheBytesThere() {
        SensorType[] wide = new SensorType[64];
        Arrays.fill(wide, SensorType.POSITION);

        assertRefused(rows(TimeMode.ABSOLUTE, true, 65_535, ByteBuffer.allocate(65_535)), ErrorCode.TRUNCATED, wide);
        assertRefused(rows(TimeMode.ON_ARRIVAL, false, 2, ByteBuffer.allocate(3)), ErrorCode.TRUNCATED, SensorType.I16);
        assertRefused(
                rows(TimeMode.ON_ARRIVAL, false, 2, ByteBuffer.allocate(5)), ErrorCode.TRAILING_BYTES, SensorType.I16);
    }

    @Test
    void typesWithoutFixedSizeHaveNoRows() {
        assertRefused(
                rows(TimeMode.ON_ARRIVAL, false, 1, ByteBuffer.allocate(2)), ErrorCode.BAD_VALUE, SensorType.TEXT);
        assertRefused(
                rows(TimeMode.ON_ARRIVAL, false, 1, ByteBuffer.allocate(2)), ErrorCode.BAD_VALUE, SensorType.BYTES);
    }

    private static void assertRefused(Message.RowReadings batch, ErrorCode code, SensorType... types) {
        assertThatThrownBy(() -> RowsReader.check(batch, types))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
