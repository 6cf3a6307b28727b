package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import java.nio.ByteBuffer;

/** Values of a batch of rows, read in place. Spec: SPEC §7.3. */
public final class RowsCodec {
    private RowsCodec() {}

    /**
     * Checks that the rows fill the payload exactly.
     *
     * @param types of the set's channels, in order
     */
    public static void check(Message.RowReadings batch, SensorType[] types) throws ProtocolException {
        int row = batch.mode() == TimeMode.ON_ARRIVAL ? 0 : 4;
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

    /** Visits all values, row by row, after {@link #check}. */
    public static void visit(Message.RowReadings batch, SensorType[] types, ReadingVisitor visitor) {
        ByteBuffer rows = batch.rows();
        int at = rows.position();
        boolean timed = batch.mode() != TimeMode.ON_ARRIVAL;
        boolean qualified = batch.withQuality();
        for (int row = 0; row < batch.count(); row++) {
            long time = 0;
            if (timed) {
                time = batch.baseTime() + (rows.getInt(at) & 0xFFFF_FFFFL);
                at += 4;
            }
            for (int channel = 0; channel < types.length; channel++) {
                int quality = 0;
                if (qualified) {
                    quality = rows.get(at++) & 0xFF;
                }
                SensorType type = types[channel];
                visitValue(rows, at, type, channel, time, quality, visitor);
                at += type.bytes();
            }
        }
    }

    private static void visitValue(
            ByteBuffer in, int at, SensorType type, int channel, long time, int quality, ReadingVisitor to) {
        switch (type) {
            case BOOLEAN, U8 -> to.whole(channel, time, quality, in.get(at) & 0xFF);
            case I8 -> to.whole(channel, time, quality, in.get(at));
            case I16 -> to.whole(channel, time, quality, in.getShort(at));
            case U16, ENUMERATION -> to.whole(channel, time, quality, in.getShort(at) & 0xFFFF);
            case I32 -> to.whole(channel, time, quality, in.getInt(at));
            case U32 -> to.whole(channel, time, quality, in.getInt(at) & 0xFFFF_FFFFL);
            case I64, U64 -> to.whole(channel, time, quality, in.getLong(at));
            case F32 -> to.real(channel, time, quality, in.getFloat(at));
            case F64 -> to.real(channel, time, quality, in.getDouble(at));
            case VECTOR2 -> to.components(channel, time, quality, in.getFloat(at), in.getFloat(at + 4), 0, 0);
            case VECTOR3 ->
                to.components(channel, time, quality, in.getFloat(at), in.getFloat(at + 4), in.getFloat(at + 8), 0);
            case VECTOR4 ->
                to.components(
                        channel,
                        time,
                        quality,
                        in.getFloat(at),
                        in.getFloat(at + 4),
                        in.getFloat(at + 8),
                        in.getFloat(at + 12));
            case POSITION ->
                to.components(channel, time, quality, in.getDouble(at), in.getDouble(at + 8), in.getFloat(at + 16), 0);
            case TEXT, BYTES -> throw new IllegalStateException("check() refuses sets with " + type);
        }
    }
}
