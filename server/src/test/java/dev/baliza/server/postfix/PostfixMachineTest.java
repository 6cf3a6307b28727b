package dev.baliza.server.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.baliza.protocol.CalcResult;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stack and operators. SPEC §15.1, §15.2. */
class PostfixMachineTest {
    private static final Pattern SPACE = Pattern.compile(" ");

    private static CalcResult feed(PostfixMachine machine, String words) {
        CalcResult last = CalcResult.OK;
        for (String word : SPACE.splitAsStream(words).toList()) {
            last = word.matches("-?[0-9.e]+(e-?[0-9]+)?") && !word.equals("e")
                    ? machine.number(Double.parseDouble(word))
                    : machine.operator(word);
        }
        return last;
    }

    @ParameterizedTest
    @CsvSource({
        "21 2 *, 42",
        "1 2 +, 3",
        "1 2 -, -1",
        "1 4 /, 0.25",
        "7 3 %, 1",
        "-7 3 %, -1",
        "7 3 min, 3",
        "7 3 max, 7",
        "-3 abs, 3",
        "3 neg, -3",
        "9 sqrt, 3",
        "2 10 pow, 1024",
        "1 ln, 0",
        "0 exp, 1",
        "0 neg, 0",
        "3 4 5 * +, 23"
    })
    void operatorsDoWhatTheirNamesSay(String words, double result) {
        PostfixMachine machine = new PostfixMachine(PostfixMachine.DEEP);

        assertThat(feed(machine, words)).isEqualTo(CalcResult.OK);
        assertThat(machine.end()).isEqualTo(CalcResult.OK);
        assertThat(machine.value()).isCloseTo(result, within(1e-12));
        assertThat(1 / (machine.value() + 0.0 == 0 ? 1 : machine.value())).isNotEqualTo(Double.NEGATIVE_INFINITY);
    }

    /** SPEC §15.2.1: the stack is as it was. */
    @ParameterizedTest
    @CsvSource({
        "4 0 /, DIVISION_BY_ZERO, 2",
        "4 0 %, DIVISION_BY_ZERO, 2",
        "1e300 1e300 *, OVERFLOW, 2",
        "1000 exp, OVERFLOW, 1",
        "-1 sqrt, UNDEFINED, 1",
        "0 ln, UNDEFINED, 1",
        "-1 ln, UNDEFINED, 1",
        "-8 0.5 pow, UNDEFINED, 2",
        "0 -1 pow, UNDEFINED, 2",
        "1 +, TOO_FEW_OPERANDS, 1",
        "1 2 root, UNKNOWN_OPERATOR, 2",
        "1 2 3, TOO_MANY_OPERANDS, 2"
    })
    void whatFailsLeavesTheStackAsItWas(String words, CalcResult why, int depth) {
        PostfixMachine machine = new PostfixMachine(PostfixMachine.SHALLOW);

        assertThat(feed(machine, words)).isEqualTo(why);
        assertThat(machine.depth()).isEqualTo(depth);
    }

    @Test
    void theEndWantsOneOperand() {
        PostfixMachine machine = new PostfixMachine(PostfixMachine.SHALLOW);
        assertThat(machine.end()).isEqualTo(CalcResult.TOO_FEW_OPERANDS);
        assertThat(machine.operator("abs")).isEqualTo(CalcResult.TOO_FEW_OPERANDS);
        machine.number(1);
        machine.number(2);
        assertThat(machine.end()).isEqualTo(CalcResult.TOO_MANY_OPERANDS);
        assertThat(machine.operator("+")).isEqualTo(CalcResult.OK);
        assertThat(machine.end()).isEqualTo(CalcResult.OK);
        assertThat(machine.value()).isEqualTo(3);
        assertThat(machine.depth()).isZero();
    }

    @Test
    void numbersThatAreNoneAreNotTaken() {
        PostfixMachine machine = new PostfixMachine(PostfixMachine.SHALLOW);
        assertThat(machine.number(Double.NaN)).isEqualTo(CalcResult.UNDEFINED);
        assertThat(machine.number(Double.POSITIVE_INFINITY)).isEqualTo(CalcResult.UNDEFINED);
        assertThat(machine.depth()).isZero();
    }

    /** Whatever comes, the depth stays within bounds and the value is a number. */
    @Test
    void noSequenceOfTokensBreaksIt() {
        List<String> operators =
                SPACE.splitAsStream(Operator.symbols() + " nothing").toList();
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            PostfixMachine machine = new PostfixMachine(PostfixMachine.DEEP);
            for (int step = 0; step < 300; step++) {
                int before = machine.depth();
                CalcResult result = switch (random.nextInt(3)) {
                    case 0 -> machine.number(Double.longBitsToDouble(random.nextLong()));
                    case 1 -> machine.number(random.nextInt(20) - 10);
                    default -> machine.operator(operators.get(random.nextInt(operators.size())));
                };
                assertThat(machine.depth()).isBetween(0, PostfixMachine.DEEP);
                assertThat(machine.value()).isFinite();
                if (result != CalcResult.OK) {
                    assertThat(machine.depth()).isEqualTo(before);
                }
            }
        }
    }
}
