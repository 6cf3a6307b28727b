package dev.baliza.server.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.CalcResult;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerivedRuleTest {
    private static List<DerivedRule> rules(String... texts) {
        return Stream.of(texts).map(DerivedRule::parse).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "dew_point in Cel = ./t 1 +, *, dew_point, '', Cel",
        "dew_point/roof in Cel = ./t 1 +, *, dew_point, roof, Cel",
        "lab-*/dew_point/ in Cel = ./t 1 +, lab-*, dew_point, '', Cel",
        "lab-1/sum/rack 7/in = ./t 1 +, lab-1, sum, rack 7/in, ''",
        "'  load  in  %  =  \"./rack 7/in\"  ', *, load, '', %",
    })
    void theTargetSaysWhoGetsWhat(String text, String device, String quantity, String channel, String unit) {
        DerivedRule rule = DerivedRule.parse(text);
        assertThat(rule.device()).isEqualTo(device);
        assertThat(rule.quantity()).isEqualTo(quantity);
        assertThat(rule.channel()).isEqualTo(channel);
        assertThat(rule.unit()).isEqualTo(unit);
    }

    @ParameterizedTest
    @CsvSource({
        "'dew_point', 'must have the form'",
        "'dew_point=./t', 'with blanks around'",
        "'a = ./t 1 ,', 'must have no comma'",
        "'Dew = ./t', 'names the quantity ''Dew'''",
        "'lab-*/dew_point = ./t', 'a device goes before it, as in lab-*/dew_point/'",
        "'l?b/a/ = ./t', 'names ''l?b'', which no device can be called'",
        "'a in furlong = ./t', 'the unit ''furlong'', which is not known; use a UCUM code'",
        "'a = rack-1/inlet', 'needs a reading of the device itself, such as ./temperature'",
        "'a = ', 'the expression is empty'",
        "'a = ./t sin', 'token 2 ''sin'' is no number, operator or reading; operators are + -'",
        "'a = ./t +', 'token 2 ''+'' takes 2 operands and there are 1'",
        "'a = ./t 1', '2 operands are left at the end'",
        "'a = ./t 1e999 +', 'token 2 ''1e999'' is too large'",
        "'a = ./t NaN +', 'token 2 ''NaN'' is no number'",
        "'a = ./t -bad/t +', 'token 2 ''-bad/t'' is no number'",
    })
    void whatIsWrongIsSaidWithItsPlace(String text, String problem) {
        assertThatThrownBy(() -> DerivedRule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void theCostIsBounded() {
        String longest = "a = ./t" + " neg".repeat(Expression.MAX_TOKENS - 1);
        assertThat(DerivedRule.parse(longest).expression().inputs()).hasSize(1);
        assertThatThrownBy(() -> DerivedRule.parse(longest + " neg"))
                .hasMessageContaining("token 65 'neg' is one too many: an expression has at most 64");
        assertThatThrownBy(() -> DerivedRule.parse("a = ./t" + " 1".repeat(PostfixMachine.DEEP)))
                .hasMessageContaining("token 17 '1' is the operand number 17");
        List<DerivedRule> many = Collections.nCopies(DerivedRule.MAX_RULES + 1, DerivedRule.parse("a = ./t"));
        assertThat(DerivedRule.conflicts(many).get(DerivedRule.MAX_RULES)).contains("there can be 64");
    }

    @Test
    void nothingReadsWhatIsDerivedSoThereIsNoLoop() {
        assertThat(DerivedRule.conflicts(rules("a = ./t", "b/x = ./u ./t +", "t/mean = ./t/inlet 2 /")))
                .isEmpty();
        assertThat(DerivedRule.conflicts(rules("a = ./b", "b = ./a"))).containsOnlyKeys(0, 1);
        assertThat(DerivedRule.conflicts(rules("a = ./a")).get(0)).contains("no loop");
        assertThat(DerivedRule.conflicts(rules("a/x = ./t", "b = ./t lab-1/a/x +")))
                .containsOnlyKeys(1);
        assertThat(DerivedRule.conflicts(rules("l*/a/x = ./t", "l*/a/x = ./u")).get(1))
                .contains("same channel as derived channel 1");
    }

    @Test
    void aPatternIsOfWholeNames() {
        DerivedRule rule = DerivedRule.parse("lab-*.x/a/ = ./t");
        assertThat(rule.appliesTo("lab-1.x")).isTrue();
        assertThat(rule.appliesTo("lab-1-x")).isFalse();
        assertThat(rule.appliesTo("my-lab-1.x")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"./t 2 *", "./t ./t +", "2 ./t 0 + *"})
    void anExpressionIsWorthTheSameEachTime(String text) {
        Expression expression = Expression.compile(text);
        PostfixMachine machine = new PostfixMachine(PostfixMachine.DEEP);
        assertThat(expression.inputs()).containsExactly(new ReadingName(".", "t"));
        for (double t : new double[] {21, 0, -3}) {
            assertThat(expression.evaluate(machine, new double[] {t})).isEqualTo(CalcResult.OK);
            assertThat(machine.value()).isEqualTo(2 * t);
        }
    }

    @Test
    void whatHasNoResultLeavesNothingBehind() {
        Expression expression = Expression.compile("1 2 ./t / +");
        PostfixMachine machine = new PostfixMachine(PostfixMachine.DEEP);
        assertThat(expression.evaluate(machine, new double[] {0})).isEqualTo(CalcResult.DIVISION_BY_ZERO);
        assertThat(expression.evaluate(machine, new double[] {2})).isEqualTo(CalcResult.OK);
        assertThat(machine.value()).isEqualTo(2);
    }
}
