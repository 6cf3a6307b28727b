package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.SensorType;

/** Readings in columns, and the same in rows. */
final class ColumnsVectors {
    private static final int ABSOLUTE = 1;
    private static final int SINCE_BOOT = 2;
    private static final int BACKFILL = 4;
    private static final int ROWS_QUALITY = 8;
    private static final int ROWS = 2;
    private static final int COLUMNS = 3;
    private static final long NOON_MILLIS = 1_800_014_400_000L;

    private static final int[] LATER = {0, 1_001, 1_998, 3_000, 4_002, 4_999, 6_001, 7_000};
    private static final int[] TEMPERATURES = {2_150, 2_151, 2_151, 2_150, 2_148, 2_149, 2_149, 2_151};
    private static final float[] PRESSURES = {101.3f, 101.3f, 101.4f, 101.4f, 101.4f, 101.5f, 101.4f, 101.4f};
    private static final int[] VOLUMES = {17, 17, 18, 19, 19, 20, 21, 21};

    private static final String TEMPERATURE = "00cc21";
    private static final String PRESSURE = "0042ca999a";
    private static final String VOLUME = "0022";

    private ColumnsVectors() {}

    static void addTo(VectorWriter to) {
        eight(to);
        few(to);
        qualities(to);
        badHeads(to);
        badForms(to);
        badValues(to);
    }

    private static VectorText head(VectorText text, int encoding, int flags, int count, int hash) {
        return text.flags(2)
                .seq(9, 1)
                .header(MessageType.READINGS)
                .u8(encoding, encoding == ROWS ? "encoding: rows" : "encoding: columns")
                .u8(flags, "flags")
                .u16(count, "count")
                .u32(hash, "hash of the set");
    }

    private static VectorText columns(VectorText text, int flags, int count) {
        return head(text, COLUMNS, flags, count, DescribeVectors.threeChannels().payloadHash());
    }

    private static VectorText same(String summary, String rows) {
        return ok("§7.4", summary).note("rows: readings/" + rows);
    }

    private static void eight(VectorWriter to) {
        int hash = DescribeVectors.threeChannels().payloadHash();
        VectorText rows = head(ok("§7.3", "eight rows of describe/three-channels"), ROWS, ABSOLUTE, 8, hash);
        rows.i64(NOON_MILLIS, "base time");
        for (int i = 0; i < LATER.length; i++) {
            rows.u32(LATER[i], "time − base")
                    .u16(TEMPERATURES[i], "temperature " + TEMPERATURES[i] + " × 0.01 °C")
                    .f32(PRESSURES[i], "pressure " + PRESSURES[i] + " kPa")
                    .u32(VOLUMES[i], "volume " + VOLUMES[i] + " L");
        }
        to.add("readings/rows-eight", rows.end());
        to.add(
                "readings/columns-eight",
                columns(same("each column in its shortest form", "rows-eight"), ABSOLUTE, 8)
                        .raw("09", "times: packed delta")
                        .raw("80a8c093e368", "first time")
                        .raw("03" + "ca0f", "width 3, least 997")
                        .raw("82d150", "4 0 5 5 0 5 2")
                        .raw("01", "temperature: packed")
                        .raw("02" + "c821", "width 2, least 2148")
                        .raw("be17", "2 3 3 2 0 1 1 3")
                        .raw("03", "pressure: xor")
                        .raw("1100", "width 17, shift 0")
                        .f32(101.3f, "first")
                        .raw("00001555c00000000e666f33340000", "0 0x5557 0 0 0x1cccd 0x1cccd 0")
                        .raw("09" + "22", "volume: packed delta, first 17")
                        .raw("01" + "00", "width 1, least 0")
                        .raw("6c", "0 1 1 0 1 1 0")
                        .end());
        to.add(
                "readings/columns-of-lines",
                columns(same("lines and varints", "rows-eight"), ABSOLUTE, 8)
                        .raw("19" + "d00f", "times: packed line, step 1000")
                        .raw("03" + "fca7c093e368", "width 3, least noon − 2 ms")
                        .raw("4c285a", "2 3 0 2 4 1 3 2")
                        .raw("0a" + "cc21", "temperature: varint delta, first 2150")
                        .raw("02000103020004", "1 0 -1 -2 1 0 2")
                        .raw("04", "pressure: raw")
                        .raw(floats(), "101.3 …")
                        .raw("1a" + "02", "volume: varint line, step 1")
                        .raw("222020201e1e1e1c", "17 16 16 16 15 15 15 14")
                        .end());
        to.add(
                "readings/columns-delta-of-delta",
                columns(same("deltas of deltas, and raw", "rows-eight"), ABSOLUTE, 8)
                        .raw("11" + "80a8c093e368" + "d20f", "times: packed delta of delta, first, first delta")
                        .raw("04" + "09", "width 4, least -5")
                        .raw("1a50a2", "1 10 5 0 10 2")
                        .raw("12" + "cc21" + "02", "temperature: varint delta of delta")
                        .raw("010101060104", "-1 -1 -1 3 -1 2")
                        .raw("04", "pressure: raw")
                        .raw(floats(), "101.3 …")
                        .raw("04", "volume: raw")
                        .raw("0000001100000011000000120000001300000013000000140000001500000015", "17 17 18 …")
                        .end());
    }

