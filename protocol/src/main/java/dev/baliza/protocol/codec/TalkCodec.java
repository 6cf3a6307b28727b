package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Payloads of EVENT, TEXT, COMMAND and RESULT. Spec: SPEC §7.5–§7.8. */
final class TalkCodec {
    private static final int MAX_SEVERITY = 7;
    /** A name of one letter, a type and a value of one byte. */
    private static final int MIN_ARGUMENT_BYTES = 4;

    private TalkCodec() {}

    static Message read(MessageType type, PayloadReader in) throws ProtocolException {
        return switch (type) {
            case EVENT -> readEvent(in);
            case TEXT ->
                new Message.Text(in.i64(), in.text8(Limits.MAX_AUTHOR_BYTES), in.text16(Limits.MAX_TEXT_BYTES));
            case COMMAND -> readCommand(in);
            case RESULT -> readResult(in);
            default -> throw new IllegalStateException("no talk: " + type);
        };
    }

    private static Message readEvent(PayloadReader in) throws ProtocolException {
        int format = limited(in.u8(), 1, "format");
        int severity = limited(in.u8(), MAX_SEVERITY, "severity");
        TimeMode mode = TimeMode.of(in.u8());
        if (mode == null) {
            throw bad("the time mode of an event is 0 to 2");
        }
        in.reserved(1);
        long time = in.i64();
        if (mode == TimeMode.ON_ARRIVAL && time != 0) {
            throw new ProtocolException(ErrorCode.RESERVED_BITS, "an event stamped on arrival has the time 0");
        }
        return new Message.Event(format == 1, severity, mode, time, in.text16(Limits.MAX_EVENT_BYTES));
    }

    private static Message readCommand(PayloadReader in) throws ProtocolException {
        long id = in.i64();
        if (id == 0) {
            throw bad("0 is no command's id");
        }
        long deadline = in.u32();
        String name = in.name8(-1);
        if (!Names.isCommand(name)) {
            throw new ProtocolException(ErrorCode.BAD_NAME, "a command's name is [a-z][a-z0-9-]{0,63}");
        }
        int count = in.u8();
        if (count > Limits.MAX_ARGUMENTS) {
            throw bad(count + " arguments, at most " + Limits.MAX_ARGUMENTS + " here");
        }
        in.need((long) count * MIN_ARGUMENT_BYTES);
        List<Message.Command.Argument> arguments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            arguments.add(readArgument(in, i));
        }
        return new Message.Command(id, deadline, name, arguments);
    }

    private static Message.Command.Argument readArgument(PayloadReader in, int index) throws ProtocolException {
        String name = in.name8(index);
        SensorType type = SensorType.of(in.u8());
        if (!Names.isArgument(name)) {
            throw new ProtocolException(ErrorCode.BAD_NAME, index, "an argument's name is [a-z][a-z0-9_-]{0,47}");
        }
        if (type == null) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, index, "unknown type of argument " + index);
        }
        return new Message.Command.Argument(name, type, ReadingsCodec.readValue(in, type));
    }

    private static Message readResult(PayloadReader in) throws ProtocolException {
        long command = in.i64();
        int state = in.u8();
        in.reserved(3);
        int exitStatus = in.i32();
        Message.Result.State[] states = Message.Result.State.values();
        if (state >= states.length) {
            throw bad("the state of a result is 0 to 3");
        }
        return new Message.Result(command, states[state], exitStatus, in.text16(Limits.MAX_TEXT_BYTES));
    }

    private static int limited(int code, int highest, String field) throws ProtocolException {
        if (code > highest) {
            throw bad("the " + field + " of an event is 0 to " + highest);
        }
        return code;
    }

    private static ProtocolException bad(String detail) {
        return new ProtocolException(ErrorCode.BAD_VALUE, detail);
    }

    /** Whether the message was one of these, and is written. */
    static boolean write(ByteBuffer out, Message message) {
        if (message instanceof Message.Event event) {
            out.put((byte) (event.json() ? 1 : 0)).put((byte) event.severity());
            out.put((byte) event.mode().ordinal()).put((byte) 0).putLong(event.timeMicros());
            writeStr16(out, event.body(), Limits.MAX_EVENT_BYTES);
        } else if (message instanceof Message.Text text) {
            out.putLong(text.id());
            MessageCodec.writeStr8(out, text.author());
            writeStr16(out, text.text(), Limits.MAX_TEXT_BYTES);
        } else if (message instanceof Message.Command command) {
            out.putLong(command.id()).putInt((int) command.deadlineSeconds());
            MessageCodec.writeStr8(out, command.name());
            out.put((byte) command.arguments().size());
            for (Message.Command.Argument argument : command.arguments()) {
                MessageCodec.writeStr8(out, argument.name());
                out.put((byte) argument.type().code());
                ReadingsCodec.writeValue(out, argument.type(), argument.value());
            }
        } else if (message instanceof Message.Result result) {
            out.putLong(result.command()).putInt(result.state().ordinal() << 24).putInt(result.exitStatus());
            writeStr16(out, result.output(), Limits.MAX_TEXT_BYTES);
        } else {
            return false;
        }
        return true;
    }

    /** Writes a str16; longer text is a bug of the caller. */
    private static void writeStr16(ByteBuffer out, String text, int maxBytes) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > maxBytes) {
            throw new IllegalArgumentException("a text of " + utf8.length + " bytes");
        }
        out.putShort((short) utf8.length).put(utf8);
    }
}
