package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.SensorType;

/** Sets of channels. */
final class DescribeVectors {
    private static final int I16 = 3;
    private static final int U32 = 8;
    private static final int F32 = 10;
    private static final int ENUMERATION = 14;
    private static final int RANGE = 1;
    private static final int HISTOGRAM = 2;
    private static final int LABELS = 4;

    private DescribeVectors() {}

    static void addTo(VectorWriter to) {
        good(to);
        extras(to);
        badSets(to);
        badChannels(to);
        badNames(to);
        badExtras(to);
    }

    private static VectorText set(VectorText text, int slot, int timeUnit, int count) {
        return text.flags(1)
                .header(MessageType.DESCRIBE)
                .u8(slot, "slot")
                .u8(timeUnit, "timeUnit")
                .u16(count, "count");
    }

    private static VectorText fixed(VectorText text, int index, int type, int kind, int scale, int flags) {
        SensorType known = SensorType.of(type);
        return text.u16(index, "channel: index")
                .u8(type, "type " + (known == null ? "unknown" : known.name()))
                .u8(kind, "kind")
                .u8(scale, "scale " + scale)
                .u8(flags, "flags")
                .u32(1000, "intervalMillis");
    }

    private static VectorText channel(VectorText text, int index, int type, String quantity, String name) {
        return names(fixed(text, index, type, 0, 0, 0), quantity, name, "");
    }

    private static VectorText names(VectorText text, String quantity, String name, String unit) {
        return text.str8(quantity, "quantity").str8(name, "name").str8(unit, "unit");
    }

    /** The set that most READINGS vectors speak of: i16 scaled by 0.01, f32 and a u32 counter. */
    static VectorText threeChannels() {
        VectorText text = set(ok("§7.2, §7.2.1, §13", "set 0: temperature, pressure, volume; milliseconds"), 0, 1, 3);
        names(fixed(text, 0, I16, 0, -2, 0), "temperature", "inlet", "Cel");
        names(fixed(text, 1, F32, 0, 0, 0), "pressure", "", "kPa");
        return names(fixed(text, 2, U32, 1, 0, 0), "volume", "meter", "L");
    }

    /** A set with a channel of every type that rows can carry. */
    static VectorText allFixedTypes() {
        VectorText text = set(ok("§7.2, §7.1", "set 1: every type of fixed size; microseconds"), 1, 2, 16);
        for (SensorType type : SensorType.values()) {
            if (type != SensorType.TEXT && type != SensorType.BYTES) {
                channel(text, 100 + type.code(), type.code(), "value", "of_type_" + type.code());
            }
        }
        return text;
    }

    /** A set that rows cannot carry. */
    static VectorText textChannel() {
        return channel(
                set(ok("§7.2, §7.3", "set 2: a TEXT, which only named readings carry"), 2, 0, 1),
                0,
                SensorType.TEXT.code(),
                "message",
                "");
    }

    private static void good(VectorWriter to) {
        to.add("describe/three-channels", threeChannels().end());
        to.add("describe/all-fixed-types", allFixedTypes().end());
        to.add("describe/text-channel", textChannel().end());
        VectorText many = set(ok("§7.2.3", "set 15: 64 channels; nanoseconds"), 15, 3, 64);
        for (int i = 0; i < 64; i++) {
            channel(many, 0xFFFF - i, F32, "voltage", "cell_" + i);
        }
        to.add("describe/64-channels", many.end());
        VectorText longest = set(ok("§7.2", "the longest quantity, name and unit; names beyond ASCII"), 0, 0, 1);
        fixed(longest, 0, I16, 2, 18, 0);
        names(longest, "q" + "_0".repeat(23) + "z", "ñ".repeat(32), "µ".repeat(16));
        to.add("describe/longest-names", longest.end());
    }

    private static VectorText one(String sections, String summary, int type, int flags) {
        return one(ok(sections, summary), type, flags);
    }

    private static VectorText one(VectorText text, int type, int flags) {
        return names(fixed(set(text, 3, 1, 1), 9, type, 0, 0, flags), "level", "tank", "m");
    }

