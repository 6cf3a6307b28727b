package dev.baliza.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.sim.report.Threshold;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ScenarioFileTest {
    static final java.util.List<String> NAMES = ScenarioFile.BUILT_IN;

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyBuiltInScenarioIsRight(String name) {
        ScenarioFile file = ScenarioFile.load(name);
        assertThat(file.options()).containsKeys("devices", "channels", "interval", "duration", "transport");
        Options.duration(file.options().getOrDefault("interval", ""));
        Faults.parse(file.options().getOrDefault("faults", "loss"));
        file.thresholds().forEach(Threshold::parse);
    }

    @Test
    void faultsMayBeAMap() {
        ScenarioFile file = ScenarioFile.parse("x", "faults:\n  loss: 0.1\n  dup: 0.2\nthresholds: lost==0\n");
        assertThat(file.options()).containsEntry("faults", "loss=0.1,dup=0.2");
        assertThat(file.thresholds()).containsExactly("lost==0");
        assertThat(ScenarioFile.parse("x", "")).isEqualTo(ScenarioFile.NONE);
    }

    @Test
    void mistakesHaveAPlaceAndAdvice() {
        assertThatThrownBy(() -> ScenarioFile.parse("my.yaml", "devices: 5\n devicez: 6\n"))
                .hasMessageContaining("my.yaml");
        assertThatThrownBy(() -> ScenarioFile.parse("my.yaml", "devices: 5\ndevicez: 6\n"))
                .hasMessageContaining("my.yaml:2:1: unknown key 'devicez'; there are batch, channels");
        assertThatThrownBy(() -> ScenarioFile.parse("my.yaml", "devices: [5]\n"))
                .hasMessageContaining("my.yaml:1:10");
        assertThatThrownBy(() -> ScenarioFile.parse("my.yaml", "- 5\n")).hasMessageContaining("devices: 100");
        assertThatThrownBy(() -> ScenarioFile.load("stedy"))
                .hasMessageContaining("no such file; built in are steady, burst");
    }
}
