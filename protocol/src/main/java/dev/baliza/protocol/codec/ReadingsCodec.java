package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The payload of READINGS: named batches whole, rows and columns up to their values. Spec: SPEC §7.3, §7.4. */
public final class ReadingsCodec {
    public static final int NAMED = 1;
    public static final int ROWS = 2;
    public static final int COLUMNS = 3;

    private static final int MODE = 0x03;
    private static final int BACKFILL = 0x04;
    private static final int QUALITY = 0x08;
    private static final int RESERVED = 0xF0;
    /** Three empty strings, a type and a value of one byte. */
    private static final int MIN_NAMED_BYTES = 5;

    private ReadingsCodec() {}

    static Message read(PayloadReader in) throws ProtocolException {
        int encoding = in.u8();
        int flags = in.u8();
        TimeMode mode = TimeMode.of(flags & MODE);
        if (encoding != NAMED && encoding != ROWS && encoding != COLUMNS) {
            throw new ProtocolException(ErrorCode.UNKNOWN_ENCODING, "encoding " + encoding + " is not known here");
        }
        int reserved = encoding == COLUMNS ? RESERVED | QUALITY : RESERVED;
        if ((flags & reserved) != 0 || mode == null) {
            throw new ProtocolException(ErrorCode.RESERVED_BITS, "reserved flags or time mode of READINGS");
        }
        boolean backfill = (flags & BACKFILL) != 0;
        boolean quality = (flags & QUALITY) != 0;
        return switch (encoding) {
            case NAMED -> readNamed(in, mode, backfill, quality);
            case ROWS -> readRows(in, mode, backfill, quality);
            default -> readColumns(in, mode, backfill);
        };
    }

