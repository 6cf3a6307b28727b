package dev.baliza.protocol.dissect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void whatATerminalWouldObeyIsWrittenOut() { // SPEC §7.5.2
        assertThat(Texts.plain("\u001b[2J\u009b1m")).isEqualTo("\\u001b[2J\\u009b1m");
        assertThat(Texts.plain("a\nb\rc\td\u0000")).isEqualTo("a\\u000ab\\u000dc\\u0009d\\u0000");
        assertThat(Texts.plain("right\u202eto left\u2028\ufeff")).isEqualTo("right\\u202eto left\\u2028\\ufeff");
        assertThat(Texts.plain("lone \ud800")).isEqualTo("lone \\ud800");
    }

    @Test
    void otherTextStaysAsItIs() {
        String text = "{\"a\": \"5 °C\\\\\", \"b\": \"😀 żółw\"}";

        assertThat(Texts.plain(text)).isEqualTo(text);
    }
}
