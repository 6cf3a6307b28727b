package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.SensorType;

/** Readings, named and in rows. */
final class ReadingsVectors {
    private static final int ABSOLUTE = 1;
    private static final int SINCE_BOOT = 2;
    private static final int BACKFILL = 4;
    private static final int QUALITY = 8;
    private static final int F32 = 10;
    private static final long NOON_MILLIS = 1_800_014_400_000L;

    private ReadingsVectors() {}

    static void addTo(VectorWriter to) {
        named(to);
        allTypes(to);
        badHeads(to);
        badNamed(to);
        rows(to);
        rowsOfAllTypes(to);
        badRows(to);
    }

    private static VectorText namedHead(VectorText text, int flags, int timeUnit, int count) {
        return text.u8(1, "encoding: named")
                .u8(flags, "flags")
                .u8(timeUnit, "timeUnit")
                .u8(0, "reserved")
                .u16(count, "count");
    }

    private static VectorText named(VectorText text, int flags, int timeUnit, int count) {
        return namedHead(text.flags(1).seq(7, 0).header(MessageType.READINGS), flags, timeUnit, count);
    }

    private static VectorText names(VectorText text, int type) {
        return text.str8("temperature", "quantity")
                .str8("inlet", "name")
                .str8("Cel", "unit")
                .u8(type, SensorType.of(type) == null ? "type unknown" : "type " + SensorType.of(type));
    }

    private static void named(VectorWriter to) {
        VectorText one = ok("§7.3, §13", "one reading of a named device in 84 bytes, best effort, no clock needed")
                .flags(0x08)
                .header(MessageType.READINGS)
                .extensions()
                .extension(2, "NAME", FrameVectors.utf8(VectorText.DEVICE_NAME))
                .payload();
        to.add(
                "readings/named-one",
                names(namedHead(one, 0, 0, 1), F32).f32(21.5f, "21.5 °C").end());
        VectorText history =
                named(ok("§7.3, §7.3.4", "history: two f32 with absolute times"), ABSOLUTE | BACKFILL, 1, 2);
        names(history.i64(NOON_MILLIS, "time"), F32).f32(21.5f, "21.5 °C");
        names(history.i64(NOON_MILLIS + 250, "time"), F32).f32(Float.NaN, "NaN: legal here (§7.1.1)");
        to.add("readings/named-backfill", history.end());
        VectorText boot =
                named(ok("§7.3, §7.3.3", "one reading 90 s after boot, name and unit empty"), SINCE_BOOT, 0, 1);
        boot.i64(90, "time").str8("door", "quantity").str8("", "name").str8("", "unit");
        to.add(
                "readings/named-since-boot",
                boot.u8(1, "type BOOLEAN").u8(1, "true").end());
    }

    private static void allTypes(VectorWriter to) {
        VectorText text = named(ok("§7.1, §7.3", "every type, and every quality"), ABSOLUTE | QUALITY, 3, 18);
        for (SensorType type : SensorType.values()) {
            int code = type.code();
            text.i64(NOON_MILLIS * 1_000_000 + code, "time")
                    .str8("value", "quantity")
                    .str8("of_type_" + code, "name")
                    .str8("1", "unit")
                    .u8(code, "type " + type)
                    .u8(code % 5, "quality");
            value(text, type);
        }
        to.add("readings/named-all-types", text.end());
    }

    /** A value with the highest bit set, where its type has one. */
    static void value(VectorText text, SensorType type) {
        switch (type) {
            case BOOLEAN -> text.u8(1, "true");
            case I8 -> text.u8(-2, "-2");
            case I16 -> text.u16(-2, "-2");
            case I32 -> text.u32(-2, "-2");
            case I64 -> text.i64(-2, "-2");
            case U8 -> text.u8(0xFE, "254");
            case U16 -> text.u16(0xFFFE, "65534");
            case U32 -> text.u32(0xFFFF_FFFEL, "4294967294");
            case U64 -> text.i64(-2, "18446744073709551614");
            case F32 -> text.f32(-0.5f, "-0.5");
            case F64 -> text.f64(-0.1, "-0.1");
            case TEXT -> text.u16(3, "str16 count").raw("c2b5a7", "µ and a byte that is not UTF-8 (§7.1.1)");
            case BYTES -> text.u16(2, "n").raw("00ff", "bytes");
            case ENUMERATION -> text.u16(0x8001, "32769");
            case VECTOR2 -> text.f32(1, "x").f32(2, "y");
            case VECTOR3 -> text.f32(1, "x").f32(2, "y").f32(3, "z");
            case VECTOR4 -> text.f32(1, "x").f32(2, "y").f32(3, "z").f32(4, "w");
            case POSITION ->
                text.f64(42.8782, "latitude °").f64(-8.5448, "longitude °").f32(260, "altitude m");
        }
    }

