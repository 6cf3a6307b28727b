package dev.baliza.cli.bench;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.SensorType;
import java.util.List;

/**
 * One line of the table.
 *
 * @param tcp whether frames go over TCP; otherwise each is a datagram
 * @param level NONE: best effort
 * @param readingsPerSecond offered in all; 0: the highest rate without loss is looked for
 */
record Scenario(String name, String text, boolean tcp, AckLevel level, int readingsPerSecond, Batch batch) {
    /** In the order of the table. A further encoding is a line more. */
    static final List<Scenario> ALL = List.of(
            best("single", "one reading a datagram", false, new RowsBatch(5, 1, 1, SensorType.F32)),
            best("rows", "rows of 5 floats, 1,396 B a datagram", false, new RowsBatch(1, 56, 5, SensorType.F32)),
            best("rows-i16", "rows of 5 I16, 1,396 B a datagram", false, new RowsBatch(1, 96, 5, SensorType.I16)),
            best("vectors", "100 vectors of 3 I16 a datagram", false, new RowsBatch(1, 100, 3, SensorType.I16)),
            best("columns", "columns of 3, 1,400 B a datagram", false, new ColumnsBatch(700)),
            best("columns-100", "columns of 100 vectors of 3 a datagram", false, new ColumnsBatch(100)),
            best("tcp-rows", "rows of 5 floats over TCP", true, new RowsBatch(1, 56, 5, SensorType.F32)),
            best("tcp-rows-i16", "rows of 5 I16 over TCP", true, new RowsBatch(1, 96, 5, SensorType.I16)),
            best("tcp-columns", "columns of 3 over TCP", true, new ColumnsBatch(700)),
            reliable("counted", "rows of 5 floats, level counted", AckLevel.COUNTED),
            reliable("stored", "rows of 5 floats, level stored", AckLevel.STORED),
            new Scenario(
                    "moderate",
                    "100,000 readings/s in frames of 100",
                    false,
                    AckLevel.NONE,
                    100_000,
                    new RowsBatch(1, 20, 5, SensorType.F32)));

    private static Scenario best(String name, String text, boolean tcp, Batch batch) {
        return new Scenario(name, text, tcp, AckLevel.NONE, 0, batch);
    }

    private static Scenario reliable(String name, String text, AckLevel level) {
        return new Scenario(name, text, false, level, 0, new RowsBatch(1, 56, 5, SensorType.F32));
    }

    boolean isReliable() {
        return level != AckLevel.NONE;
    }

    /** Whether the server needs a data directory. */
    boolean isStored() {
        return level.compareTo(AckLevel.STORED) >= 0;
    }
}
