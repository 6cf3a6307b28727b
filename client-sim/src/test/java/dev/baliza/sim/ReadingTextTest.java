package dev.baliza.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Readings as people write them. */
class ReadingTextTest {
    @Test
    void unitsThatAreWrittenAsPeopleDoGetTheirUcumCode() {
        Map<String, String> written = Map.of(
                "temperature=21.5°C", "21.5Cel",
                "temperature=21.5C", "21.5Cel",
                "water_temperature=70F", "70[degF]",
                "resistance=10ohm", "10Ohm",
                "humidity=40percent", "40%",
                "signal=-70dBm", "-70dB[mW]",
                "speed=3kph", "3km/h");
        written.forEach((text, instead) -> assertThatThrownBy(() -> ReadingText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unit '")
                .hasMessageEndingWith("is not the UCUM code of what is meant; write " + instead));
    }

    @Test
    void codesAreTakenAsTheyAre() {
        for (String text : new String[] {
            "temperature=21.5Cel", "charge=3C", "capacitance=1F", "resistance=10Ohm", "strange=1furlong", "count=1"
        }) {
            String unit = text.replaceAll(".*=[0-9.]+", "");
            assertThat(ReadingText.parse(text).unit()).isEqualTo(unit);
        }
    }

    @Test
    void aValueThatIsNoneSaysWhatIs() {
        assertThatThrownBy(() -> ReadingText.parse("temperature=warm"))
                .hasMessage("'warm' is no value; write a number with its unit (21.5Cel), true, false or \"text\"");
        assertThatThrownBy(() -> ReadingText.parse("temperature"))
                .hasMessageContaining("must be quantity=value, such as temperature=21.5Cel");
    }
}