    private static VectorText badHead(ErrorCode code, String sections, String summary, String hex) {
        return bad(code, sections, summary)
                .flags(1)
                .header(MessageType.READINGS)
                .raw(hex, "encoding, flags, …")
                .end();
    }

    private static void badHeads(VectorWriter to) {
        to.add("readings/encoding-4", badHead(ErrorCode.UNKNOWN_ENCODING, "§7.3", "encoding 4", "0400" + "0001"));
        to.add("readings/encoding-0", badHead(ErrorCode.UNKNOWN_ENCODING, "§7.3", "encoding 0", "0000"));
        to.add("readings/encoding-255", badHead(ErrorCode.UNKNOWN_ENCODING, "§7.3", "encoding 255", "ffff"));
        to.add("readings/time-mode-3", badHead(ErrorCode.RESERVED_BITS, "§7.3, §1.5", "time mode 3", "0103"));
        to.add("readings/reserved-flags", badHead(ErrorCode.RESERVED_BITS, "§7.3, §1.5", "flag bit 4", "0210"));
        to.add("readings/empty", badHead(ErrorCode.TRUNCATED, "§7.3.1", "an encoding and no more", "01"));
        to.add("readings/named-none", badHead(ErrorCode.BAD_VALUE, "§7.3", "no readings", "0100" + "0000" + "0000"));
        to.add("readings/named-reserved", badHead(ErrorCode.RESERVED_BITS, "§7.3, §1.5", "byte 3", "010000010001"));
        to.add("readings/named-time-unit-4", badHead(ErrorCode.BAD_VALUE, "§7.1", "time unit 4", "010004000001"));
        to.add(
                "readings/named-count-without-bytes",
                badHead(ErrorCode.TRUNCATED, "§7.3.1", "65,535 readings in no bytes", "01000000ffff"));
        to.add("readings/rows-none", badHead(ErrorCode.BAD_VALUE, "§7.3", "no rows", "0200" + "0000" + "00000000"));
        to.add(
                "readings/rows-count-without-bytes",
                badHead(ErrorCode.TRUNCATED, "§7.3.1", "65,535 rows in no bytes", "0200" + "ffff" + "00000000"));
    }

    private static void badNamed(VectorWriter to) {
        to.add(
                "readings/named-value-cut",
                names(named(bad(ErrorCode.TRUNCATED, "§7.3.1", "an f32 of 3 bytes"), 0, 0, 1), F32)
                        .raw("41ac00", "value")
                        .end());
        to.add(
                "readings/named-trailing",
                names(named(bad(ErrorCode.TRAILING_BYTES, "§7.3.1", "a byte too many"), 0, 0, 1), F32)
                        .f32(21.5f, "21.5 °C")
                        .u8(0, "too many")
                        .end());
        VectorText type = named(bad(ErrorCode.BAD_VALUE, "§7.1", "type 19").note("index: 0"), 0, 0, 1);
        to.add("readings/named-type-19", names(type, 19).f32(0, "value").end());
        VectorText second = named(bad(ErrorCode.BAD_NAME, "§7.3, §7.2", "a quantity with a dash"), 0, 0, 2);
        names(second.note("index: 1"), F32).f32(21.5f, "21.5 °C");
        second.str8("wind-speed", "quantity").str8("", "name").str8("", "unit").u8(F32, "type F32");
        to.add("readings/named-quantity-with-dash", second.f32(3, "value").end());
        VectorText utf8 = named(bad(ErrorCode.BAD_NAME, "§1.2", "a unit that is not UTF-8"), 0, 0, 2);
        names(utf8.note("index: 1"), F32).f32(21.5f, "21.5 °C");
        utf8.str8("level", "quantity").str8("", "name").raw("01b0", "unit: a degree sign of Latin 1");
        to.add(
                "readings/named-unit-not-utf8",
                utf8.u8(F32, "type F32").f32(3, "value").end());
        VectorText text = named(bad(ErrorCode.TRUNCATED, "§7.3.1, §7.1", "a TEXT of 65,535 bytes in 2"), 0, 0, 1);
        text.str8("message", "quantity").str8("", "name").str8("", "unit").u8(12, "type TEXT");
        to.add(
                "readings/named-text-beyond-payload",
                text.u16(0xFFFF, "count").raw("6869", "text").end());
    }