    private static String floats() {
        StringBuilder hex = new StringBuilder();
        for (float pressure : PRESSURES) {
            hex.append("%08x".formatted(Float.floatToIntBits(pressure)));
        }
        return hex.toString();
    }

    private static void few(VectorWriter to) {
        to.add(
                "readings/columns-one",
                columns(same("one vector in 61 bytes: its f32 has four", "rows-one"), ABSOLUTE, 1)
                        .raw("00" + "80a8c093e368", "times: constant")
                        .raw(TEMPERATURE, "temperature: constant 2150 × 0.01 °C")
                        .raw(PRESSURE, "pressure: constant 101.3 kPa")
                        .raw(VOLUME, "volume: constant 17 L")
                        .end());
        int hash = DescribeVectors.threeChannels().payloadHash();
        to.add(
                "readings/rows-one",
                head(ok("§7.3", "one row of describe/three-channels"), ROWS, ABSOLUTE, 1, hash)
                        .i64(NOON_MILLIS, "base time")
                        .u32(0, "time − base")
                        .u16(2_150, "temperature 2150 × 0.01 °C")
                        .f32(101.3f, "pressure 101.3 kPa")
                        .u32(17, "volume 17 L")
                        .end());
        to.add(
                "readings/columns-still",
                columns(ok("§7.4, §7.3.3", "150 vectors that stand still, every 10 s since boot"), SINCE_BOOT, 150)
                        .raw("18" + "a09c01", "times: constant line, step 10000")
                        .raw("c0a907", "first 60000")
                        .raw(TEMPERATURE, "temperature: constant 2150 × 0.01 °C")
                        .raw(PRESSURE, "pressure: constant 101.3 kPa")
                        .raw("08" + "00" + "02", "volume: constant delta, first 0, then + 1")
                        .end());
        VectorText all = head(
                same("columns of describe/all-fixed-types", "rows-all-types"),
                COLUMNS,
                0,
                1,
                DescribeVectors.allFixedTypes().payloadHash());
        for (SensorType type : SensorType.values()) {
            if (type.fixedSize()) {
                raw(all, type);
            }
        }
        to.add("readings/columns-all-types", all.end());
    }

    /** A raw column of one value, the one that rows-all-types has. */
    private static void raw(VectorText text, SensorType type) {
        if (type == SensorType.POSITION) {
            text.u8(4, "POSITION: raw").f64(42.8782, "latitude °");
            text.u8(4, "raw").f64(-8.5448, "longitude °").u8(4, "raw").f32(260, "altitude m");
            return;
        }
        if (type.form() == SensorType.Form.COMPONENTS) {
            for (int i = 0; i < type.components(); i++) {
                text.u8(4, i == 0 ? type + ": raw" : "raw").f32(1 + i, "component " + i);
            }
            return;
        }
        text.u8(4, type + ": raw");
        ReadingsVectors.value(text, type);
    }

