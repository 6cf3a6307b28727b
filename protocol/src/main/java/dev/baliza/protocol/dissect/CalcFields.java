package dev.baliza.protocol.dissect;

import dev.baliza.protocol.CalcMessage.Kind;
import dev.baliza.protocol.CalcResult;
import dev.baliza.protocol.ErrorCode;

/** Payloads of calculations. Spec: SPEC §15. */
final class CalcFields {
    private CalcFields() {}

    static void token(Walk in) throws FaultException {
        in.section("15.1");
        in.field("session", in.u32());
        in.field("token", in.u32());
        int kind = in.u8();
        boolean known = kind > 0 && kind <= Kind.values().length;
        in.field("kind", known ? Kind.values()[kind - 1].name() : kind + ", unknown");
        if (!known) {
            throw in.fault(ErrorCode.BAD_VALUE, "15.1", "expected a kind of 1 to 4, found " + kind);
        }
        int flags = in.u8();
        in.field("flags", (flags & 1) != 0 ? "deep stack" : "");
        if ((flags & ~1) != 0) {
            throw ControlFields.reservedFlags(in, flags);
        }
        in.reserved(2);
        switch (Kind.values()[kind - 1]) {
            case NUMBER -> in.field("number", Double.toString(in.f64()));
            case READING -> in.str8("reading", ErrorCode.BAD_VALUE, -1);
            case OPERATOR -> in.str8("operator", ErrorCode.BAD_VALUE, -1);
            case END -> {}
        }
    }

    static void answer(Walk in) throws FaultException {
        in.section("15.2");
        in.field("session", in.u32());
        in.field("token", in.u32());
        int code = in.u8();
        CalcResult result = CalcResult.of(code);
        in.field("result", result == null ? code + ", unknown here" : result.name());
        in.field("depth", in.u8());
        in.reserved(2);
        in.field("value", Double.toString(in.f64()));
        in.str8("text", ErrorCode.BAD_VALUE, -1);
    }
}
