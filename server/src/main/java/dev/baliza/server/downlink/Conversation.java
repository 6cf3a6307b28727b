package dev.baliza.server.downlink;

import dev.baliza.protocol.Message;
import dev.baliza.server.books.TalkView;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one device and the people at the server say to each other. Thread: the device's shard's. Spec: SPEC §7.5–§7.9. */
public final class Conversation {
    private final long device;
    private final Supplier<String> label;
    private final DownlinkCounts counts;
    private final DownlinkQueue queue;
    private final Runnable woken;
    private final HeardLog log;
    private long results;

    /**
     * @param label of the device; may change when it tells its name
     * @param woken called when a message was queued
     */
    public Conversation(long device, Supplier<String> label, DownlinkCounts counts, Runnable woken) {
        this.device = device;
        this.label = label;
        this.counts = counts;
        this.woken = woken;
        queue = new DownlinkQueue(counts);
        log = new HeardLog(counts);
    }

    public DownlinkQueue queue() {
        return queue;
    }

    /** Takes a message to the device; returns why not, or null when it did. */
    @Nullable
    String offer(Outgoing one) {
        String refusal = queue.offer(one);
        if (refusal == null) {
            woken.run();
        }
        return refusal;
    }

    String label() {
        return label.get();
    }

    /**
     * The device said something: an accepted EVENT, TEXT or RESULT.
     *
     * @param timeMicros when it happened
     */
    public void heard(Message message, long timeMicros, long nowMicros) {
        if (message instanceof Message.Event event) {
            log.add(event, timeMicros, nowMicros);
        } else if (message instanceof Message.Text text) {
            log.add(text, nowMicros);
        } else if (message instanceof Message.Result result) {
            results++;
            counts.count(DownlinkEvent.RESULT);
            queue.result(result, nowMicros);
        }
    }

    /** Everything the device said. */
    public long count() {
        return log.count() + results;
    }

    public TalkView view() {
        String name = label();
        return new TalkView(device, name, log.views(), log.count(), results, queue.views(name));
    }
}
