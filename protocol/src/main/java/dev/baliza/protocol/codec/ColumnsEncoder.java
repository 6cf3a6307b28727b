package dev.baliza.protocol.codec;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import java.util.Arrays;

/** Makes columns of rows, each column in its shortest form. Confined to one thread. Spec: SPEC §7.4. */
public final class ColumnsEncoder implements ColumnVisitor {
    /** Where the bytes are too few for the readings, one column of so many is not constant: eight vectors a byte. */
    private static final int VARIED = 4;
    /** Form, quality's form, three varints and two bytes. */
    private static final int HEAD_BYTES = 40;

    private final boolean timed;
    private final boolean varied;
    private final ColumnOutput out;

    private ColumnsEncoder(Message.RowReadings rows, SensorType[] types, boolean varied) {
        timed = rows.mode() != TimeMode.ON_ARRIVAL;
        this.varied = varied;
        int vectorBytes = Long.BYTES;
        int columns = 1;
        for (SensorType type : types) {
            vectorBytes += type.bytes() + 1;
            columns += type.components();
        }
        out = new ColumnOutput(vectorBytes * rows.count() + columns * HEAD_BYTES);
    }

    /**
     * The same readings in columns.
     *
     * @param rows that fit the set
     * @param types of the set's channels, in order
     */
    public static Message.ColumnReadings of(Message.RowReadings rows, SensorType[] types) {
        ColumnOutput out = encode(rows, types, false);
        if (!ColumnsReader.mayHold((long) rows.count() * types.length, out.size())) {
            out = encode(rows, types, true);
        }
        return new Message.ColumnReadings(rows.mode(), rows.backfill(), rows.count(), rows.hash(), out.written());
    }

    private static ColumnOutput encode(Message.RowReadings rows, SensorType[] types, boolean varied) {
        ColumnsEncoder encoder = new ColumnsEncoder(rows, types, varied);
        new BatchDecoder().decode(rows, types, encoder);
        return encoder.out;
    }

    @Override
    public void times(long[] times, int count) {
        if (timed) {
            IntegerForm form = IntegerForm.of(Arrays.copyOf(times, count), Long.BYTES, false);
            out.u8(form.form());
            form.write(out);
        }
    }

    @Override
    public void column(int channel, ReadingColumn readings) {
        long[] qualities = new long[readings.count()];
        int[] there = new int[readings.count()];
        int values = 0;
        boolean onlyNulls = true;
        for (int i = 0; i < readings.count(); i++) {
            qualities[i] = readings.qualityAt(i);
            onlyNulls &= qualities[i] == Quality.GOOD || qualities[i] == Quality.NO_VALUE;
            if (qualities[i] != Quality.NO_VALUE) {
                there[values++] = i;
            }
        }
        int quality =
                !onlyNulls ? ColumnForm.QUALITIES : values < readings.count() ? ColumnForm.NULLS : ColumnForm.ALL_GOOD;
        SensorType type = readings.type();
        boolean notConstant = varied && channel % VARIED == 0;
        for (int i = 0; i < type.components(); i++) {
            long[] numbers = numbers(readings, i, there, values);
            int shownQuality = i == 0 ? quality : ColumnForm.ALL_GOOD;
            if (values == 0) {
                begin(0, shownQuality, qualities);
            } else if (type.form() == SensorType.Form.INTEGER) {
                IntegerForm form = IntegerForm.of(numbers, type.bytes(), notConstant);
                begin(form.form(), shownQuality, qualities);
                form.write(out);
            } else {
                int bytes = FloatReader.isSingle(type, i) ? Float.BYTES : Double.BYTES;
                FloatForm form = FloatForm.of(numbers, bytes, notConstant);
                begin(form.form(), shownQuality, qualities);
                form.write(out);
            }
        }
    }

    private void begin(int form, int quality, long[] qualities) {
        out.u8(form | ColumnForm.of(0, 0, quality));
        if (quality == ColumnForm.NULLS) {
            long[] nulls =
                    Arrays.stream(qualities).map(q -> q / Quality.NO_VALUE).toArray();
            out.fields(1, 0, nulls, 0, nulls.length);
        } else if (quality == ColumnForm.QUALITIES) {
            IntegerForm of = IntegerForm.of(qualities, 1, false);
            out.u8(of.form());
            of.write(out);
        }
    }

    /** The integers, or the bits of the floats, of those that are there. */
    private static long[] numbers(ReadingColumn readings, int component, int[] there, int count) {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            if (readings.type().form() == SensorType.Form.INTEGER) {
                numbers[i] = readings.wholes()[there[i]];
                continue;
            }
            double real = readings.reals(component)[there[i]];
            numbers[i] = FloatReader.isSingle(readings.type(), component)
                    ? Float.floatToRawIntBits((float) real) & 0xFFFF_FFFFL
                    : Double.doubleToRawLongBits(real);
        }
        return numbers;
    }
}
