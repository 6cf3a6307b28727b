package dev.baliza.server.postfix;

import dev.baliza.protocol.CalcResult;

/**
 * A stack of numbers and operators on it. What fails leaves the stack as it was. Confined to one thread. Limits: as many operands as it is
 * made for. Spec: SPEC §15.
 */
public final class PostfixMachine {
    /** Operands of a calculation that does not ask for more. */
    public static final int SHALLOW = 2;
    /** Operands of one that does. */
    public static final int DEEP = 16;

    private final double[] stack;
    private int depth;
    private double value;

    public PostfixMachine(int operands) {
        stack = new double[operands];
    }

    /** Puts an operand on the stack. */
    public CalcResult number(double number) {
        if (!Double.isFinite(number)) {
            return CalcResult.UNDEFINED;
        }
        if (depth == stack.length) {
            return CalcResult.TOO_MANY_OPERANDS;
        }
        push(number);
        return CalcResult.OK;
    }

    /** Takes operands off the stack and puts the result on it. */
    public CalcResult operator(String symbol) {
        Operator operator = Operator.of(symbol);
        return operator == null ? CalcResult.UNKNOWN_OPERATOR : apply(operator);
    }

    CalcResult apply(Operator operator) {
        if (depth < operator.operands()) {
            return CalcResult.TOO_FEW_OPERANDS;
        }
        double right = stack[depth - 1];
        double left = stack[depth - operator.operands()];
        if (operator.dividesBy(right)) {
            return CalcResult.DIVISION_BY_ZERO;
        }
        double result = operator.apply(left, right);
        if (!Double.isFinite(result)) {
            boolean poleOrNothing = Double.isNaN(result) || (operator == Operator.LN) || isPole(operator, left);
            return poleOrNothing ? CalcResult.UNDEFINED : CalcResult.OVERFLOW;
        }
        depth -= operator.operands();
        push(result + 0.0); // no negative zero
        return CalcResult.OK;
    }

    /** 0 to a negative power is no number, however large. */
    private static boolean isPole(Operator operator, double left) {
        return operator == Operator.POW && left == 0;
    }

    private void push(double number) {
        stack[depth++] = number;
        value = number;
    }

    /** Takes the one operand that is left: the result. */
    public CalcResult end() {
        if (depth != 1) {
            return depth == 0 ? CalcResult.TOO_FEW_OPERANDS : CalcResult.TOO_MANY_OPERANDS;
        }
        depth = 0;
        return CalcResult.OK;
    }

    void clear() {
        depth = 0;
    }

    public int depth() {
        return depth;
    }

    /** The topmost operand, or what {@link #end} took; 0 if there was none. */
    public double value() {
        return value;
    }
}
