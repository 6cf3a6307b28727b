package dev.baliza.server.units;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** UCUM codes and the Prometheus base units they are exported in. Numbers of customary units are the exact definitions. */
final class UnitTable {
    private static final Map<String, Unit> TABLE = new HashMap<>();

    static {
        dimensionless();
        electricity();
        mechanics();
        space();
        environment();
        information();
    }

    private UnitTable() {}

    static @Nullable Unit find(String ucum) {
        return TABLE.get(ucum);
    }

    private static void dimensionless() {
        TABLE.put("", Unit.NONE);
        TABLE.put("1", Unit.NONE);
        add("%", "ratio", -2);
        add("[ppth]", "ratio", -3);
        add("[ppm]", "ratio", -6);
        add("[ppb]", "ratio", -9);
        add("deg", "degrees", 0);
        add("rad", "radians", 0, "m");
        add("deg/s", "degrees_per_second", 0);
        add("rad/s", "radians_per_second", 0, "m");
        add("dB", "decibels", 0);
        add("B", "decibels", 1);
        add("dB[mW]", "decibel_milliwatts", 0);
        add("dB[W]", "decibel_milliwatts", 0, 1, 30);
        add("[pH]", "ph", 0);
        add("mol", "moles", 0, "u", "m", "k");
    }

    private static void electricity() {
        add("V", "volts", 0, "n", "u", "m", "k", "M");
        add("A", "amperes", 0, "n", "u", "m", "k");
        add("W", "watts", 0, "u", "m", "k", "M", "G");
        add("V.A", "volt_amperes", 0, "k", "M");
        add("J", "joules", 0, "m", "k", "M", "G");
        add("W.h", "joules", 2, 36, 0, "m", "k", "M", "G");
        add("Wh", "joules", 2, 36, 0, "m", "k", "M", "G");
        add("A.h", "coulombs", 2, 36, 0, "m");
        add("Ah", "coulombs", 2, 36, 0, "m");
        add("C", "coulombs", 0, "n", "u", "m");
        add("Ohm", "ohms", 0, "u", "m", "k", "M", "G");
        add("S", "siemens", 0, "n", "u", "m");
        add("S/m", "siemens_per_meter", 0, "u", "m");
        add("S/cm", "siemens_per_meter", 2, "u", "m");
        add("F", "farads", 0, "p", "n", "u", "m");
        add("H", "henries", 0, "n", "u", "m");
        add("T", "teslas", 0, "n", "u", "m");
        add("G", "teslas", -4, "m");
    }

    private static void mechanics() {
        add("Pa", "pascals", 0, "m", "h", "k", "M", "G");
        add("bar", "pascals", 5, "m");
        add("atm", "pascals", 0, 101_325, 0);
        add("m[Hg]", "pascals", 3, 133.322387415, 0, "m");
        add("[psi]", "pascals", 0, 6_894.757293168361, 0);
        add("N", "newtons", 0, "m", "k", "M");
        add("N.m", "newton_meters", 0, "m", "k");
        add("g", "grams", 0, "n", "u", "m", "k", "M");
        add("t", "grams", 6);
        add("[oz_av]", "grams", 0, 28.349523125, 0);
        add("[lb_av]", "grams", 0, 453.59237, 0);
        add("m/s", "meters_per_second", 0, "m", "c", "k");
        add("km/h", "meters_per_second", 0, 1 / 3.6, 0);
        add("mm/h", "meters_per_second", -3, 1 / 3_600.0, 0);
        add("[kn_i]", "meters_per_second", 0, 1_852 / 3_600.0, 0);
        add("[mi_i]/h", "meters_per_second", 0, 0.44704, 0);
        add("m/s2", "meters_per_second_squared", 0, "m", "c");
        add("[g]", "meters_per_second_squared", 0, 9.80665, 0, "m");
        add("Hz", "hertz", 0, "m", "k", "M", "G");
        add("/s", "hertz", 0);
        add("/min", "hertz", 0, 1 / 60.0, 0);
    }

