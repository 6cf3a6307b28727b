package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.SensorType;

/** Readings in columns, and the same in rows. */
final class ColumnsVectors {
    static final int ABSOLUTE = 1;
    private static final int SINCE_BOOT = 2;
    private static final int BACKFILL = 4;
    static final int ROWS_QUALITY = 8;
    private static final int ROWS = 2;
    static final int COLUMNS = 3;
    private static final long NOON_MILLIS = 1_800_014_400_000L;

    private static final int[] LATER = {0, 1_001, 1_998, 3_000, 4_002, 4_999, 6_001, 7_000};
    private static final int[] TEMPERATURES = {2_150, 2_151, 2_151, 2_150, 2_148, 2_149, 2_149, 2_151};
    private static final float[] PRESSURES = {101.3f, 101.3f, 101.4f, 101.4f, 101.4f, 101.5f, 101.4f, 101.4f};
    private static final int[] VOLUMES = {17, 17, 18, 19, 19, 20, 21, 21};

    static final String TEMPERATURE = "00cc21";
    static final String PRESSURE = "0042ca999a";
    static final String VOLUME = "0022";

    private ColumnsVectors() {}

    static void addTo(VectorWriter to) {
        eight(to);
        few(to);
        qualities(to);
        BadColumnsVectors.addTo(to);
    }

    static VectorText head(VectorText text, int encoding, int flags, int count, int hash) {
        return text.flags(2)
                .seq(9, 1)
                .header(MessageType.READINGS)
                .u8(encoding, encoding == ROWS ? "encoding: rows" : "encoding: columns")
                .u8(flags, "flags")
                .u16(count, "count")
                .u32(hash, "hash of the set");
    }

    static VectorText columns(VectorText text, int flags, int count) {
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
}
