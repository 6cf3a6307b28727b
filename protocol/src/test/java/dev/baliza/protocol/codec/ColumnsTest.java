package dev.baliza.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns are the rows that they were made of. SPEC §7.4, §7.4.4, §7.4.5, §7.4.6. */
class ColumnsTest {
    private static final SensorType[] FIXED =
            Stream.of(SensorType.values()).filter(SensorType::fixedSize).toArray(SensorType[]::new);
    private static final SensorType[] ROOM = {SensorType.I16, SensorType.U16, SensorType.U16};
    private static final int FRAME_AND_HEAD_BYTES = 36 + 8;
    private static final long NOON_MILLIS = 1_800_014_400_000L;

    private final BatchDecoder decoder = new BatchDecoder();

    /** 0.01 °C, 0.1 %, 0.001 V of a room, each second with ±3 ms; like a walk that turns as it likes. */
    static Message.RowReadings room(int vectors, long seed) {
        Random random = new Random(seed);
        ByteBuffer rows = ByteBuffer.allocate(vectors * 10);
        int[] raws = {2_150, 455, 3_300};
        int[] steps = {2, 1, 2};
        for (int i = 0; i < vectors; i++) {
            rows.putInt(3 + i * 1_000 + random.nextInt(7) - 3);
            for (int c = 0; c < raws.length; c++) {
                raws[c] += random.nextInt(2 * steps[c] + 1) - steps[c];
                rows.putShort((short) raws[c]);
            }
        }
        return new Message.RowReadings(TimeMode.ABSOLUTE, false, false, vectors, 7, NOON_MILLIS, rows.flip());
    }

    /** What the encoding is for: SPEC §7.4. */
    @ParameterizedTest
    @CsvSource({"100, 0.75", "50, 1.0", "1, 20.0"})
    void slowChannelsTakeFewBytes(int vectors, double mostBytesAReading) throws ProtocolException {
        int most = 0;
        for (int seed = 0; seed < 50; seed++) {
            Message.RowReadings rows = room(vectors, seed);
            Message.ColumnReadings columns = ColumnsEncoder.of(rows, ROOM);
            most = Math.max(most, FRAME_AND_HEAD_BYTES + columns.columns().remaining());
            assertThat(VisitedLines.of(decoder, columns, ROOM)).isEqualTo(VisitedLines.of(decoder, rows, ROOM));
        }

        double perReading = most / (3.0 * vectors);
        System.out.printf("%d vectors of 3: at most %d bytes with frame, %.3f a reading%n", vectors, most, perReading);
        assertThat(perReading).isLessThanOrEqualTo(mostBytesAReading);
    }

    /** Values of every kind: still, slow, jumping, random; with gaps and qualities. */
    private static Message.RowReadings random(Random random, SensorType[] types, int vectors) {
        TimeMode mode = TimeMode.values()[random.nextInt(3)];
        boolean qualified = random.nextBoolean();
        int gaps = random.nextInt(3);
        int kind = random.nextInt(4);
        ByteBuffer rows = ByteBuffer.allocate(vectors * 200);
        long time = 0;
        byte[] value = new byte[20];
        for (int i = 0; i < vectors; i++) {
            if (mode != TimeMode.ON_ARRIVAL) {
                time += kind == 0 ? 1_000 : random.nextInt(kind == 1 ? 10 : 1 << 29);
                rows.putInt((int) time);
            }
            for (SensorType type : types) {
                if (qualified) {
                    rows.put((byte) (gaps == 0 ? 0 : gaps == 1 ? 3 * random.nextInt(2) : random.nextInt(6)));
                }
                boolean changes = kind == 3 || (kind > 0 && random.nextInt(3) == 0);
                if (changes && kind == 3) {
                    random.nextBytes(value);
                } else if (changes) {
                    value[type.bytes() - 1] += (byte) (random.nextInt(5) - 2);
                }
                rows.put(value, 0, type.bytes());
            }
        }
        long base = random.nextInt(4) == 0 ? random.nextLong() : NOON_MILLIS;
        return new Message.RowReadings(
                mode, false, qualified, vectors, 7, mode == TimeMode.ON_ARRIVAL ? 0 : base, rows.flip());
    }

    /** A reading without a value has none in columns, whatever stood there in its row. */
    private static String withoutPlaceholder(String line) {
        return line.contains(" q3 ") ? line.substring(0, line.indexOf(" q3 ") + 3) : line;
    }