    private static void space() {
        add("m", "meters", 0, "n", "u", "m", "c", "d", "k");
        add("[in_i]", "meters", 0, 0.0254, 0);
        add("[ft_i]", "meters", 0, 0.3048, 0);
        add("[mi_i]", "meters", 0, 1_609.344, 0);
        add("m2", "square_meters", 0);
        add("cm2", "square_meters", -4);
        add("mm2", "square_meters", -6);
        add("km2", "square_meters", 6);
        add("har", "square_meters", 4);
        add("m3", "cubic_meters", 0);
        add("dm3", "cubic_meters", -3);
        add("cm3", "cubic_meters", -6);
        add("mm3", "cubic_meters", -9);
        for (String liter : new String[] {"L", "l"}) {
            add(liter, "cubic_meters", -3, "u", "m", "c", "d", "h");
            add(liter + "/s", "cubic_meters_per_second", -3, "m");
            add(liter + "/min", "cubic_meters_per_second", -3, 1 / 60.0, 0, "m");
            add(liter + "/h", "cubic_meters_per_second", -3, 1 / 3_600.0, 0, "m");
        }
        add("[gal_us]", "cubic_meters", 0, 0.003785411784, 0);
        add("m3/s", "cubic_meters_per_second", 0);
        add("m3/min", "cubic_meters_per_second", 0, 1 / 60.0, 0);
        add("m3/h", "cubic_meters_per_second", 0, 1 / 3_600.0, 0);
        add("s", "seconds", 0, "n", "u", "m");
        add("min", "seconds", 0, 60, 0);
        add("h", "seconds", 2, 36, 0);
        add("d", "seconds", 2, 864, 0);
        add("wk", "seconds", 2, 6_048, 0);
    }

    private static void environment() {
        add("Cel", "celsius", 0, "m");
        add("K", "kelvin", 0, "m");
        add("[degF]", "celsius", 0, 5.0 / 9, -160.0 / 9);
        add("lx", "lux", 0, "m", "k");
        add("lm", "lumens", 0, "k");
        add("cd", "candelas", 0, "m", "k");
        add("W/m2", "watts_per_square_meter", 0, "m", "k");
        add("g/m3", "grams_per_cubic_meter", 0, "n", "u", "m", "k");
        add("g/L", "grams_per_cubic_meter", 3, "u", "m");
        add("g/l", "grams_per_cubic_meter", 3, "u", "m");
        add("Sv", "sieverts", 0, "n", "u", "m");
        add("Sv/h", "sieverts_per_second", 0, 1 / 3_600.0, 0, "n", "u", "m");
        add("Bq", "becquerels", 0, "k", "M");
        add("Bq/m3", "becquerels_per_cubic_meter", 0, "k");
    }

    private static void information() {
        add("By", "bytes", 0, "k", "M", "G", "T");
        add("KiBy", "bytes", 0, 1_024, 0);
        add("MiBy", "bytes", 0, 1_048_576, 0);
        add("GiBy", "bytes", 0, 1_073_741_824, 0);
        add("bit", "bytes", 0, 0.125, 0, "k", "M", "G");
        add("By/s", "bytes_per_second", 0, "k", "M", "G");
        add("bit/s", "bytes_per_second", 0, 0.125, 0, "k", "M", "G");
    }

    private static void add(String ucum, String suffix, int power, String... prefixes) {
        add(ucum, suffix, power, 1, 0, prefixes);
    }

    private static void add(String ucum, String suffix, int power, double factor, double offset, String... prefixes) {
        put(ucum, suffix, power, factor, offset);
        for (String prefix : prefixes) {
            put(prefix + ucum, suffix, power + powerOf(prefix), factor, offset);
        }
    }

    private static void put(String ucum, String suffix, int power, double factor, double offset) {
        Unit unit = new Unit(suffix, suffix.replace('_', ' '), power, factor, offset, true);
        if (TABLE.put(ucum, unit) != null) {
            throw new IllegalStateException(ucum + " stands twice in the table");
        }
    }

    private static int powerOf(String prefix) {
        return switch (prefix) {
            case "p" -> -12;
            case "n" -> -9;
            case "u" -> -6;
            case "m" -> -3;
            case "c" -> -2;
            case "d" -> -1;
            case "h" -> 2;
            case "k" -> 3;
            case "M" -> 6;
            case "G" -> 9;
            case "T" -> 12;
            default -> throw new IllegalStateException("no prefix " + prefix);
        };
    }
}
