package dev.baliza.protocol.codec;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import java.util.Arrays;

/**
 * Reads batches of described readings, rows and columns alike. It is used again for each batch and makes no object then, once its arrays are as
 * long as the longest. Thread: one. Limits: 65,535 vectors, 32 readings for each byte of columns. Spec: SPEC §7.3, §7.4.
 */
public final class BatchDecoder {
    private final RowsReader rows = new RowsReader();
    private final ColumnsReader columns;
    private final ReadingColumn column = new ReadingColumn();
    private long[] times = {};

    public BatchDecoder() {
        columns = new ColumnsReader(null);
    }

    /** @param parts told of each part that is read; of a batch that is only checked, once */
    public BatchDecoder(ColumnParts parts) {
        columns = new ColumnsReader(parts);
    }

    /**
     * Refuses columns that are too short for their vectors, whatever their set.
     *
     * @param bytes of all columns
     */
    public static void checkCount(int vectors, int bytes) throws ProtocolException {
        ColumnsReader.checkCount(vectors, bytes);
    }

    /**
     * Checks that a batch fits its set, whole.
     *
     * @param types of the set's channels, in order
     */
    public void check(Message.DescribedReadings batch, SensorType[] types) throws ProtocolException {
        if (batch instanceof Message.RowReadings of) {
            RowsReader.check(of, types);
        } else if (batch instanceof Message.ColumnReadings of) {
            columns.check(of, types);
        }
    }

    /** Gives the readings of a batch that was checked, channel after channel. */
    public void decode(Message.DescribedReadings batch, SensorType[] types, ColumnVisitor to) {
        readTimes(batch);
        to.times(times, batch.count());
        if (batch instanceof Message.RowReadings of) {
            rows.columns(of, types, column, to);
            return;
        }
        try {
            for (int i = 0; i < types.length; i++) {
                columns.column(i, types[i], batch.count(), column);
                to.column(i, column);
            }
        } catch (ProtocolException e) {
            throw changed(e);
        }
    }

    /** The newest time of a batch that was checked and has times, in the set's unit. */
    public long newestTime(Message.DescribedReadings batch) {
        readTimes(batch);
        long newest = times[0];
        for (int i = 1; i < batch.count(); i++) {
            newest = Math.max(newest, times[i]);
        }
        return newest;
    }

    /** Gives the readings of a batch that was checked, vector after vector. For people: it keeps the batch in memory. */
    public void visit(Message.DescribedReadings batch, SensorType[] types, ReadingVisitor to) {
        ReadingColumn[] all = new ReadingColumn[types.length];
        decode(batch, types, new ColumnVisitor() {
            @Override
            public void times(long[] ofVectors, int count) {}

            @Override
            public void column(int channel, ReadingColumn readings) {
                all[channel] = new ReadingColumn();
                all[channel].copy(readings);
            }
        });
        for (int vector = 0; vector < batch.count(); vector++) {
            for (int channel = 0; channel < all.length; channel++) {
                all[channel].visit(channel, vector, times[vector], to);
            }
        }
    }

    private void readTimes(Message.DescribedReadings batch) {
        if (times.length < batch.count()) {
            times = new long[batch.count()];
        }
        boolean timed = batch.mode() != TimeMode.ON_ARRIVAL;
        if (!timed) {
            Arrays.fill(times, 0, batch.count(), 0);
        }
        if (batch instanceof Message.RowReadings of) {
            rows.start(of);
            if (timed) {
                rows.times(of, times);
            }
        } else if (batch instanceof Message.ColumnReadings of) {
            columns.start(of);
            try {
                if (timed) {
                    columns.times(batch.count(), times);
                }
            } catch (ProtocolException e) {
                throw changed(e);
            }
        }
    }

    private static IllegalStateException changed(ProtocolException e) {
        return new IllegalStateException("a batch that was checked has changed", e);
    }
}
