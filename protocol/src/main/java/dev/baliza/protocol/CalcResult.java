package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** What became of a token of a calculation. Spec: SPEC §15.2. */
public enum CalcResult {
    OK,
    /** The right operand of / or % is 0. */
    DIVISION_BY_ZERO,
    /** The result is too large for an f64. */
    OVERFLOW,
    /** There is no result: the root of a negative number, or a number that is not finite. */
    UNDEFINED,
    /** The operator, or the end, wants more operands than there are. */
    TOO_FEW_OPERANDS,
    /** No room for one more, or more than one left at the end. */
    TOO_MANY_OPERANDS,
    UNKNOWN_OPERATOR,
    /** No such device and channel, or it has no live reading. */
    UNKNOWN_SENSOR,
    /** The session is not known, any more: begin one with token 0. */
    UNKNOWN_SESSION,
    /** Not the next token and not the last one. */
    WRONG_TOKEN,
    /** This sender may not calculate here. */
    NOT_ALLOWED,
    /** Not now. */
    BUSY;

    private static final CalcResult[] ALL = values();

    /** The u8 on the wire. */
    public int code() {
        return ordinal();
    }

    /** The result with this code, or null for one of a later version. */
    public static @Nullable CalcResult of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : null;
    }
}
