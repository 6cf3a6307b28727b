package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;

/** CALC and CALC_ANSWER. */
final class CalcVectors {
    private static final int FROM_SERVER = 0x20;

    private CalcVectors() {}

    static void addTo(VectorWriter to) {
        tokens(to);
        answers(to);
    }

    private static VectorText token(VectorText text, int token, int kind, int flags, int reserved) {
        return text.header(MessageType.CALC)
                .u32(77, "session")
                .u32(token, "token")
                .u8(kind, "kind")
                .u8(flags, "flags")
                .u16(reserved, "reserved");
    }

    private static void tokens(VectorWriter to) {
        to.add(
                "calc/number",
                token(
                                ok("§15.1", "CALC: the number 21, of a sender that is no device")
                                        .device(0)
                                        .epoch(0)
                                        .seq(0, 0),
                                0,
                                1,
                                0,
                                0)
                        .f64(21, "number")
                        .end());
        to.add(
                "calc/reading",
                token(ok("§15.1", "CALC: a reading, on a deep stack"), 0, 2, 1, 0)
                        .str8("lab-1/temperature", "reading")
                        .end());
        to.add(
                "calc/operator",
                token(ok("§15.1", "CALC: an operator"), 2, 3, 0, 0)
                        .str8("*", "operator")
                        .end());
        to.add("calc/end", token(ok("§15.1", "CALC: the end"), 3, 4, 0, 0).end());
        to.add(
                "calc/not-a-number",
                token(ok("§15.2", "CALC: NaN is legal here, and answered UNDEFINED"), 0, 1, 0, 0)
                        .f64(Double.NaN, "number")
                        .end());
        to.add(
                "calc/unknown-kind",
                token(bad(ErrorCode.BAD_VALUE, "§15.1", "kind 5"), 0, 5, 0, 0)
                        .f64(1, "number")
                        .end());
        to.add(
                "calc/kind-0",
                token(bad(ErrorCode.BAD_VALUE, "§15.1", "kind 0"), 0, 0, 0, 0)
                        .f64(1, "number")
                        .end());
        to.add(
                "calc/reserved-flag",
                token(bad(ErrorCode.RESERVED_BITS, "§15.1, §1.5", "flag bit 1 is set"), 0, 1, 2, 0)
                        .f64(1, "number")
                        .end());
        to.add(
                "calc/reserved",
                token(bad(ErrorCode.RESERVED_BITS, "§15.1, §1.5", "a reserved byte is set"), 0, 1, 0, 1)
                        .f64(1, "number")
                        .end());
        to.add(
                "calc/end-with-operand",
                token(bad(ErrorCode.TRAILING_BYTES, "§15.1", "an end has no operand"), 3, 4, 0, 0)
                        .f64(1, "too many")
                        .end());
        to.add(
                "calc/truncated",
                token(bad(ErrorCode.TRUNCATED, "§15.1", "half a number"), 0, 1, 0, 0)
                        .u32(1, "half")
                        .end());
        to.add(
                "calc/operator-not-utf8",
                token(bad(ErrorCode.BAD_VALUE, "§15.1, §1.2", "an operator that is not UTF-8"), 0, 3, 0, 0)
                        .raw("02c328", "operator")
                        .end());
    }

    private static VectorText answer(VectorText text, int result, int depth, int reserved) {
        return text.flags(FROM_SERVER)
                .header(MessageType.CALC_ANSWER)
                .u32(77, "session")
                .u32(3, "token")
                .u8(result, "result")
                .u8(depth, "depth")
                .u16(reserved, "reserved");
    }

    private static void answers(VectorWriter to) {
        to.add(
                "calc-answer/forty-two",
                answer(ok("§15.2", "CALC_ANSWER: 42"), 0, 0, 0)
                        .f64(42, "value")
                        .str8("", "text")
                        .end());
        to.add(
                "calc-answer/division-by-zero",
                answer(ok("§15.2, §15.2.1", "CALC_ANSWER: the stack is as it was"), 1, 2, 0)
                        .f64(0, "value")
                        .str8("division by zero", "text")
                        .end());
        to.add(
                "calc-answer/reserved",
                answer(bad(ErrorCode.RESERVED_BITS, "§15.2, §1.5", "a reserved byte is set"), 0, 0, 0x100)
                        .f64(42, "value")
                        .str8("", "text")
                        .end());
        to.add(
                "calc-answer/truncated",
                answer(bad(ErrorCode.TRUNCATED, "§15.2", "no text"), 0, 0, 0)
                        .f64(42, "value")
                        .end());
    }
}
