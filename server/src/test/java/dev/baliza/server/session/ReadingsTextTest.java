package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.TimeMode;
import org.junit.jupiter.api.Test;

/** What a tap shows of the talk in a frame. */
class ReadingsTextTest {
    @Test
    void wordsAreShownWithoutWhatATerminalWouldObey() { // SPEC §7.5.2
        assertThat(text(new Message.Event(false, 4, TimeMode.ON_ARRIVAL, 0, "\u001b[2Jopen")))
                .isEqualTo("event severity=4 \\u001b[2Jopen");
        assertThat(text(new Message.Text(1, "lab", "hello"))).isEqualTo("text lab: hello");
        assertThat(text(new Message.Result(0x1FL, Message.Result.State.DONE, 3, "hot")))
                .isEqualTo("result of 000000000000001f: DONE 3 hot");
    }

    private static String text(Message message) {
        return String.valueOf(ReadingsText.of(new Content.Said(message)));
    }
}
