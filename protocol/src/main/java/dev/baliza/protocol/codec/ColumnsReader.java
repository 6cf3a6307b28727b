package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import org.jspecify.annotations.Nullable;

/** Walks through columns: checks them, and decodes them where there is an array to decode to. Thread: its decoder's. Spec: SPEC §7.4. */
final class ColumnsReader {
    /** Readings that a byte may stand for. */
    private static final int READINGS_PER_BYTE = 32;

    private final ColumnBytes in = new ColumnBytes();
    private final IntegerReader integers = new IntegerReader(in);
    private final FloatReader floats = new FloatReader(in);
    private final @Nullable ColumnParts parts;
    private long[] codes = {};

    ColumnsReader(@Nullable ColumnParts parts) {
        this.parts = parts;
    }

    /** Refuses more vectors than could be, whatever their set. */
    static void checkCount(long readings, int bytes) throws ProtocolException {
        if (!mayHold(readings, bytes)) {
            throw new ProtocolException(
                    ErrorCode.TRUNCATED,
                    readings + " readings in columns of " + bytes + " bytes, which may hold " + READINGS_PER_BYTE
                            + " for each byte; send fewer vectors");
        }
    }

    /** Whether so many bytes may stand for so many readings. */
    static boolean mayHold(long readings, int bytes) {
        return readings <= (long) READINGS_PER_BYTE * bytes;
    }

    /** Starts with the first byte of a batch. */
    void start(Message.ColumnReadings batch) {
        in.load(batch.columns());
    }

    /** Checks all of a batch. */
    void check(Message.ColumnReadings batch, SensorType[] types) throws ProtocolException {
        start(batch);
        checkCount((long) batch.count() * types.length, in.size());
        for (SensorType type : types) {
            if (!type.fixedSize()) {
                throw new ProtocolException(ErrorCode.BAD_VALUE, "columns need types of fixed size, not " + type);
            }
        }
        if (batch.mode() != TimeMode.ON_ARRIVAL) {
            times(batch.count(), null);
        }
        for (int i = 0; i < types.length; i++) {
            column(i, types[i], batch.count(), null);
        }
        in.end();
    }

    /** The next column, which is that of the times. */
    void times(int count, long @Nullable [] to) throws ProtocolException {
        int form = form("form");
        refuseQuality(form);
        integers.read(form, SensorType.I64, count, to);
        told("values", count);
    }

    /** The next column, of a channel; with all its components. */
    void column(int channel, SensorType type, int count, @Nullable ReadingColumn to) throws ProtocolException {
        in.of(channel);
        int form = form("form");
        if (to != null) {
            to.start(type, count);
        }
        int values = switch (ColumnForm.quality(form)) {
            case ColumnForm.NULLS -> nulls(count, to);
            case ColumnForm.QUALITIES -> qualities(count, to);
            default -> count;
        };
        boolean whole = type.form() == SensorType.Form.INTEGER;
        for (int i = 0; i < type.components(); i++) {
            if (i > 0) {
                form = form("form of component " + i);
                refuseQuality(form);
            }
            if (values == 0) {
                if (ColumnForm.coding(form) != 0 || ColumnForm.prediction(form) != 0) {
                    throw in.fault(ErrorCode.BAD_VALUE, "a column without values has coding 0 and prediction 0");
                }
            } else if (whole) {
                integers.read(form, type, values, to == null ? null : to.wholes());
            } else {
                floats.read(form, FloatReader.isSingle(type, i), values, to == null ? null : to.reals(i));
            }
            told("values", values);
        }
        if (to != null && values < count) {
            to.spread(values);
        }
    }

    private int form(String name) throws ProtocolException {
        int form = in.u8();
        if (ColumnForm.isReserved(form)) {
            throw in.fault(ErrorCode.RESERVED_BITS, "reserved bits of the form 0x%02x of a column".formatted(form));
        }
        if (parts != null) {
            parts.part(in.index(), in.position(), name, ColumnForm.text(form));
        }
        return form;
    }

    private void told(String name, int values) {
        if (parts != null) {
            parts.part(in.index(), in.position(), name, values + " values");
        }
    }

    private void refuseQuality(int form) throws ProtocolException {
        if (ColumnForm.quality(form) != ColumnForm.ALL_GOOD) {
            throw in.fault(ErrorCode.RESERVED_BITS, "a quality where none belongs");
        }
    }

    /** Reads which readings have no value; returns how many have one. */
    private int nulls(int count, @Nullable ReadingColumn to) throws ProtocolException {
        int at = in.take(BitFields.bytes(count, 1));
        byte[] bytes = in.array();
        if (!BitFields.isPadded(bytes, at, count, 1)) {
            throw in.fault(ErrorCode.RESERVED_BITS, "bits behind the last null are set");
        }
        int nulls = 0;
        for (int i = at; i < in.position(); i++) {
            nulls += Integer.bitCount(bytes[i] & 0xFF);
        }
        told("nulls", nulls);
        if (to != null) {
            to.qualify();
            byte[] qualities = to.qualities();
            for (int i = 0; i < count; i++) {
                int isNull = (bytes[at + (i >>> 3)] >>> (7 - (i & 7))) & 1;
                qualities[i] = (byte) (isNull * Quality.NO_VALUE);
            }
        }
        return count - nulls;
    }

    /** Reads the quality of each reading; returns how many have a value. */
    private int qualities(int count, @Nullable ReadingColumn to) throws ProtocolException {
        int form = form("form of the qualities");
        refuseQuality(form);
        if (codes.length < count) {
            codes = new long[count];
        }
        integers.read(form, SensorType.U8, count, codes);
        told("qualities", count);
        int values = 0;
        for (int i = 0; i < count; i++) {
            values += codes[i] == Quality.NO_VALUE ? 0 : 1;
        }
        if (to != null) {
            to.qualify();
            for (int i = 0; i < count; i++) {
                to.qualities()[i] = (byte) codes[i];
            }
        }
        return values;
    }
}
