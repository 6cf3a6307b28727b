package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import java.util.Locale;

/** Payloads of EVENT, TEXT, COMMAND and RESULT. Spec: SPEC §7.5–§7.8. */
final class TalkFields {
    private static final String[] FORMATS = {"text", "JSON"};
    private static final String[] SEVERITIES = {
        "emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"
    };
    private static final int MIN_ARGUMENT_BYTES = 4;

    private TalkFields() {}

    static void event(Walk in) throws FaultException {
        in.section("7.5");
        choice(in, "format", FORMATS);
        choice(in, "severity", SEVERITIES);
        int modeCode = in.u8();
        TimeMode mode = TimeMode.of(modeCode);
        in.field("timeMode", mode == null ? "unknown" : lower(mode));
        if (mode == null) {
            throw in.fault(ErrorCode.BAD_VALUE, "7.5.1", "expected a time mode of 0 to 2, found " + modeCode);
        }
        in.reserved(1);
        long time = in.i64();
        in.field(
                "time",
                switch (mode) {
                    case ON_ARRIVAL -> "";
                    case ABSOLUTE -> Texts.date(time);
                    case SINCE_BOOT -> Texts.seconds(time) + " since boot";
                });
        if (mode == TimeMode.ON_ARRIVAL && time != 0) {
            throw in.fault(ErrorCode.RESERVED_BITS, "1.5", "expected 0 in the time of an event on arrival");
        }
        in.text("body", 2, Limits.MAX_EVENT_BYTES, "7.5.1");
    }

    static void text(Walk in) throws FaultException {
        in.section("7.6");
        in.field("id", "%016x".formatted(in.i64()));
        in.text("author", 1, Limits.MAX_AUTHOR_BYTES, "7.6.1");
        in.text("text", 2, Limits.MAX_TEXT_BYTES, "7.6.1");
    }

    static void command(Walk in) throws FaultException {
        in.section("7.7");
        long id = in.i64();
        in.field("id", "%016x".formatted(id));
        if (id == 0) {
            throw in.fault(ErrorCode.BAD_VALUE, "7.7.1", "expected an id, found 0");
        }
        in.field("deadlineSeconds", in.u32());
        String name = in.str8("name", ErrorCode.BAD_NAME, -1);
        if (!Names.isCommand(name)) {
            throw in.fault(ErrorCode.BAD_NAME, "7.7.1", "expected [a-z][a-z0-9-]{0,63}");
        }
        int count = in.u8();
        in.field("count", count + " arguments");
        if (count > Limits.MAX_ARGUMENTS) {
            throw in.fault(ErrorCode.BAD_VALUE, "7.7.1", "expected at most 16 arguments, found " + count);
        }
        in.need((long) count * MIN_ARGUMENT_BYTES);
        for (int i = 0; i < count; i++) {
            argument(in, i);
        }
    }

    private static void argument(Walk in, int index) throws FaultException {
        String name = in.str8("argument", ErrorCode.BAD_NAME, index);
        int nameAt = in.lastField();
        int typeCode = in.u8();
        SensorType type = SensorType.of(typeCode);
        in.field("type", type == null ? "unknown" : type.name());
        if (!Names.isArgument(name)) {
            throw new FaultException(nameAt, ErrorCode.BAD_NAME, "7.7.1", index, "expected [a-z][a-z0-9_-]{0,47}");
        }
        if (type == null) {
            throw new FaultException(
                    in.lastField(),
                    ErrorCode.BAD_VALUE,
                    "7.7.1",
                    index,
                    "expected a type of 1 to 18, found " + typeCode);
        }
        in.field("value", ValueText.read(in, type, 0).text());
    }

    static void result(Walk in) throws FaultException {
        in.section("7.8");
        in.field("command", "%016x".formatted(in.i64()));
        int state = in.u8();
        Message.Result.State[] states = Message.Result.State.values();
        in.field("state", state < states.length ? states[state].name() : "unknown");
        int stateAt = in.lastField();
        in.reserved(3);
        in.field("exitStatus", in.i32());
        if (state >= states.length) {
            throw new FaultException(
                    stateAt, ErrorCode.BAD_VALUE, "7.8.1", -1, "expected a state of 0 to 3, found " + state);
        }
        in.text("output", 2, Limits.MAX_TEXT_BYTES, "7.8.1");
    }

    private static void choice(Walk in, String field, String[] names) throws FaultException {
        int code = in.u8();
        in.field(field, code < names.length ? names[code] : "unknown");
        if (code >= names.length) {
            throw in.fault(ErrorCode.BAD_VALUE, "7.5.1", "expected 0 to " + (names.length - 1) + ", found " + code);
        }
    }

    private static String lower(TimeMode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
