package dev.baliza.server.aggregate;

import java.util.HashMap;
import java.util.Map;

/**
 * What a UCUM unit becomes in Prometheus: a base unit's suffix and the way there, {@code (value × 10^power × factor) + offset}.
 *
 * @param suffix of the metric name; empty for none
 * @param power of ten, kept apart so that it can be joined with a channel's scale without rounding
 * @param factor whatever is not a power of ten
 * @param known whether the table has the unit
 */
record Unit(String suffix, int power, double factor, double offset, boolean known) {
    private static final Map<String, Unit> TABLE = new HashMap<>();

    static {
        add("", "", 0);
        add("1", "", 0);
        add("Cel", "celsius", 0);
        add("K", "kelvin", 0);
        add("[degF]", "celsius", 0, 5.0 / 9, -160.0 / 9);
        add("%", "ratio", -2);
        add("[ppm]", "ratio", -6);
        add("[ppb]", "ratio", -9);
        add("Pa", "pascals", 0, "h", "k", "M");
        add("bar", "pascals", 5, "m");
        add("V", "volts", 0, "u", "m", "k");
        add("A", "amperes", 0, "u", "m", "k");
        add("W", "watts", 0, "u", "m", "k", "M", "G");
        add("J", "joules", 0, "m", "k", "M", "G");
        add("W.h", "joules", 0, 3_600, 0, "k", "M");
        add("Wh", "joules", 0, 3_600, 0, "k", "M");
        add("Ohm", "ohms", 0, "m", "k", "M");
        add("F", "farads", 0, "p", "n", "u");
        add("T", "teslas", 0, "n", "u", "m");
        add("N", "newtons", 0, "m", "k");
        add("g", "grams", 0, "u", "m", "k");
        add("t", "grams", 6);
        add("m", "meters", 0, "u", "m", "c", "k");
        add("m/s", "meters_per_second", 0);
        add("km/h", "meters_per_second", 0, 1 / 3.6, 0);
        add("m/s2", "meters_per_second_squared", 0);
        add("m2", "square_meters", 0);
        add("m3", "cubic_meters", 0);
        add("L", "cubic_meters", -3, "m");
        add("l", "cubic_meters", -3, "m");
        add("m3/h", "cubic_meters_per_second", 0, 1 / 3_600.0, 0);
        add("L/min", "cubic_meters_per_second", -3, 1 / 60.0, 0);
        add("s", "seconds", 0, "n", "u", "m");
        add("min", "seconds", 0, 60, 0);
        add("h", "seconds", 0, 3_600, 0);
        add("d", "seconds", 0, 86_400, 0);
        add("Hz", "hertz", 0, "k", "M", "G");
        add("lx", "lux", 0, "k");
        add("lm", "lumens", 0);
        add("cd", "candelas", 0);
        add("deg", "degrees", 0);
        add("rad", "radians", 0);
        add("deg/s", "degrees_per_second", 0);
        add("dB", "decibels", 0);
        add("By", "bytes", 0, "k", "M", "G");
        add("bit", "bits", 0, "k", "M", "G");
        add("g/m3", "grams_per_cubic_meter", 0, "u", "m");
        add("S/m", "siemens_per_meter", 0, "u", "m");
        add("[pH]", "ph", 0);
    }

    private static void add(String ucum, String suffix, int power, String... prefixes) {
        add(ucum, suffix, power, 1, 0, prefixes);
    }

    private static void add(String ucum, String suffix, int power, double factor, double offset, String... prefixes) {
        TABLE.put(ucum, new Unit(suffix, power, factor, offset, true));
        for (String prefix : prefixes) {
            TABLE.put(prefix + ucum, new Unit(suffix, power + powerOf(prefix), factor, offset, true));
        }
    }

    private static int powerOf(String prefix) {
        return switch (prefix) {
            case "p" -> -12;
            case "n" -> -9;
            case "u" -> -6;
            case "m" -> -3;
            case "c" -> -2;
            case "h" -> 2;
            case "k" -> 3;
            case "M" -> 6;
            case "G" -> 9;
            default -> throw new IllegalStateException("no prefix " + prefix);
        };
    }

    /** The unit for a UCUM code; one that is not in the table keeps its values and gets no suffix. */
    static Unit of(String ucum) {
        Unit unit = TABLE.get(ucum);
        if (unit != null) {
            return unit;
        }
        boolean annotation = ucum.startsWith("{") && ucum.endsWith("}");
        return new Unit("", 0, 1, 0, annotation);
    }
}
