package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;

/** Reads rows, a channel at a time. Thread: its decoder's. Spec: SPEC §7.3. */
final class RowsReader {
    private static final int TIME_BYTES = 4;

    private final ColumnBytes in = new ColumnBytes();

    /** Checks that the rows fill the payload exactly. */
    static void check(Message.RowReadings batch, SensorType[] types) throws ProtocolException {
        int row = timeBytes(batch);
        for (SensorType type : types) {
            if (!type.fixedSize()) {
                throw new ProtocolException(ErrorCode.BAD_VALUE, "rows need types of fixed size, not " + type);
            }
            row += type.bytes() + (batch.withQuality() ? 1 : 0);
        }
        long wanted = (long) row * batch.count();
        int there = batch.rows().remaining();
        if (wanted != there) {
            throw new ProtocolException(
                    there < wanted ? ErrorCode.TRUNCATED : ErrorCode.TRAILING_BYTES,
                    batch.count() + " rows of " + row + " bytes in " + there + " bytes");
        }
    }

    private static int timeBytes(Message.RowReadings batch) {
        return batch.mode() == TimeMode.ON_ARRIVAL ? 0 : TIME_BYTES;
    }

    /** Starts with a batch that was checked. */
    void start(Message.RowReadings batch) {
        in.load(batch.rows());
    }

    /** The times of a batch that has them. */
    void times(Message.RowReadings batch, long[] to) {
        int stride = in.size() / batch.count();
        IntegerReader.wholes(in.array(), 0, stride, SensorType.U32, to, batch.count());
        for (int i = 0; i < batch.count(); i++) {
            to[i] += batch.baseTime();
        }
    }

    /** Gives all columns. */
    void columns(Message.RowReadings batch, SensorType[] types, ReadingColumn column, ColumnVisitor to) {
        int stride = in.size() / batch.count();
        int at = timeBytes(batch);
        for (int i = 0; i < types.length; i++) {
            column.start(types[i], batch.count());
            if (batch.withQuality()) {
                column.qualify();
                byte[] qualities = column.qualities();
                for (int row = 0; row < batch.count(); row++) {
                    qualities[row] = in.array()[at + row * stride];
                }
                at++;
            }
            values(types[i], at, stride, batch.count(), column);
            to.column(i, column);
            at += types[i].bytes();
        }
    }

    private void values(SensorType type, int at, int stride, int count, ReadingColumn to) {
        if (type.form() == SensorType.Form.INTEGER) {
            IntegerReader.wholes(in.array(), at, stride, type, to.wholes(), count);
            return;
        }
        int from = at;
        for (int i = 0; i < type.components(); i++) {
            boolean single = FloatReader.isSingle(type, i);
            FloatReader.reals(in.array(), from, stride, single, to.reals(i), count);
            from += single ? Float.BYTES : Double.BYTES;
        }
    }
}
