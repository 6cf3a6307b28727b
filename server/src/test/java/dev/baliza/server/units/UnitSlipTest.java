package dev.baliza.server.units;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.sim.UnitSlip;
import org.junit.jupiter.api.Test;

/** The simulator's advice on units leads to units that the server knows. */
class UnitSlipTest {
    @Test
    void theServerKnowsEveryCodeThatIsAdvised() {
        UnitSlip.all()
                .forEach((slip, code) -> assertThat(UnitTable.find(code))
                        .as(slip + " -> " + code)
                        .isNotNull());
    }
}