    private static void qualities(VectorWriter to) {
        int hash = DescribeVectors.threeChannels().payloadHash();
        VectorText rows =
                head(ok("§7.3, §7.1", "gaps, and qualities"), ROWS, ABSOLUTE | BACKFILL | ROWS_QUALITY, 3, hash);
        rows.i64(NOON_MILLIS, "base time");
        int[] temperatureQuality = {0, 3, 0};
        int[] pressureQuality = {1, 3, 2};
        for (int i = 0; i < 3; i++) {
            boolean gap = temperatureQuality[i] == 3;
            rows.u32(i * 1_000L, "time − base");
            rows.u8(temperatureQuality[i], "quality").u16(gap ? 0 : 2_150 + i, gap ? "none" : "temperature");
            rows.u8(pressureQuality[i], "quality").f32(gap ? Float.NaN : 101.3f + i, gap ? "none" : "pressure");
            rows.u8(3, "quality: no value").u32(0, "none");
        }
        to.add("readings/rows-with-gaps", rows.end());
        to.add(
                "readings/columns-with-gaps",
                columns(
                                ok("§7.4, §7.4.3, §7.4.5", "nulls, qualities, and a channel without any value")
                                        .note("rows: readings/rows-with-gaps"),
                                ABSOLUTE | BACKFILL,
                                3)
                        .raw("08" + "80a8c093e368" + "d00f", "times: constant delta, first, then + 1000")
                        .raw("48", "temperature: constant delta, nulls")
                        .raw("40", "nulls: 0 1 0")
                        .raw("cc21" + "04", "first 2150, then + 2")
                        .raw("83", "pressure: xor, qualities")
                        .raw("01" + "0202" + "24", "qualities: packed, width 2, least 1: 0 2 1")
                        .raw("01" + "12", "width 1, shift 18")
                        .f32(101.3f, "first")
                        .raw("80", "1")
                        .raw("40" + "e0", "volume: nulls 1 1 1")
                        .end());
    }

    private static VectorText bad(ErrorCode code, String sections, String summary, int count) {
        return columns(VectorText.bad(code, sections, summary), 0, count);
    }

    private static void badHeads(VectorWriter to) {
        int hash = DescribeVectors.threeChannels().payloadHash();
        to.add(
                "readings/columns-none",
                bad(ErrorCode.BAD_VALUE, "§7.4", "no vectors", 0).end());
        to.add(
                "readings/columns-flag-quality",
                columns(VectorText.bad(ErrorCode.RESERVED_BITS, "§7.4.2", "flag bit 3"), ROWS_QUALITY, 1)
                        .raw(TEMPERATURE + PRESSURE + VOLUME, "columns")
                        .end());
        to.add(
                "readings/columns-count-without-bytes",
                bad(ErrorCode.TRUNCATED, "§7.4.1", "65,535 vectors in no bytes", 0xFFFF)
                        .end());
        to.add(
                "readings/columns-too-many",
                bad(ErrorCode.TRUNCATED, "§7.4.1", "107 vectors of 3: 321 readings in 10 bytes", 107)
                        .raw(TEMPERATURE + PRESSURE + VOLUME, "columns")
                        .end());
        to.add(
                "readings/columns-of-unknown-set",
                head(VectorText.bad(ErrorCode.UNKNOWN_SCHEMA, "§7.3.2", "a set nobody described"), COLUMNS, 0, 1, 1)
                        .raw("0000", "a column")
                        .end());
        to.add(
                "readings/columns-of-text",
                head(
                                VectorText.bad(ErrorCode.BAD_VALUE, "§7.4.2, §7.4", "columns of describe/text-channel"),
                                COLUMNS,
                                0,
                                1,
                                DescribeVectors.textChannel().payloadHash())
                        .raw("0000", "a column")
                        .end());
        to.add(
                "readings/columns-truncated",
                bad(ErrorCode.TRUNCATED, "§7.4.1", "two columns of three", 1)
                        .note("index: 2")
                        .raw(TEMPERATURE + PRESSURE, "columns")
                        .end());
        to.add(
                "readings/columns-trailing",
                bad(ErrorCode.TRAILING_BYTES, "§7.4.1", "a byte too many", 1)
                        .raw(TEMPERATURE + PRESSURE + VOLUME + "00", "columns")
                        .end());
        to.add(
                "readings/columns-times-cut",
                head(
                                VectorText.bad(ErrorCode.TRUNCATED, "§7.4.1", "a time without its end"),
                                COLUMNS,
                                ABSOLUTE,
                                1,
                                hash)
                        .raw("0080a8", "times")
                        .end());
        to.add(
                "readings/columns-quality-of-times",
                head(
                                VectorText.bad(ErrorCode.RESERVED_BITS, "§7.4.2, §7.4.3", "times with nulls"),
                                COLUMNS,
                                ABSOLUTE,
                                1,
                                hash)
                        .raw("40" + "00" + "80a8c093e368", "times")
                        .raw(TEMPERATURE + PRESSURE + VOLUME, "columns")
                        .end());
    }

    private static void temperature(
            VectorWriter to, String name, ErrorCode code, String sections, String summary, int count, String hex) {
        to.add(
                "readings/columns-" + name,
                bad(code, sections, summary, count)
                        .note("index: 0")
                        .raw(hex, "temperature: I16")
                        .raw(PRESSURE + VOLUME, "constant columns")
                        .end());
    }

