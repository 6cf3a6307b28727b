package dev.baliza.server.downlink;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.dissect.Texts;
import dev.baliza.server.books.HeardView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last events and texts of one device. Thread: its shard's. Limits: 100 entries, 16 KiB of text. */
final class HeardLog {
    static final int MAX_ENTRIES = 100;
    static final int MAX_CHARS = 8 * 1024;

    private static final int SEVERITY_OF_TEXT = 6;

    private final DownlinkCounts counts;
    private final Deque<HeardView> entries = new ArrayDeque<>(4);
    private int chars;
    private long count;

    HeardLog(DownlinkCounts counts) {
        this.counts = counts;
    }

    void add(Message.Event event, long timeMicros, long nowMicros) {
        counts.count(DownlinkEvent.EVENT);
        add(new HeardView(
                MessageType.EVENT,
                nowMicros,
                timeMicros,
                event.severity(),
                event.json(),
                "",
                Texts.plain(event.body())));
    }

    void add(Message.Text text, long nowMicros) {
        counts.count(DownlinkEvent.TEXT);
        add(new HeardView(
                MessageType.TEXT,
                nowMicros,
                nowMicros,
                SEVERITY_OF_TEXT,
                false,
                Texts.plain(text.author()),
                Texts.plain(text.text())));
    }

    private void add(HeardView entry) {
        count++;
        entries.addLast(entry);
        chars += size(entry);
        while (entries.size() > MAX_ENTRIES || (chars > MAX_CHARS && entries.size() > 1)) {
            chars -= size(entries.removeFirst());
            counts.count(DownlinkEvent.FORGOTTEN);
        }
    }

    private static int size(HeardView entry) {
        return entry.author().length() + entry.text().length();
    }

    /** How many there were in all. */
    long count() {
        return count;
    }

    /** Oldest first. */
    List<HeardView> views() {
        return List.copyOf(entries);
    }
}
