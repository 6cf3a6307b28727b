package dev.baliza.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BufferWarningTest {
    @Test
    void aSmallBufferIsToldWithTheLineThatMendsIt() {
        assertThat(ReadyLine.bufferWarning(8_388_608, 212_992))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("212,992 of 8,388,608 bytes")
                        .endsWith("sysctl -w net.core.rmem_max=8388608"));
    }

    @Test
    void whatWasGrantedInFullIsNotMentioned() {
        assertThat(ReadyLine.bufferWarning(65_536, 65_536)).isEmpty();
        assertThat(ReadyLine.bufferWarning(65_536, 70_000)).isEmpty();
    }
}
