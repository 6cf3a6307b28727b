package dev.baliza.server.postfix;

import dev.baliza.protocol.CalcResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole calculation in postfix notation, compiled: what can be wrong with it is found then, but for what depends on numbers. Immutable.
 * Limits: {@value #MAX_TOKENS} tokens, {@value PostfixMachine#DEEP} operands at a time. Spec: SPEC §15.1.
 */
public final class Expression {
    public static final int MAX_TOKENS = 64;

    private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    private sealed interface Step {}

    private record Push(double number) implements Step {}

    private record Read(int input) implements Step {}

    private record Apply(Operator operator) implements Step {}

    private final Step[] steps;
    private final List<ReadingName> inputs;

    private Expression(List<Step> steps, List<ReadingName> inputs) {
        this.steps = steps.toArray(Step[]::new);
        this.inputs = List.copyOf(inputs);
    }

    /**
     * Compiles.
     *
     * @param text tokens with blanks between them; one that holds blanks stands in double quotes
     * @throws IllegalArgumentException with a message for the user
     */
    public static Expression compile(String text) {
        List<Step> steps = new ArrayList<>();
        List<ReadingName> inputs = new ArrayList<>();
        int depth = 0;
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            boolean quoted = matcher.group(1) != null;
            String token = quoted ? matcher.group(1) : matcher.group(2);
            String place = "token " + (steps.size() + 1) + " '" + token + "'";
            check(steps.size() < MAX_TOKENS, place + " is one too many: an expression has at most " + MAX_TOKENS);
            Step step = step(token, quoted, place, inputs);
            int takes = step instanceof Apply apply ? apply.operator.operands() : 0;
            check(
                    depth >= takes,
                    place + " takes " + takes + " operands and there are " + depth
                            + "; in postfix notation an operator stands behind them, as in './inlet 2 *'");
            depth += 1 - takes;
            check(
                    depth <= PostfixMachine.DEEP,
                    place + " is the operand number " + depth + " that waits for an operator; at most "
                            + PostfixMachine.DEEP + " can, so put operators earlier");
            steps.add(step);
        }
        check(
                depth == 1,
                depth == 0
                        ? "the expression is empty; write one such as './inlet rack-2/inlet -'"
                        : depth + " operands are left at the end and one must be; an operator is missing");
        return new Expression(steps, inputs);
    }

    private static Step step(String token, boolean quoted, String place, List<ReadingName> inputs) {
        if (!quoted && NUMBER.matcher(token).matches()) {
            double number = Double.parseDouble(token);
            check(Double.isFinite(number), place + " is too large for a number");
            return new Push(number);
        }
        Operator operator = quoted ? null : Operator.of(token);
        if (operator != null) {
            return new Apply(operator);
        }
        Optional<ReadingName> name = ReadingName.of(token).filter(ReadingName::namesADevice);
        check(
                name.isPresent(),
                place + " is no number, operator or reading; operators are " + Operator.symbols()
                        + ", and a reading is ./temperature of the device itself or lab-1/temperature of another");
        if (!inputs.contains(name.get())) {
            inputs.add(name.get());
        }
        return new Read(inputs.indexOf(name.get()));
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The readings it needs, each once. */
    public List<ReadingName> inputs() {
        return inputs;
    }

    /**
     * Calculates; at most {@value #MAX_TOKENS} steps.
     *
     * @param machine a deep one, whose {@link PostfixMachine#value} is the result when this returns OK; what it held is forgotten
     * @param values of {@link #inputs}, in their order
     */
    public CalcResult evaluate(PostfixMachine machine, double[] values) {
        machine.clear();
        for (Step step : steps) {
            CalcResult result;
            if (step instanceof Push push) {
                result = machine.number(push.number);
            } else if (step instanceof Read read) {
                result = machine.number(values[read.input]);
            } else {
                result = machine.apply(((Apply) step).operator);
            }
            if (result != CalcResult.OK) {
                return result;
            }
        }
        return machine.end();
    }
}
