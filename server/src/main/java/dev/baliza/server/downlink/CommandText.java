package dev.baliza.server.downlink;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import java.util.StringJoiner;

/** A command in a line: its name, then its arguments as {@code name=value}. */
final class CommandText {
    private CommandText() {}

    static String of(Message.Command command) {
        StringJoiner line = new StringJoiner(" ");
        line.add(command.name());
        for (Message.Command.Argument argument : command.arguments()) {
            line.add(argument.name() + "=" + value(argument.type(), argument.value()));
        }
        return line.toString();
    }

    private static String value(SensorType type, Value value) {
        if (value instanceof Value.Whole whole) {
            return type == SensorType.U64 ? Long.toUnsignedString(whole.raw()) : Long.toString(whole.raw());
        }
        if (value instanceof Value.Real real) {
            return Double.toString(real.value());
        }
        if (value instanceof Value.Octets octets) {
            return type == SensorType.TEXT
                    ? '"' + octets.text() + '"'
                    : "(" + octets.bytes().remaining() + " bytes)";
        }
        return value instanceof Value.Components parts
                ? "(" + parts.a() + "," + parts.b() + "," + parts.c() + "," + parts.d() + ")"
                : "";
    }
}