    private static void extras(VectorWriter to) {
        to.add(
                "describe/range",
                one("§7.2", "a range of 0 to 2.5 m", F32, RANGE)
                        .f64(0, "min 0")
                        .f64(2.5, "max 2.5")
                        .end());
        to.add(
                "describe/range-open",
                one("§7.2", "a range without upper end", F32, RANGE)
                        .f64(-1, "min -1")
                        .f64(Double.POSITIVE_INFINITY, "max infinite")
                        .end());
        to.add(
                "describe/histogram",
                one("§7.2", "bounds 0.5, 1, 2", F32, HISTOGRAM)
                        .u8(3, "n")
                        .f64(0.5, "bound 0.5")
                        .f64(1, "bound 1")
                        .f64(2, "bound 2")
                        .end());
        to.add(
                "describe/labels",
                one("§7.2", "an enumeration of three", ENUMERATION, LABELS)
                        .u8(3, "n")
                        .str8("off", "label 0")
                        .str8("on", "label 1")
                        .str8("façade", "label 2")
                        .end());
        to.add(
                "describe/range-histogram-labels",
                one("§7.2", "all three, in the order of their bits", ENUMERATION, RANGE | HISTOGRAM | LABELS)
                        .f64(0, "min 0")
                        .f64(1, "max 1")
                        .u8(1, "n")
                        .f64(0, "bound 0")
                        .u8(2, "n")
                        .str8("shut", "label 0")
                        .str8("open", "label 1")
                        .end());
    }

    private static VectorText badSet(String sections, String summary) {
        return bad(ErrorCode.BAD_DESCRIPTION, sections, summary);
    }

    private static void badSets(VectorWriter to) {
        to.add(
                "describe/no-channels",
                set(badSet("§7.2", "0 channels"), 0, 0, 0).end());
        to.add(
                "describe/65-channels",
                set(badSet("§7.2.3", "65 channels"), 0, 0, 65).end());
        to.add(
                "describe/slot-16",
                channel(set(badSet("§7.2.3", "slot 16"), 16, 0, 1), 0, F32, "level", "")
                        .end());
        to.add(
                "describe/time-unit-4",
                channel(set(badSet("§7.1", "time unit 4"), 0, 4, 1), 0, F32, "level", "")
                        .end());
        VectorText index = set(badSet("§7.2.3", "index 4 stands twice").note("index: 2"), 0, 0, 3);
        channel(channel(channel(index, 4, F32, "level", "a"), 5, F32, "level", "b"), 4, F32, "level", "c");
        to.add("describe/repeated-index", index.end());
        VectorText name = set(badSet("§7.2.3", "level/a stands twice").note("index: 1"), 0, 0, 2);
        channel(channel(name, 0, F32, "level", "a"), 1, I16, "level", "a");
        to.add("describe/repeated-name", name.end());
        VectorText empty =
                set(badSet("§7.2.3, §7.2", "an empty name is the quantity").note("index: 1"), 0, 0, 2);
        channel(channel(empty, 0, F32, "level", "level"), 1, F32, "level", "");
        to.add("describe/repeated-name-by-default", empty.end());
        to.add(
                "describe/truncated",
                channel(
                                set(bad(ErrorCode.TRUNCATED, "§7.2, §7.3.1", "one channel of two"), 0, 0, 2),
                                0,
                                F32,
                                "level",
                                "")
                        .end());
        to.add(
                "describe/trailing",
                channel(set(bad(ErrorCode.TRAILING_BYTES, "§7.2", "a byte too many"), 0, 0, 1), 0, F32, "level", "")
                        .u8(0, "too many")
                        .end());
    }

    private static VectorText badChannel(String summary, int type, int kind, int scale) {
        VectorText text = set(badSet("§7.2", summary).note("index: 0"), 0, 0, 1);
        return names(fixed(text, 0, type, kind, scale, 0), "level", "", "").end();
    }

