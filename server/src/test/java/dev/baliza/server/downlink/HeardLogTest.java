package dev.baliza.server.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.TimeMode;
import dev.baliza.server.books.HeardView;
import org.junit.jupiter.api.Test;

class HeardLogTest {
    private final DownlinkCounts counts = new DownlinkCounts();
    private final HeardLog log = new HeardLog(counts);

    private void event(String body) {
        log.add(new Message.Event(false, 4, TimeMode.ON_ARRIVAL, 0, body), 1, 2);
    }

    @Test
    void theLast100AreKept() {
        for (int i = 0; i < 130; i++) {
            event("event " + i);
        }
        assertThat(log.views()).hasSize(100).extracting(HeardView::text).contains("event 30", "event 129");
        assertThat(log.count()).isEqualTo(130);
        assertThat(counts.of(DownlinkEvent.FORGOTTEN)).isEqualTo(30);
    }

    @Test
    void longOnesPushOthersOutSooner() {
        event("short");
        event("x".repeat(5_000));
        event("y".repeat(5_000));
        assertThat(log.views()).hasSize(1);
        event("z".repeat(20_000));
        assertThat(log.views()).as("the newest stays, whatever its size").hasSize(1);
    }

    @Test
    void nothingShownIsObeyedByATerminal() { // SPEC §7.5.2
        log.add(new Message.Text(1, "\u001b]0;x\u0007", "a\u001b[31m"), 2);
        assertThat(log.views()).singleElement().satisfies(one -> {
            assertThat(one.author()).isEqualTo("\\u001b]0;x\\u0007");
            assertThat(one.text()).isEqualTo("a\\u001b[31m");
        });
    }
}
