package dev.baliza.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdTest {
    private static final Summary SUMMARY =
            new Summary(true, 1, 5, 100, 90, 0, 10, 0, 0, 3, 120, 2, 0, 0, 0, 500, 450, 4.5, 60, 80, List.of());

    @ParameterizedTest
    @CsvSource({
        "ack.p99<50ms, false",
        "ack.p99<=60ms, true",
        "ack.p50<1s, true",
        "lost==0, false",
        "lost==10, true",
        "lost!=10, false",
        "readings.counted >= 450, true",
        "transmissions>119, true",
        "issued<1_00, false"
    })
    void aRuleHoldsOrNot(String text, boolean holds) {
        Threshold rule = Threshold.parse(text);
        assertThat(rule.holds(SUMMARY)).isEqualTo(holds);
        assertThat(rule.line(SUMMARY)).startsWith(holds ? "ok" : "FAILED").contains(text);
    }

    @Test
    void aWrongRuleSaysWhatThereIs() {
        assertThatThrownBy(() -> Threshold.parse("ack.p99 50ms")).hasMessageContaining("such as ack.p99<50ms");
        assertThatThrownBy(() -> Threshold.parse("losses==0")).hasMessageContaining("there are ack.p50");
        assertThatThrownBy(() -> Threshold.parse("lost==none")).hasMessageContaining("is no number");
        assertThatThrownBy(() -> Threshold.parse("ack.p99<50")).hasMessageContaining("is no duration");
    }
}