    private static Message readColumns(PayloadReader in, TimeMode mode, boolean backfill) throws ProtocolException {
        int count = in.u16();
        int hash = in.i32();
        if (count == 0) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "columns of no vectors");
        }
        ColumnsReader.checkCount(count, in.remaining());
        return new Message.ColumnReadings(mode, backfill, count, hash, in.slice(in.remaining()));
    }

    private static Message readRows(PayloadReader in, TimeMode mode, boolean backfill, boolean quality)
            throws ProtocolException {
        int count = in.u16();
        int hash = in.i32();
        long base = mode == TimeMode.ON_ARRIVAL ? 0 : in.i64();
        if (count == 0) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "a batch of no rows");
        }
        if (in.remaining() < count) {
            throw new ProtocolException(ErrorCode.TRUNCATED, count + " rows in " + in.remaining() + " bytes");
        }
        return new Message.RowReadings(mode, backfill, quality, count, hash, base, in.slice(in.remaining()));
    }

    private static Message readNamed(PayloadReader in, TimeMode mode, boolean backfill, boolean quality)
            throws ProtocolException {
        TimeUnit unit = TimeUnit.of(in.u8());
        in.reserved(1);
        int count = in.u16();
        if (unit == null || count == 0) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "the time unit is 0 to 3, the count at least 1");
        }
        in.need((long) count * MIN_NAMED_BYTES);
        List<NamedReading> readings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            readings.add(readReading(in, mode, quality, i));
        }
        return new Message.NamedReadings(mode, backfill, quality, unit, readings);
    }

    private static NamedReading readReading(PayloadReader in, TimeMode mode, boolean withQuality, int position)
            throws ProtocolException {
        long time = mode == TimeMode.ON_ARRIVAL ? 0 : in.i64();
        String quantity = in.name8(position);
        String name = in.name8(position);
        String unit = in.name8(position);
        SensorType type = SensorType.of(in.u8());
        int quality = withQuality ? in.u8() : 0;
        if (!Names.isQuantity(quantity) || !(name.isEmpty() || Names.isLabel(name)) || !Names.isUnit(unit)) {
            throw new ProtocolException(
                    ErrorCode.BAD_NAME, position, "quantity, name or unit of reading " + position + " breaks §7.2");
        }
        if (type == null) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, position, "unknown type of reading " + position);
        }
        return new NamedReading(time, quantity, name, unit, type, quality, readValue(in, type));
    }

    /** Reads one value of a type. */
    static Value readValue(PayloadReader in, SensorType type) throws ProtocolException {
        return switch (type) {
            case BOOLEAN, U8 -> new Value.Whole(in.u8());
            case I8 -> new Value.Whole(in.i8());
            case I16 -> new Value.Whole((short) in.u16());
            case U16, ENUMERATION -> new Value.Whole(in.u16());
            case I32 -> new Value.Whole(in.i32());
            case U32 -> new Value.Whole(in.u32());
            case I64, U64 -> new Value.Whole(in.i64());
            case F32 -> new Value.Real(in.f32());
            case F64 -> new Value.Real(in.f64());
            case TEXT, BYTES -> new Value.Octets(in.slice(in.u16()));
            case VECTOR2 -> new Value.Components(in.f32(), in.f32(), 0, 0);
            case VECTOR3 -> new Value.Components(in.f32(), in.f32(), in.f32(), 0);
            case VECTOR4 -> new Value.Components(in.f32(), in.f32(), in.f32(), in.f32());
            case POSITION -> new Value.Components(in.f64(), in.f64(), in.f32(), 0);
        };
    }

    static void write(ByteBuffer out, Message message) {
        if (message instanceof Message.NamedReadings named) {
            writeHead(out, NAMED, named.mode(), named.backfill(), named.withQuality());
            out.put((byte) named.timeUnit().code()).put((byte) 0);
            out.putShort((short) named.readings().size());
            for (NamedReading reading : named.readings()) {
                if (named.mode() != TimeMode.ON_ARRIVAL) {
                    out.putLong(reading.time());
                }
                MessageCodec.writeStr8(out, reading.quantity());
                MessageCodec.writeStr8(out, reading.name());
                MessageCodec.writeStr8(out, reading.unit());
                out.put((byte) reading.type().code());
                if (named.withQuality()) {
                    out.put((byte) reading.quality());
                }
                writeValue(out, reading.type(), reading.value());
            }
        } else if (message instanceof Message.RowReadings rows) {
            writeHead(out, ROWS, rows.mode(), rows.backfill(), rows.withQuality());
            out.putShort((short) rows.count()).putInt(rows.hash());
            if (rows.mode() != TimeMode.ON_ARRIVAL) {
                out.putLong(rows.baseTime());
            }
            out.put(rows.rows().duplicate());
        } else if (message instanceof Message.ColumnReadings columns) {
            writeHead(out, COLUMNS, columns.mode(), columns.backfill(), false);
            out.putShort((short) columns.count()).putInt(columns.hash());
            out.put(columns.columns().duplicate());
        } else {
            throw new IllegalStateException("not readings: " + message.type());
        }
    }

    private static void writeHead(ByteBuffer out, int encoding, TimeMode mode, boolean backfill, boolean quality) {
        out.put((byte) encoding);
        out.put((byte) (mode.ordinal() | (backfill ? BACKFILL : 0) | (quality ? QUALITY : 0)));
    }

    /** Writes one value at the buffer's position; a value of another form is a bug of the caller. */
    public static void writeValue(ByteBuffer out, SensorType type, Value value) {
        if (value instanceof Value.Whole whole) {
            switch (type) {
                case BOOLEAN, I8, U8 -> out.put((byte) whole.raw());
                case I16, U16, ENUMERATION -> out.putShort((short) whole.raw());
                case I32, U32 -> out.putInt((int) whole.raw());
                case I64, U64 -> out.putLong(whole.raw());
                default -> throw new IllegalArgumentException("a whole number is no " + type);
            }
        } else if (value instanceof Value.Real real) {
            switch (type) {
                case F32 -> out.putFloat((float) real.value());
                case F64 -> out.putDouble(real.value());
                default -> throw new IllegalArgumentException("a float is no " + type);
            }
        } else if (value instanceof Value.Components c) {
            writeComponents(out, type, c);
        } else if (value instanceof Value.Octets octets && type.form() == SensorType.Form.OCTETS) {
            out.putShort((short) octets.bytes().remaining()).put(octets.bytes().duplicate());
        } else {
            throw new IllegalArgumentException("bytes are no " + type);
        }
    }

    private static void writeComponents(ByteBuffer out, SensorType type, Value.Components c) {
        if (type == SensorType.POSITION) {
            out.putDouble(c.a()).putDouble(c.b()).putFloat((float) c.c());
            return;
        }
        if (type.form() != SensorType.Form.COMPONENTS) {
            throw new IllegalArgumentException("components are no " + type);
        }
        double[] parts = {c.a(), c.b(), c.c(), c.d()};
        for (int i = 0; i < type.components(); i++) {
            out.putFloat((float) parts[i]);
        }
    }
}
