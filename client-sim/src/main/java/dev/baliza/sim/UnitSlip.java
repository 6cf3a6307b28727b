package dev.baliza.sim;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Units as people write them where UCUM has another code. A server takes any text as a unit and exports what it does not know as it
 * is, so a slip would make a series of its own.
 */
public final class UnitSlip {
    private static final Map<String, String> CODES = new TreeMap<>();

    static {
        slips("Cel", "\u00b0C", "\u2103", "degC", "deg C", "celsius");
        slips("[degF]", "\u00b0F", "\u2109", "degF", "deg F", "fahrenheit");
        slips("K", "kelvin", "\u00b0K");
        slips("%", "percent", "pct", "%RH", "%rH", "RH");
        slips("deg", "\u00b0", "degree", "degrees");
        slips("Ohm", "\u03a9", "\u2126", "ohm", "ohms");
        slips("[ppm]", "ppm");
        slips("[ppb]", "ppb");
        slips("[psi]", "psi");
        slips("[pH]", "pH");
        slips("dB[mW]", "dBm");
        slips("V", "volt", "volts");
        slips("A", "amp", "amps", "ampere", "amperes");
        slips("W", "watt", "watts");
        slips("s", "sec", "secs", "second", "seconds");
        slips("h", "hr", "hrs", "hour", "hours");
        slips("km/h", "kph", "kmh", "km/hr");
    }

    private UnitSlip() {}

    private static void slips(String code, String... written) {
        for (String one : written) {
            CODES.put(one.toLowerCase(Locale.ROOT), code);
        }
    }

    /** The UCUM code that was probably meant; empty when the unit is one, or is not known to be a slip. */
    public static Optional<String> instead(String quantity, String unit) {
        if (quantity.contains("temperature") && (unit.equals("C") || unit.equals("F"))) {
            return Optional.of(unit.equals("C") ? "Cel" : "[degF]"); // elsewhere coulomb and farad
        }
        return Optional.ofNullable(CODES.get(unit.toLowerCase(Locale.ROOT))).filter(code -> !code.equals(unit));
    }

    /** Every slip that is known, in lower case, and its code. */
    public static Map<String, String> all() {
        return Map.copyOf(CODES);
    }
}
