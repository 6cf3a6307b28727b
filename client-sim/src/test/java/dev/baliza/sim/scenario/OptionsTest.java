package dev.baliza.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @Test
    void durationsEndpointsAndFaultsAreRead() {
        assertThat(Options.duration("100ms")).isEqualTo(Duration.ofMillis(100));
        assertThat(Options.duration("5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(Options.endpoint("[::1]:7367").getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(Faults.parse("loss=0.05,dup=0.02,reorder=0.05"))
                .isEqualTo(
                        Faults.NONE.with(Fault.LOSS, 0.05).with(Fault.DUP, 0.02).with(Fault.REORDER, 0.05));
        assertThat(Faults.parse("burst,cut=0").rates())
                .containsExactly(java.util.Map.entry(Fault.BURST, Fault.BURST.usual()));
        assertThat(Faults.parse("reorder=0.1,reorder-span=200").reorderSpan()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "10", "-1s", ""})
    void aWrongDurationSaysWhatToWrite(String text) {
        assertThatThrownBy(() -> Options.duration(text)).hasMessageContaining("write 100ms, 20s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:99999", ":7367", "[::1]"})
    void aWrongEndpointSaysWhatToWrite(String text) {
        assertThatThrownBy(() -> Options.endpoint(text)).hasMessageContaining("host:port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lose=0.1", "loss=", "loss=2", "reorder-span=0", "delay-time=1h", ""})
    void aWrongFaultSaysWhatThereIs(String text) {
        assertThatThrownBy(() -> Faults.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ratesMayHaveDecimals() {
        assertThat(Options.rate("--events", "0.25")).isEqualTo(0.25);
        assertThat(Options.rate("--events", "20")).isEqualTo(20);
        for (String wrong : new String[] {"", "-1", "often", "1e3", "1.", ".5", "NaN"}) {
            assertThatThrownBy(() -> Options.rate("--events", wrong)).hasMessageContaining("--events must be a number");
        }
    }
}
