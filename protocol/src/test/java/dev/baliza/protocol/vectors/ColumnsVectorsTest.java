package dev.baliza.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.codec.BatchDecoder;
import dev.baliza.protocol.codec.ColumnsEncoder;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.VisitedLines;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns of the vectors say what the rows say that they name. SPEC §7.4.5, §7.4.6. */
class ColumnsVectorsTest {
    private static final Decoded.Sets SETS = Decoded.Sets.ofVectors();

    static List<WireVector> withRows() {
        return WireVector.good().stream()
                .filter(vector -> !vector.note("rows").isEmpty())
                .toList();
    }

    private static Message.DescribedReadings batch(WireVector vector) {
        Frame frame = new Frame().wrap(ByteBuffer.wrap(vector.bytes()), 0, vector.bytes().length);
        return (Message.DescribedReadings)
                Objects.requireNonNull(Decoded.decode(frame, SETS).message());
    }

    private static Message.RowReadings rows(WireVector vector) {
        return (Message.RowReadings) batch(WireVector.named(vector.note("rows")));
    }

    private static SensorType[] types(Message.DescribedReadings batch) {
        return Objects.requireNonNull(SETS.types(batch.hash()));
    }

    @ParameterizedTest
    @MethodSource("withRows")
    void columnsHaveTheReadingsOfTheirRows(WireVector vector) throws ProtocolException {
        Message.DescribedReadings rows = rows(vector);
        Message.DescribedReadings columns = batch(vector);
        BatchDecoder decoder = new BatchDecoder();

        assertThat(columns).isInstanceOf(Message.ColumnReadings.class);
        assertThat(columns.mode()).isEqualTo(rows.mode());
        assertThat(columns.backfill()).isEqualTo(rows.backfill());
        assertThat(VisitedLines.of(decoder, columns, types(columns)))
                .isEqualTo(VisitedLines.of(decoder, rows, types(rows)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"readings/columns-eight", "readings/columns-one", "readings/columns-with-gaps"})
    void shortestFormsAreThoseOfTheVectors(String name) {
        WireVector vector = WireVector.named(name);
        Message.RowReadings rows = rows(vector);

        assertThat(ColumnsEncoder.of(rows, types(rows))).isEqualTo(batch(vector));
    }
}
