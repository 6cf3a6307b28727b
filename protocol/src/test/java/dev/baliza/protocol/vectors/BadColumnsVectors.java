package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.ColumnsVectors.ABSOLUTE;
import static dev.baliza.protocol.vectors.ColumnsVectors.COLUMNS;
import static dev.baliza.protocol.vectors.ColumnsVectors.PRESSURE;
import static dev.baliza.protocol.vectors.ColumnsVectors.ROWS_QUALITY;
import static dev.baliza.protocol.vectors.ColumnsVectors.TEMPERATURE;
import static dev.baliza.protocol.vectors.ColumnsVectors.VOLUME;
import static dev.baliza.protocol.vectors.ColumnsVectors.columns;
import static dev.baliza.protocol.vectors.ColumnsVectors.head;

import dev.baliza.protocol.ErrorCode;

/** Columns that are refused. */
final class BadColumnsVectors {
    private BadColumnsVectors() {}

    static void addTo(VectorWriter to) {
        badHeads(to);
        badForms(to);
        badValues(to);
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