    private static void badChannels(VectorWriter to) {
        to.add("describe/type-0", badChannel("type 0", 0, 0, 0));
        to.add("describe/type-19", badChannel("type 19", 19, 0, 0));
        to.add("describe/kind-3", badChannel("kind 3", F32, 3, 0));
        to.add("describe/scale-19", badChannel("scale 19", I16, 0, 19));
        to.add("describe/scale-minus-19", badChannel("scale -19", I16, 0, -19));
        to.add("describe/scale-of-float", badChannel("an f32 has no scale", F32, 0, 1));
        to.add("describe/scale-of-boolean", badChannel("a BOOLEAN has no scale", 1, 0, 1));
        VectorText flags = set(bad(ErrorCode.RESERVED_BITS, "§7.2, §1.5", "channel flag bit 3 is set"), 0, 0, 1);
        to.add(
                "describe/reserved-flags",
                names(fixed(flags.note("index: 0"), 0, F32, 0, 0, 8), "level", "", "")
                        .end());
    }

    private static VectorText badName(String summary, String quantity, String name, String unit) {
        VectorText text = set(badSet("§7.2, §7.2.4", summary).note("index: 0"), 0, 0, 1);
        return names(fixed(text, 0, F32, 0, 0, 0), quantity, name, unit).end();
    }

    private static void badNames(VectorWriter to) {
        to.add("describe/quantity-empty", badName("no quantity", "", "a", ""));
        to.add("describe/quantity-upper-case", badName("a quantity with a capital", "Level", "", ""));
        to.add("describe/quantity-49", badName("a quantity of 49 bytes", "l".repeat(49), "", ""));
        to.add("describe/name-65", badName("a name of 65 bytes", "level", "ñ".repeat(32) + "n", ""));
        to.add("describe/name-with-newline", badName("a name with a newline", "level", "a\nb", ""));
        to.add("describe/name-turns-right-to-left", badName("a name with U+202E", "level", "a\u202eb", ""));
        to.add("describe/unit-33", badName("a unit of 33 bytes", "level", "", "m".repeat(33)));
        VectorText text = set(bad(ErrorCode.BAD_NAME, "§1.2", "a name that is not UTF-8"), 0, 0, 2)
                .note("index: 1");
        channel(text, 0, F32, "level", "a");
        fixed(text, 1, F32, 0, 0, 0).str8("level", "quantity").raw("02c0af", "name: an overlong slash");
        to.add("describe/name-not-utf8", text.str8("", "unit").end());
    }

    private static VectorText badOne(String summary, int type, int flags) {
        return one(badSet("§7.2", summary).note("index: 0"), type, flags);
    }

    private static void badExtras(VectorWriter to) {
        to.add(
                "describe/range-reversed",
                badOne("min is above max", F32, RANGE)
                        .f64(1, "min 1")
                        .f64(0, "max 0")
                        .end());
        to.add(
                "describe/range-nan",
                badOne("min is NaN", F32, RANGE)
                        .f64(Double.NaN, "min NaN")
                        .f64(0, "max 0")
                        .end());
        to.add(
                "describe/histogram-empty",
                badOne("no bounds", F32, HISTOGRAM).u8(0, "n").end());
        to.add(
                "describe/histogram-33",
                badOne("33 bounds", F32, HISTOGRAM).u8(33, "n").end());
        to.add(
                "describe/histogram-level",
                badOne("bounds that do not rise", F32, HISTOGRAM)
                        .u8(2, "n")
                        .f64(1, "bound 1")
                        .f64(1, "bound 1")
                        .end());
        to.add(
                "describe/histogram-infinite",
                badOne("a bound that is not finite", F32, HISTOGRAM)
                        .u8(1, "n")
                        .f64(Double.POSITIVE_INFINITY, "bound infinite")
                        .end());
        to.add(
                "describe/labels-of-integer",
                badOne("labels of an i16", I16, LABELS)
                        .u8(1, "n")
                        .str8("off", "label 0")
                        .end());
        to.add(
                "describe/labels-none",
                badOne("no labels", ENUMERATION, LABELS).u8(0, "n").end());
        to.add(
                "describe/labels-65",
                badOne("65 labels", ENUMERATION, LABELS).u8(65, "n").end());
        to.add(
                "describe/label-empty",
                badOne("an empty label", ENUMERATION, LABELS)
                        .u8(1, "n")
                        .str8("", "label 0")
                        .end());
        to.add(
                "describe/label-twice",
                badOne("two labels are the same", ENUMERATION, LABELS)
                        .u8(2, "n")
                        .str8("off", "label 0")
                        .str8("off", "label 1")
                        .end());
    }
}
