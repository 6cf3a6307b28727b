package dev.baliza.server.operator;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Arguments of a command to a device from the texts that an operator wrote: {@code millis=500} guesses the type, {@code millis:u32=500}
 * says it. Spec: SPEC §7.7.
 */
final class CommandArguments {
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,20}");
    private static final Pattern REAL = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");

    private CommandArguments() {}

    /** @throws IllegalArgumentException what is wrong, and what is allowed */
    static List<Message.Command.Argument> of(Map<String, String> texts) {
        List<Message.Command.Argument> arguments = new ArrayList<>();
        texts.forEach((name, text) -> arguments.add(argument(name, text)));
        return arguments;
    }

    private static Message.Command.Argument argument(String name, String text) {
        int colon = name.indexOf(':');
        if (colon >= 0) {
            SensorType type = type(name.substring(colon + 1));
            return new Message.Command.Argument(name.substring(0, colon), type, value(name, type, text));
        }
        SensorType type = guess(text);
        return new Message.Command.Argument(name, type, value(name, type, text));
    }

    private static SensorType type(String name) {
        try {
            SensorType type = SensorType.valueOf(name.toUpperCase(Locale.ROOT));
            if (type.form() != SensorType.Form.COMPONENTS && type != SensorType.BYTES) {
                return type;
            }
        } catch (IllegalArgumentException e) {
            // the same advice
        }
        throw new IllegalArgumentException("'" + name
                + "' is no type of an argument; use boolean, i8 to i64, u8 to u64, f32, f64, enumeration or text");
    }

    private static SensorType guess(String text) {
        if (text.equals("true") || text.equals("false")) {
            return SensorType.BOOLEAN;
        }
        if (WHOLE.matcher(text).matches() && fits(SensorType.I64, new BigInteger(text))) {
            return SensorType.I64;
        }
        return REAL.matcher(text).matches() ? SensorType.F64 : SensorType.TEXT;
    }

    private static Value value(String name, SensorType type, String text) {
        switch (type) {
            case BOOLEAN -> {
                if (text.equals("true") || text.equals("false")) {
                    return new Value.Whole(text.equals("true") ? 1 : 0);
                }
            }
            case F32, F64 -> {
                if (REAL.matcher(text).matches()) {
                    return new Value.Real(Double.parseDouble(text));
                }
            }
            case TEXT -> {
                return Value.Octets.of(text);
            }
            default -> {
                if (WHOLE.matcher(text).matches() && fits(type, new BigInteger(text))) {
                    return new Value.Whole(new BigInteger(text).longValue());
                }
            }
        }
        throw new IllegalArgumentException("argument '" + name + "': '" + text + "' is no "
                + type.name().toLowerCase(Locale.ROOT) + ", or out of its range");
    }

    private static boolean fits(SensorType type, BigInteger number) {
        int bits = type == SensorType.ENUMERATION
                ? 16
                : Integer.parseInt(type.name().substring(1));
        boolean signed = type.name().startsWith("I");
        return signed ? number.bitLength() < bits : number.signum() >= 0 && number.bitLength() <= bits;
    }
}