    private static VectorText rowsHead(VectorText text, int flags, int count, int hash) {
        return text.flags(2)
                .seq(8, 1)
                .header(MessageType.READINGS)
                .u8(2, "encoding: rows")
                .u8(flags, "flags")
                .u16(count, "count")
                .u32(hash, "hash of the set");
    }

    private static void values(VectorText text, int temperature, float pressure, long volume) {
        text.u16(temperature, "temperature " + temperature + " × 0.01 °C")
                .f32(pressure, "pressure " + pressure + " kPa")
                .u32(volume, "volume " + volume + " L");
    }

    private static void rows(VectorWriter to) {
        int hash = DescribeVectors.threeChannels().payloadHash();
        VectorText two = rowsHead(ok("§7.3, §7.2.1, §13", "two rows of describe/three-channels"), ABSOLUTE, 2, hash);
        values(two.i64(NOON_MILLIS, "base time").u32(0, "time − base"), 2150, 101.3f, 17);
        values(two.u32(1000, "time − base"), -25, 101.4f, 18);
        to.add("readings/rows-two", two.end());
        VectorText boot = rowsHead(ok("§7.3, §7.3.3", "a row 60 s after boot"), SINCE_BOOT, 1, hash);
        values(boot.i64(0, "base time").u32(60_000, "time − base"), 2150, 101.3f, 17);
        to.add("readings/rows-since-boot", boot.end());
        VectorText arrival = rowsHead(ok("§7.3, §7.3.3", "two rows without times"), 0, 2, hash);
        values(arrival, 2150, 101.3f, 17);
        values(arrival, 2151, Float.POSITIVE_INFINITY, 17);
        to.add("readings/rows-on-arrival", arrival.end());
        VectorText quality = rowsHead(ok("§7.3, §7.1", "history, a quality before each value"), 0xD, 1, hash);
        quality.i64(NOON_MILLIS, "base time").u32(0xFFFF_FFFFL, "time − base");
        quality.u8(1, "quality: uncertain").u16(2150, "temperature 2150 × 0.01 °C");
        quality.u8(3, "quality: no value").f32(0, "pressure: ignored");
        quality.u8(0, "quality: good").u32(17, "volume 17 L");
        to.add("readings/rows-with-quality", quality.end());
    }

    private static void rowsOfAllTypes(VectorWriter to) {
        int hash = DescribeVectors.allFixedTypes().payloadHash();
        VectorText text = rowsHead(ok("§7.3, §7.1", "a row of describe/all-fixed-types"), 0, 1, hash);
        for (SensorType type : SensorType.values()) {
            if (type.fixedSize()) {
                value(text, type);
            }
        }
        to.add("readings/rows-all-types", text.end());
    }

    private static void badRows(VectorWriter to) {
        int hash = DescribeVectors.threeChannels().payloadHash();
        VectorText unknown = rowsHead(bad(ErrorCode.UNKNOWN_SCHEMA, "§7.3.2", "a set nobody described"), 0, 1, 1);
        to.add("readings/rows-of-unknown-set", unknown.u16(1, "value").end());
        VectorText few = rowsHead(bad(ErrorCode.TRUNCATED, "§7.3.1", "one row of two"), 0, 2, hash);
        values(few, 2150, 101.3f, 17);
        to.add("readings/rows-truncated", few.end());
        VectorText many = rowsHead(bad(ErrorCode.TRAILING_BYTES, "§7.3.1", "two rows for one"), 0, 1, hash);
        values(many, 2150, 101.3f, 17);
        values(many, 2150, 101.3f, 17);
        to.add("readings/rows-trailing", many.end());
        VectorText timeless = rowsHead(bad(ErrorCode.TRUNCATED, "§7.3.1", "no room for the base time"), 1, 1, hash);
        to.add(
                "readings/rows-base-time-cut",
                timeless.u32(0, "half a base time").end());
        int text = DescribeVectors.textChannel().payloadHash();
        VectorText variable = rowsHead(bad(ErrorCode.BAD_VALUE, "§7.3", "rows of describe/text-channel"), 0, 1, text);
        to.add("readings/rows-of-text", variable.raw("00026869", "a TEXT").end());
    }
}
