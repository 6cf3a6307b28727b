package dev.baliza.server.calc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcMessage.Kind;
import dev.baliza.protocol.CalcResult;
import dev.baliza.server.calc.CalcSession.Operand;
import dev.baliza.server.postfix.PostfixMachine;
import org.junit.jupiter.api.Test;

/** Sessions of calculations: tokens once, bounded, each sender its own. SPEC §15. */
class CalcTableTest {
    private final CalcTable table = new CalcTable(sensor -> switch (sensor) {
        case "lab-1/temperature" -> Operand.of(21.5);
        case "slow/one" -> Operand.none(CalcResult.BUSY, "later");
        default -> Operand.none(CalcResult.UNKNOWN_SENSOR, "no such device");
    });
    private long nowMicros = 1_000_000;

    private static CalcMessage.Token token(long session, long number, Kind kind, double operand, String text) {
        return new CalcMessage.Token(session, number, false, kind, operand, text);
    }

    private CalcMessage.Answer number(Object sender, long session, long token, double operand) {
        return table.take(sender, token(session, token, Kind.NUMBER, operand, ""), nowMicros);
    }

    private CalcMessage.Answer operator(Object sender, long session, long token, String symbol) {
        return table.take(sender, token(session, token, Kind.OPERATOR, 0, symbol), nowMicros);
    }

    private CalcMessage.Answer end(Object sender, long session, long token) {
        return table.take(sender, token(session, token, Kind.END, 0, ""), nowMicros);
    }

    private static CalcResult result(CalcMessage.Answer answer) {
        CalcResult result = CalcResult.of(answer.result());
        if (result == null) {
            throw new AssertionError(answer);
        }
        return result;
    }

    @Test
    void twentyOneTwiceIsFortyTwo() {
        assertThat(result(number("a", 7, 0, 21))).isEqualTo(CalcResult.OK);
        assertThat(result(number("a", 7, 1, 2))).isEqualTo(CalcResult.OK);
        assertThat(operator("a", 7, 2, "*").value()).isEqualTo(42);
        CalcMessage.Answer answer = end("a", 7, 3);
        assertThat(result(answer)).isEqualTo(CalcResult.OK);
        assertThat(answer.value()).isEqualTo(42);
        assertThat(answer.depth()).isZero();
    }

    /** SPEC §15.1.2: a token that comes again is answered again, not applied again. */
    @Test
    void aTokenThatComesAgainIsNotAppliedAgain() {
        number("a", 7, 0, 21);
        CalcMessage.Answer first = number("a", 7, 1, 2);
        assertThat(number("a", 7, 1, 2)).isEqualTo(first);
        operator("a", 7, 2, "+");
        assertThat(operator("a", 7, 2, "+").value()).isEqualTo(23);
        assertThat(end("a", 7, 3).value()).isEqualTo(23);
        assertThat(end("a", 7, 3).value()).isEqualTo(23);
    }

    /** SPEC §15.1.1. */
    @Test
    void afterAnEndTheNextCalculationBegins() {
        number("a", 7, 0, 1);
        end("a", 7, 1);
        assertThat(result(number("a", 7, 2, 5))).isEqualTo(CalcResult.OK);
        assertThat(end("a", 7, 3).value()).isEqualTo(5);
    }

    /** SPEC §15.2.1: the session stays usable, the number is used up. */
    @Test
    void anErrorLeavesTheSessionUsable() {
        number("a", 7, 0, 4);
        number("a", 7, 1, 0);
        assertThat(result(operator("a", 7, 2, "/"))).isEqualTo(CalcResult.DIVISION_BY_ZERO);
        assertThat(result(operator("a", 7, 3, "sin"))).isEqualTo(CalcResult.UNKNOWN_OPERATOR);
        assertThat(result(number("a", 7, 4, 1))).isEqualTo(CalcResult.TOO_MANY_OPERANDS);
        assertThat(result(operator("a", 7, 4, "/"))).isEqualTo(CalcResult.TOO_MANY_OPERANDS); // token 4, again
        assertThat(operator("a", 7, 5, "+").value()).isEqualTo(4);
        assertThat(end("a", 7, 6).value()).isEqualTo(4);
    }

