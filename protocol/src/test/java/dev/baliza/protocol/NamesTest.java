package dev.baliza.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    /** SPEC §4.1.2. */
    @ParameterizedTest
    @ValueSource(
            strings = {"a", "7", "Zone.7_a:b-9", "0123456789012345678901234567890123456789012345678901234567890123"})
    void deviceNamesOfTheRulePass(String name) {
        assertThat(Names.isDevice(name)).isTrue();
    }

    /** SPEC §4.1.2. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".a",
                "-a",
                "_a",
                "a b",
                "a\n",
                "a#1",
                "ñ",
                "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void otherDeviceNamesDoNot(String name) {
        assertThat(Names.isDevice(name)).isFalse();
    }

    @Test
    void quantitiesAreLowerCaseWords() {
        assertThat(Names.isQuantity("co2_ppm")).isTrue();
        assertThat(Names.isQuantity("q".repeat(48))).isTrue();
        assertThat(Names.isQuantity("q".repeat(49))).isFalse();
        assertThat(Names.isQuantity("2co")).isFalse();
        assertThat(Names.isQuantity("Temp")).isFalse();
        assertThat(Names.isQuantity("")).isFalse();
        assertThat(Names.isQuantity("a\n")).isFalse();
    }

    /** SPEC §7.2.4: 64 bytes, not characters; nothing that turns or hides text. */
    @Test
    void labelsAreShortAndPlain() {
        assertThat(Names.isLabel("depósito 3 (sur)")).isTrue();
        assertThat(Names.isLabel("ñ".repeat(32))).isTrue();
        assertThat(Names.isLabel("ñ".repeat(32) + "n")).isFalse();
        assertThat(Names.isLabel("")).isFalse();
        assertThat(Names.isLabel("a\u0000")).isFalse();
        assertThat(Names.isLabel("a\u0085b")).isFalse();
        assertThat(Names.isLabel("a\u202eb")).isFalse();
        assertThat(Names.isLabel("a\u200bb")).isFalse();
    }

    @Test
    void unitsMayBeEmpty() {
        assertThat(Names.isUnit("")).isTrue();
        assertThat(Names.isUnit("m3/h")).isTrue();
        assertThat(Names.isUnit("m".repeat(33))).isFalse();
    }

    /** SPEC §4.1.1: echo -n cold-room-1 | sha256sum. */
    @Test
    void deviceIdIsTheStartOfTheSha256OfItsName() {
        assertThat(Names.hex(Names.deviceId("cold-room-1"))).isEqualTo("f09118861b989eb6");
    }
}