    @Test
    void randomRowsComeBackFromColumns() throws ProtocolException {
        Random random = new Random(4);
        for (int run = 0; run < 1_000; run++) {
            SensorType[] types = IntStream.range(0, 1 + random.nextInt(5))
                    .mapToObj(i -> FIXED[random.nextInt(FIXED.length)])
                    .toArray(SensorType[]::new);
            Message.RowReadings rows = random(random, types, 1 + random.nextInt(run % 10 == 0 ? 200 : 20));
            Message.ColumnReadings columns = ColumnsEncoder.of(rows, types);

            assertThat(VisitedLines.of(decoder, columns, types).stream().map(ColumnsTest::withoutPlaceholder))
                    .as("run %d", run)
                    .containsExactlyElementsOf(VisitedLines.of(decoder, rows, types).stream()
                            .map(ColumnsTest::withoutPlaceholder)
                            .toList());
            if (columns.mode() != TimeMode.ON_ARRIVAL) {
                assertThat(decoder.newestTime(columns)).isEqualTo(decoder.newestTime(rows));
            }
        }
    }

    /** SPEC §7.4.1: what stands still is not shorter than the receiver takes. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 60000", "3, 20000", "64, 1000"})
    void readingsThatStandStillKeepTheBound(int channels, int vectors) throws ProtocolException {
        SensorType[] types = new SensorType[channels];
        Arrays.fill(types, SensorType.U8);
        for (SensorType first : new SensorType[] {SensorType.U8, SensorType.F32}) {
            types[0] = first;
            int row = channels - 1 + first.bytes();
            Message.RowReadings rows = new Message.RowReadings(
                    TimeMode.ON_ARRIVAL, false, false, vectors, 7, 0, ByteBuffer.allocate(row * vectors));

            Message.ColumnReadings columns = ColumnsEncoder.of(rows, types);
            decoder.check(columns, types);

            assertThat(columns.columns().remaining() * 32L).isGreaterThanOrEqualTo((long) vectors * channels);
            assertThat(columns.columns().remaining()).isLessThanOrEqualTo(20 + 3 * channels + row * vectors / 4);
        }
    }

    /** SPEC §7.4.1: 65,535 vectors of 64 channels in no time and no room. */
    @Test
    void tinyFramesDoNotExpand() {
        SensorType[] wide = new SensorType[64];
        Arrays.fill(wide, SensorType.U8);
        ByteBuffer constants = ByteBuffer.allocate(128); // form 0, varint 0

        assertThatThrownBy(() -> decoder.check(columns(65, constants), wide))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRUNCATED));
        assertThatThrownBy(() -> ReadingsCodec.read(new PayloadReader(
                        ByteBuffer.allocate(136).put(0, (byte) 3).putShort(2, (short) 4_097))))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRUNCATED));
    }

    @Test
    void boundItselfIsTaken() throws ProtocolException {
        SensorType[] wide = new SensorType[64];
        Arrays.fill(wide, SensorType.U8);

        assertThat(VisitedLines.of(decoder, columns(64, ByteBuffer.allocate(128)), wide))
                .hasSize(64 * 64);
    }

    private static Message.ColumnReadings columns(int count, ByteBuffer bytes) {
        return new Message.ColumnReadings(TimeMode.ON_ARRIVAL, false, count, 7, bytes);
    }

    /** SPEC §7.4.4: 255 + 2 is 1 in a u8, 127 + 1 is −128 in an i8. */
    @Test
    void sumsWrapAsTheTypeDoes() throws ProtocolException {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {
            0x08, (byte) 0xFE, 0x03, 0x04, // delta, constant: v[0] = 255, then + 2
            0x08, (byte) 0xFE, 0x01, 0x02 // 127, then + 1
        });

        assertThat(VisitedLines.of(decoder, columns(2, bytes), SensorType.U8, SensorType.I8))
                .containsExactly("0@0 q0 255", "1@0 q0 127", "0@0 q0 1", "1@0 q0 -128");
    }

    /** SPEC §7.4.2, §7.4.3: changed columns are others or are refused; none are read beyond their end. */
    @Test
    void changedColumnsEndInAVerdict() {
        Random random = new Random(5);
        int good = 0;
        int refused = 0;
        for (int run = 0; run < 15_000; run++) {
            SensorType[] types = {FIXED[random.nextInt(FIXED.length)], SensorType.U8};
            Message.ColumnReadings whole = ColumnsEncoder.of(random(random, types, 1 + random.nextInt(9)), types);
            ByteBuffer bytes = whole.columns();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes.put(random.nextInt(bytes.limit()), (byte) random.nextInt(256));
            }
            bytes.limit(random.nextInt(10) == 0 ? random.nextInt(bytes.limit()) : bytes.limit());
            try {
                VisitedLines.of(
                        decoder, new Message.ColumnReadings(whole.mode(), false, whole.count(), 7, bytes), types);
                good++;
            } catch (ProtocolException e) {
                refused++;
                assertThat(e.code())
                        .isIn(
                                ErrorCode.TRUNCATED,
                                ErrorCode.TRAILING_BYTES,
                                ErrorCode.BAD_VALUE,
                                ErrorCode.RESERVED_BITS);
            }
        }
        assertThat(good).isGreaterThan(3_000);
        assertThat(refused).isGreaterThan(3_000);
    }
}
