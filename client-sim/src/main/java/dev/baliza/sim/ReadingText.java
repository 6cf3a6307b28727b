package dev.baliza.sim;

import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code temperature/inlet=21.5Cel} and its like. */
final class ReadingText {
    private static final Pattern READING = Pattern.compile("([^=/]+)(?:/([^=]*))?=(.*)", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)(.*)");
    private static final Pattern QUOTED = Pattern.compile("\"(.*)\"", Pattern.DOTALL);

    private ReadingText() {}

    /** Whole numbers become I64, others F64, true and false BOOLEAN, quoted text TEXT; what follows a number is its unit. */
    static NamedReading parse(String text) {
        Matcher reading = READING.matcher(text);
        if (!reading.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' must be quantity=value, such as temperature=21.5Cel or door/front=true");
        }
        String quantity = reading.group(1);
        String channel = reading.group(2) == null ? "" : reading.group(2);
        String value = reading.group(3);
        if (!Names.isQuantity(quantity)) {
            throw new IllegalArgumentException("quantity '" + quantity
                    + "' must start with a lower-case letter and go on with a-z, 0-9 and _, at most 48 in all");
        }
        if (!channel.isEmpty() && !Names.isLabel(channel)) {
            throw new IllegalArgumentException(
                    "channel '" + channel + "' is longer than 64 bytes or has control characters");
        }
        Matcher quoted = QUOTED.matcher(value);
        if (quoted.matches()) {
            return reading(quantity, channel, "", SensorType.TEXT, Value.Octets.of(quoted.group(1)));
        }
        if (value.equals("true") || value.equals("false")) {
            return reading(quantity, channel, "", SensorType.BOOLEAN, new Value.Whole(value.equals("true") ? 1 : 0));
        }
        Matcher number = NUMBER.matcher(value);
        if (!number.matches()) {
            throw new IllegalArgumentException(
                    "'" + value + "' is no value; write a number with its unit (21.5Cel), true, false or \"text\"");
        }
        String unit = number.group(2);
        if (!Names.isUnit(unit)) {
            throw new IllegalArgumentException("unit '" + unit + "' is longer than 32 bytes or has control characters");
        }
        UnitSlip.instead(quantity, unit).ifPresent(code -> {
            throw new IllegalArgumentException(
                    "unit '" + unit + "' is not the UCUM code of what is meant; write " + number.group(1) + code);
        });
        return number(quantity, channel, unit, number.group(1));
    }

    private static NamedReading number(String quantity, String channel, String unit, String digits) {
        try {
            return reading(quantity, channel, unit, SensorType.I64, new Value.Whole(Long.parseLong(digits)));
        } catch (NumberFormatException notWhole) {
            return reading(quantity, channel, unit, SensorType.F64, new Value.Real(Double.parseDouble(digits)));
        }
    }

    private static NamedReading reading(String quantity, String channel, String unit, SensorType type, Value value) {
        return new NamedReading(0, quantity, channel, unit, type, 0, value);
    }
}