    private static void pressure(
            VectorWriter to, String name, ErrorCode code, String sections, String summary, int count, String hex) {
        to.add(
                "readings/columns-" + name,
                bad(code, sections, summary, count)
                        .note("index: 1")
                        .raw(TEMPERATURE, "constant column")
                        .raw(hex, "pressure: F32")
                        .raw(VOLUME, "constant column")
                        .end());
    }

    private static void badForms(VectorWriter to) {
        ErrorCode reserved = ErrorCode.RESERVED_BITS;
        ErrorCode value = ErrorCode.BAD_VALUE;
        temperature(to, "coding-5", reserved, "§7.4.2", "coding 5", 1, "05cc21");
        temperature(to, "form-bit-5", reserved, "§7.4.2", "bit 5 of the form", 1, "20cc21");
        temperature(to, "quality-3", reserved, "§7.4.2", "quality 3", 1, "c0cc21");
        temperature(to, "quality-of-qualities", reserved, "§7.4.2, §7.4.3", "qualities with nulls", 1, "804000cc21");
        temperature(to, "xor-of-integers", value, "§7.4.2", "xor of an I16", 2, "0301000000");
        temperature(to, "raw-delta", value, "§7.4.2", "raw values with a prediction", 2, "0ccc210000");
        temperature(to, "delta-of-one", value, "§7.4.2", "a delta of one value", 1, "08cc2100");
        temperature(to, "delta-of-delta-of-two", value, "§7.4.2", "a delta of the delta of two", 2, "10cc210000");
        temperature(
                to,
                "values-of-nulls",
                value,
                "§7.4.2, §7.4.3",
                "packed values of a channel that has none",
                1,
                "41800100");
        pressure(to, "packed-floats", value, "§7.4.2", "packed floats", 2, "01010000");
        pressure(to, "varint-floats", value, "§7.4.2", "floats as varints", 1, "0200");
        pressure(to, "delta-of-floats", value, "§7.4.2", "floats with a prediction", 2, "0842ca999a");
        pressure(to, "xor-of-one", value, "§7.4.2", "xor of one value", 1, "03010042ca999a");
    }

    private static void badValues(VectorWriter to) {
        ErrorCode reserved = ErrorCode.RESERVED_BITS;
        ErrorCode value = ErrorCode.BAD_VALUE;
        temperature(to, "width-0", value, "§7.4.2", "fields of no bits", 2, "0100cc21");
        temperature(to, "width-57", value, "§7.4.2", "fields of 57 bits", 1, "0139cc210000000000000000");
        temperature(to, "field-padding", reserved, "§7.4.2", "a bit behind the last field", 2, "0101cc2141");
        temperature(to, "null-padding", reserved, "§7.4.2", "a bit behind the last null", 2, "40a0cc21");
        temperature(to, "varint-too-long", value, "§7.4.2", "a varint of three bytes where one does", 1, "00808000");
        temperature(to, "varint-of-65-bits", value, "§7.4.2", "a varint of 65 bits", 1, "00ffffffffffffffffff02");
        temperature(to, "varint-of-11-bytes", value, "§7.4.2", "a varint that goes on", 1, "00ffffffffffffffffff8100");
        pressure(to, "xor-beyond-type", value, "§7.4.2", "fields of 17 bits shifted by 16", 2, "03111042ca999a000000");
        pressure(to, "xor-width-0", value, "§7.4.2", "xor fields of no bits", 2, "03000042ca999a");
        pressure(to, "xor-padding", reserved, "§7.4.2", "a bit behind the last xor", 2, "03010042ca999ac0");
        to.add(
                "readings/columns-values-beyond-payload",
                bad(ErrorCode.TRUNCATED, "§7.4.1", "60 bytes of fields in 10", 12)
                        .note("index: 0")
                        .raw("0128cc21", "temperature: packed, width 40")
                        .raw(PRESSURE + VOLUME, "constant columns")
                        .end());
        to.add(
                "readings/columns-quality-of-component",
                head(
                                VectorText.bad(reserved, "§7.4.2, §7.4.3", "nulls of y")
                                        .note("index: 12"),
                                COLUMNS,
                                0,
                                1,
                                DescribeVectors.allFixedTypes().payloadHash())
                        .raw("0000".repeat(9), "BOOLEAN to U64: constant 0")
                        .raw("0000000000" + "000000000000000000" + "0000", "F32, F64, ENUMERATION")
                        .raw("003f800000" + "4000" + "003f800000", "VECTOR2")
                        .end());
    }
}
