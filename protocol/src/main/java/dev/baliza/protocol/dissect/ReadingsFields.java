package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.ReadingsCodec;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The payload of READINGS, down to each value. Spec: SPEC §7.3, §7.4. */
final class ReadingsFields {
    private static final String[] ENCODINGS = {"unknown", "named", "rows", "columns"};
    private static final int BACKFILL = 0x04;
    private static final int QUALITY = 0x08;
    private static final int RESERVED = 0xF0;
    static final String UNUSED = "a reading of bad or no quality is skipped and counted (SPEC §5.9)";

    private static final int MIN_NAMED_BYTES = 5;
    /** 2000-01-01T00:00:00Z; times before it mean a clock that was never set. */
    private static final long CLOCK_SET_MICROS = 946_684_800_000_000L;

    private final Walk in;
    private final IntFunction<@Nullable ChannelSet> sets;
    private TimeMode mode = TimeMode.ON_ARRIVAL;
    private boolean qualified;

    /** @param sets finds the device's set with a hash */
    ReadingsFields(Walk in, IntFunction<@Nullable ChannelSet> sets) {
        this.in = in;
        this.sets = sets;
    }

    void read() throws FaultException {
        in.section("7.3.1");
        int encoding = in.u8();
        in.field("encoding", ENCODINGS[encoding < ENCODINGS.length ? encoding : 0]);
        int encodingAt = in.lastField();
        int flags = in.u8();
        TimeMode known = TimeMode.of(flags & 3);
        in.field(
                "flags",
                "time " + (known == null ? "mode 3" : lower(known)) + ((flags & BACKFILL) != 0 ? ", backfill" : "")
                        + ((flags & QUALITY) != 0 ? ", with quality" : ""));
        if (encoding < ReadingsCodec.NAMED || encoding > ReadingsCodec.COLUMNS) {
            throw new FaultException(
                    encodingAt,
                    ErrorCode.UNKNOWN_ENCODING,
                    "7.3",
                    -1,
                    "expected encoding 1, 2 or 3, found " + encoding);
        }
        if ((flags & RESERVED) != 0 || known == null) {
            throw in.fault(
                    ErrorCode.RESERVED_BITS,
                    "1.5",
                    "expected time mode 0 to 2 and zero in bits 4 to 7, found flags 0x%02x".formatted(flags));
        }
        mode = known;
        qualified = (flags & QUALITY) != 0;
        switch (encoding) {
            case ReadingsCodec.NAMED -> named();
            case ReadingsCodec.ROWS -> rows();
            default -> columns();
        }
    }

    private void named() throws FaultException {
        int unitCode = in.u8();
        TimeUnit unit = TimeUnit.of(unitCode);
        in.field("timeUnit", unit == null ? "unknown" : lower(unit));
        int unitAt = in.lastField();
        in.reserved(1);
        int count = in.u16();
        in.field("count", count + " readings");
        if (unit == null) {
            throw new FaultException(
                    unitAt, ErrorCode.BAD_VALUE, "7.1", -1, "expected a time unit of 0 to 3, found " + unitCode);
        }
        if (count == 0) {
            throw in.fault(ErrorCode.BAD_VALUE, "7.3", "expected at least 1 reading, found 0");
        }
        in.need((long) count * MIN_NAMED_BYTES);
        for (int i = 0; i < count; i++) {
            reading(i, unit);
        }
    }

    private void reading(int position, TimeUnit timeUnit) throws FaultException {
        if (mode != TimeMode.ON_ARRIVAL) {
            in.field("time", time(in.i64(), timeUnit));
        }
        int quantityAt = in.position();
        String quantity = in.str8("quantity", ErrorCode.BAD_NAME, position);
        int nameAt = in.position();
        String name = in.str8("name", ErrorCode.BAD_NAME, position);
        int unitAt = in.position();
        String unit = in.str8("unit", ErrorCode.BAD_NAME, position);
        int typeCode = in.u8();
        SensorType type = SensorType.of(typeCode);
        in.field("type", type == null ? "unknown" : type.name());
        int typeAt = in.lastField();
        int quality = quality();
        boolean goodName = name.isEmpty() || Names.isLabel(name);
        if (!Names.isQuantity(quantity) || !goodName || !Names.isUnit(unit)) {
            int at = !Names.isQuantity(quantity) ? quantityAt : goodName ? unitAt : nameAt;
            throw new FaultException(
                    at,
                    ErrorCode.BAD_NAME,
                    "7.2",
                    position,
                    "expected a quantity [a-z][a-z0-9_]{0,47}, a name of at most 64 and a unit of at most 32 bytes");
        }
        if (type == null) {
            throw new FaultException(
                    typeAt, ErrorCode.BAD_VALUE, "7.1", position, "expected a type of 1 to 18, found " + typeCode);
        }
        value("value", type, 0, unit, quality);
    }

