package dev.baliza.server.postfix;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be done with operands. Spec: SPEC §15.1. */
public enum Operator {
    PLUS("+", 2, (a, b) -> a + b),
    MINUS("-", 2, (a, b) -> a - b),
    TIMES("*", 2, (a, b) -> a * b),
    DIVIDE("/", 2, (a, b) -> a / b),
    REMAINDER("%", 2, (a, b) -> a % b),
    MIN("min", 2, Math::min),
    MAX("max", 2, Math::max),
    POW("pow", 2, Math::pow),
    ABS("abs", 1, (a, none) -> Math.abs(a)),
    NEG("neg", 1, (a, none) -> 0 - a),
    SQRT("sqrt", 1, (a, none) -> Math.sqrt(a)),
    LN("ln", 1, (a, none) -> Math.log(a)),
    EXP("exp", 1, (a, none) -> Math.exp(a));

    private static final Map<String, Operator> BY_SYMBOL =
            Arrays.stream(values()).collect(Collectors.toMap(operator -> operator.symbol, Function.identity()));

    private final String symbol;
    private final int operands;

    @SuppressWarnings("ImmutableEnumChecker") // all without state
    private final DoubleBinaryOperator function;

    Operator(String symbol, int operands, DoubleBinaryOperator function) {
        this.symbol = symbol;
        this.operands = operands;
        this.function = function;
    }

    static @Nullable Operator of(String symbol) {
        return BY_SYMBOL.get(symbol);
    }

    /** One or two. */
    int operands() {
        return operands;
    }

    /** Whether it has no result for this right operand because it is 0. */
    boolean dividesBy(double right) {
        return right == 0 && (this == DIVIDE || this == REMAINDER);
    }

    /** @param right ignored by those of one operand */
    double apply(double left, double right) {
        return function.applyAsDouble(left, right);
    }

    /** All symbols, for people. */
    public static String symbols() {
        return Arrays.stream(values()).map(operator -> operator.symbol).collect(Collectors.joining(" "));
    }
}
