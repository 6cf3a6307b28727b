package dev.baliza.server.calc;

import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcMessage.Token;
import dev.baliza.protocol.CalcResult;
import dev.baliza.server.postfix.Operator;
import dev.baliza.server.postfix.PostfixMachine;
import org.jspecify.annotations.Nullable;

/** The tokens of one session, each applied once. Confined to one thread. Spec: SPEC §15.1, §15.2. */
final class CalcSession {
    /** What a reading is worth now, or why it is worth nothing. */
    record Operand(double value, CalcResult result, String text) {
        static Operand of(double value) {
            return new Operand(value, CalcResult.OK, "");
        }

        static Operand none(CalcResult why, String text) {
            return new Operand(0, why, text);
        }
    }

    /** Looks readings up. */
    interface Readings {
        /** @param sensor "device/channel" */
        Operand newest(String sensor);
    }

    private final Readings readings;
    private @Nullable PostfixMachine machine;
    private CalcMessage.@Nullable Answer last;
    private long next;
    private long heardMicros;

    CalcSession(Readings readings) {
        this.readings = readings;
    }

    void heard(long nowMicros) {
        heardMicros = nowMicros;
    }

    long heardMicros() {
        return heardMicros;
    }

    CalcMessage.Answer take(Token token) {
        if (token.token() == next - 1 && last != null) {
            return last;
        }
        if (token.token() != next) {
            String text = "expected token " + next + "; begin another session after a mistake";
            return new CalcMessage.Answer(
                    token.session(), token.token(), CalcResult.WRONG_TOKEN.code(), depth(), 0, text);
        }
        PostfixMachine used = machine;
        if (used == null) {
            used = new PostfixMachine(token.deep() ? PostfixMachine.DEEP : PostfixMachine.SHALLOW);
            machine = used;
        }
        Operand outcome = apply(used, token);
        CalcMessage.Answer answer = new CalcMessage.Answer(
                token.session(),
                token.token(),
                outcome.result.code(),
                used.depth(),
                outcome.result == CalcResult.OK ? used.value() : 0,
                outcome.text);
        if (outcome.result == CalcResult.BUSY) {
            return answer; // not applied: the same number may come again
        }
        boolean ended = token.kind() == CalcMessage.Kind.END && outcome.result == CalcResult.OK;
        machine = ended ? null : used;
        next++;
        last = answer;
        return answer;
    }

    private int depth() {
        return machine == null ? 0 : machine.depth();
    }

    private Operand apply(PostfixMachine to, Token token) {
        Operand operand = Operand.of(token.number());
        if (token.kind() == CalcMessage.Kind.READING) {
            operand = readings.newest(token.text());
            if (operand.result != CalcResult.OK) {
                return operand;
            }
        }
        CalcResult result = switch (token.kind()) {
            case NUMBER, READING -> to.number(operand.value);
            case OPERATOR -> to.operator(token.text());
            case END -> to.end();
        };
        return Operand.none(result, explain(result, to.depth()));
    }

    private static String explain(CalcResult result, int depth) {
        return switch (result) {
            case OK -> "";
            case DIVISION_BY_ZERO -> "division by zero";
            case OVERFLOW -> "the result is too large";
            case UNDEFINED -> "there is no such number";
            case TOO_FEW_OPERANDS -> "too few operands: " + depth;
            case TOO_MANY_OPERANDS -> "too many operands: " + depth + " are there";
            case UNKNOWN_OPERATOR -> "unknown operator; there are " + Operator.symbols();
            case UNKNOWN_SENSOR, UNKNOWN_SESSION, WRONG_TOKEN, NOT_ALLOWED, BUSY -> "";
        };
    }
}