    private void rows() throws FaultException {
        int count = in.u16();
        in.field("count", count + " rows");
        int countAt = in.lastField();
        int hash = in.i32();
        ChannelSet set = set(hash);
        int hashAt = in.lastField();
        long base = 0;
        if (mode != TimeMode.ON_ARRIVAL) {
            base = in.i64();
            in.field("base time", time(base, set == null ? null : set.timeUnit()));
        }
        if (count == 0) {
            throw new FaultException(countAt, ErrorCode.BAD_VALUE, "7.3", -1, "expected at least 1 row, found 0");
        }
        in.need(count);
        if (set == null) {
            throw undescribed(hash, hashAt);
        }
        int row = rowBytes(set, hashAt);
        if ((long) row * count > in.remaining()) {
            in.need((long) row * count);
        }
        for (int i = 0; i < count; i++) {
            row(set, base, i);
        }
    }

    private void columns() throws FaultException {
        in.section("7.4.1");
        if (qualified) {
            throw in.fault(ErrorCode.RESERVED_BITS, "7.4.2", "expected zero in bit 3 of the flags of columns, found 1");
        }
        int count = in.u16();
        in.field("count", count + " vectors");
        int countAt = in.lastField();
        int hash = in.i32();
        ChannelSet set = set(hash);
        int hashAt = in.lastField();
        if (count == 0) {
            throw new FaultException(countAt, ErrorCode.BAD_VALUE, "7.4", -1, "expected at least 1 vector, found 0");
        }
        ColumnFields columns = new ColumnFields(in, mode, count, hash);
        columns.checkCount();
        if (set == null) {
            throw undescribed(hash, hashAt);
        }
        columns.read(set, time -> time(time, set.timeUnit()));
    }

    private @Nullable ChannelSet set(int hash) {
        ChannelSet set = sets.apply(hash);
        String which = "0x%08x".formatted(hash);
        in.field("hash of the set", set == null ? which + ", not described before" : which + ", slot " + set.slot());
        return set;
    }

    private static FaultException undescribed(int hash, int at) {
        return new FaultException(
                at,
                ErrorCode.UNKNOWN_SCHEMA,
                "7.3.2",
                -1,
                "expected the hash of a set that a DESCRIBE before it describes, found 0x%08x".formatted(hash));
    }

    private int rowBytes(ChannelSet set, int at) throws FaultException {
        int bytes = mode == TimeMode.ON_ARRIVAL ? 0 : 4;
        for (ChannelDescription channel : set.channels()) {
            if (!channel.type().fixedSize()) {
                throw new FaultException(
                        at,
                        ErrorCode.BAD_VALUE,
                        "7.3",
                        -1,
                        "expected a set of fixed-size types, found " + channel.type() + "; send it as named readings");
            }
            bytes += channel.type().bytes() + (qualified ? 1 : 0);
        }
        return bytes;
    }

    private void row(ChannelSet set, long base, int number) throws FaultException {
        if (mode != TimeMode.ON_ARRIVAL) {
            long offset = in.u32();
            in.field("row " + number + ": time - base", time(base + offset, set.timeUnit()));
        }
        for (ChannelDescription channel : set.channels()) {
            int quality = quality();
            value(
                    channel.quantity() + "/" + Texts.escape(channel.label()),
                    channel.type(),
                    channel.scale(),
                    channel.unit(),
                    quality);
        }
    }

    private int quality() throws FaultException {
        if (!qualified) {
            return Quality.GOOD;
        }
        int quality = in.u8();
        in.field(
                "quality",
                switch (quality) {
                    case Quality.GOOD -> "good";
                    case Quality.UNCERTAIN -> "uncertain";
                    case Quality.BAD -> "bad";
                    case Quality.NO_VALUE -> "no value";
                    default -> quality + ", unknown here";
                });
        if (!Quality.usable(quality)) {
            in.note(UNUSED);
        }
        return quality;
    }

    private String time(long time, @Nullable TimeUnit unit) {
        if (unit == null) {
            return time + ", in the set's unit";
        }
        if (mode != TimeMode.ABSOLUTE) {
            return time + " " + lower(unit) + " since boot";
        }
        long micros = unit.toMicros(time);
        if (micros < CLOCK_SET_MICROS) {
            in.note("times before 2000-01-01: the device's clock is not set, readings are stamped on arrival"
                    + " (SPEC §7.3.3 CLOCK_UNSET)");
        }
        return Texts.date(micros);
    }

    private void value(String name, SensorType type, int scale, String unit, int quality) throws FaultException {
        ValueText value = ValueText.read(in, type, scale);
        String shown = unit.isEmpty() ? value.text() : value.text() + " " + Texts.escape(unit);
        in.field(name, Quality.usable(quality) ? shown : shown + ", not used");
        if (value.problem() != null && Quality.usable(quality)) {
            noteProblem(in, value.problem());
        }
    }

    static void noteProblem(Walk in, String problem) {
        in.note("a reading that is " + problem + " is skipped and counted (SPEC §7.1.1)");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