    @Test
    void readingsAreOperands() {
        CalcMessage.Answer answer = table.take("a", token(7, 0, Kind.READING, 0, "lab-1/temperature"), nowMicros);
        assertThat(answer.value()).isEqualTo(21.5);
        answer = table.take("a", token(7, 1, Kind.READING, 0, "lab-2/temperature"), nowMicros);
        assertThat(result(answer)).isEqualTo(CalcResult.UNKNOWN_SENSOR);
        assertThat(answer.depth()).isEqualTo(1);
    }

    /** SPEC §15.2.1: a token that was answered BUSY may come again under its number. */
    @Test
    void aBusyAnswerUsesNoNumberUp() {
        assertThat(result(table.take("a", token(7, 0, Kind.READING, 0, "slow/one"), nowMicros)))
                .isEqualTo(CalcResult.BUSY);
        assertThat(result(number("a", 7, 0, 1))).isEqualTo(CalcResult.OK);
    }

    /** SPEC §15.2.1. */
    @Test
    void tokensOutOfOrderAndUnknownSessionsChangeNothing() {
        assertThat(result(number("a", 7, 1, 1))).isEqualTo(CalcResult.UNKNOWN_SESSION);
        number("a", 7, 0, 1);
        assertThat(result(number("a", 7, 2, 1))).isEqualTo(CalcResult.WRONG_TOKEN);
        assertThat(number("a", 7, 1, 2).depth()).isEqualTo(2);
        assertThat(result(number("a", 7, 0, 1))).isEqualTo(CalcResult.WRONG_TOKEN);
    }

    /** SPEC §15.1.1. */
    @Test
    void sendersDoNotShareSessions() {
        number("a", 7, 0, 1);
        assertThat(result(number("b", 7, 1, 1))).isEqualTo(CalcResult.UNKNOWN_SESSION);
    }

    @Test
    void theDeepStackIsForWhoAsksFirst() {
        for (int i = 0; i < PostfixMachine.DEEP; i++) {
            CalcMessage.Token token = new CalcMessage.Token(7, i, i == 0, Kind.NUMBER, i, "");
            assertThat(result(table.take("a", token, nowMicros))).isEqualTo(CalcResult.OK);
        }
        assertThat(result(number("a", 7, PostfixMachine.DEEP, 1))).isEqualTo(CalcResult.TOO_MANY_OPERANDS);

        number("a", 8, 0, 1);
        number("a", 8, 1, 1);
        CalcMessage.Token late = new CalcMessage.Token(8, 2, true, Kind.NUMBER, 1, "");
        assertThat(result(table.take("a", late, nowMicros))).isEqualTo(CalcResult.TOO_MANY_OPERANDS);
    }

    /** SPEC §15.2.3. */
    @Test
    void sessionsAreBoundedAndSilentOnesForgotten() {
        for (int i = 0; i < 100; i++) {
            number("greedy", i, 0, 1);
        }
        assertThat(table.size()).isEqualTo(CalcTable.SESSIONS_PER_SENDER);
        number("quiet", 1, 0, 1);
        for (int i = 0; i < 3_000; i++) {
            number(i, 1, 0, 1);
        }
        assertThat(table.size()).isEqualTo(CalcTable.SESSIONS);
        assertThat(result(number("quiet", 1, 1, 1))).isEqualTo(CalcResult.UNKNOWN_SESSION);

        nowMicros += CalcTable.IDLE_MICROS + 1;
        assertThat(result(number(2_999, 1, 1, 1))).isEqualTo(CalcResult.UNKNOWN_SESSION);
        assertThat(table.size()).isZero();
    }
}
