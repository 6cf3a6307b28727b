package dev.baliza.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcMessage.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words to tokens, numbers to text. SPEC §15.1. */
class CalcCommandTest {
    @Test
    void wordsAreNumbersReadingsOrOperators() {
        List<CalcMessage.Token> tokens = CalcCommand.tokens("  -1.5e3  lab-1/temperature / ", 7);

        assertThat(tokens)
                .containsExactly(
                        new CalcMessage.Token(7, 0, false, Kind.NUMBER, -1500, ""),
                        new CalcMessage.Token(7, 1, false, Kind.READING, 0, "lab-1/temperature"),
                        new CalcMessage.Token(7, 2, false, Kind.OPERATOR, 0, "/"),
                        new CalcMessage.Token(7, 3, false, Kind.END, 0, ""));
    }

    @Test
    void moreThanTwoOperandsAskForTheDeepStack() {
        assertThat(CalcCommand.tokens("1 2 3 + +", 7).get(0).deep()).isTrue();
        assertThat(CalcCommand.tokens("1 2 +", 7).get(0).deep()).isFalse();
    }

    @Test
    void nothingIsNoExpression() {
        assertThatThrownBy(() -> CalcCommand.tokens("  ", 7)).hasMessageContaining("21 2 *");
    }

    @ParameterizedTest
    @CsvSource({
        "42, 42",
        "100, 100",
        "0, 0",
        "-0.0, 0",
        "0.25, 0.25",
        "0.30000000000000004, 0.30000000000000004",
        "-21.5, -21.5",
        "1e12, 1000000000000",
        "1e300, 1.0E300",
        "1e-9, 1.0E-9"
    })
    void numbersArePrintedAsPeopleWriteThem(double value, String text) {
        assertThat(CalcCommand.plain(value)).isEqualTo(text);
    }
}
