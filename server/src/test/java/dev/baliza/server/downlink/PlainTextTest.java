package dev.baliza.server.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {
    @Test
    void whatATerminalWouldObeyIsWrittenOut() { // SPEC §7.5.2
        assertThat(PlainText.of("\u001b[2J\u009b1m")).isEqualTo("\\u001b[2J\\u009b1m");
        assertThat(PlainText.of("a\nb\rc\td\u0000")).isEqualTo("a\\u000ab\\u000dc\\u0009d\\u0000");
        assertThat(PlainText.of("right\u202eto left\u2028\ufeff")).isEqualTo("right\\u202eto left\\u2028\\ufeff");
        assertThat(PlainText.of("lone \ud800")).isEqualTo("lone \\ud800");
    }

    @Test
    void otherTextStaysAsItIs() {
        String text = "{\"a\": \"5 °C\\\\\", \"b\": \"😀 żółw\"}";

        assertThat(PlainText.of(text)).isEqualTo(text);
    }
}
