package dev.baliza.sim.device;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.TimeMode;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a device says besides its readings: results of commands, answers to texts that ask something, events of its own accord. Confined
 * to one thread. Spec: SPEC §7.5–§7.9. Limits: 64 messages that wait for a number.
 */
final class Dialogue {
    private static final int MAX_WAITING = 64;
    private static final int KINDS = 3;

    private final String name;
    private final Outbox outbox;
    private final FrameWriter writer;
    private final Board board;
    private final Orders orders;
    private final Inbox inbox = new Inbox();
    private final Deque<Message> waiting = new ArrayDeque<>();
    private long eventIntervalMicros;
    private long nextEventMicros;
    private long said;
    private @Nullable Issued lastWords;

    Dialogue(String name, Outbox outbox, FrameWriter writer, Board board) {
        this.name = name;
        this.outbox = outbox;
        this.writer = writer;
        this.board = board;
        orders = new Orders(board);
    }

    /** Sends so many events a second of its own accord; 0 for none. */
    void chat(double perSecond) {
        eventIntervalMicros = perSecond <= 0 ? 0 : (long) (1_000_000 / perSecond);
    }

    /** After a boot: what waits for a number is gone, and what the server counted is unknown. */
    void forget() {
        inbox.forget();
        waiting.clear();
        lastWords = null;
    }

    /** Whether a boot was ordered and the server has the result; only once. */
    boolean mayBoot() {
        Issued frame = lastWords;
        if (frame == null || frame.life().waiting(frame.seq()) != null) {
            return false;
        }
        lastWords = null;
        return true;
    }

    /** A sequenced frame of the server came. */
    void hear(Life life, long instance, long seq, int back, Message message) {
        Inbox.Verdict verdict = inbox.take(instance, seq, back);
        if (verdict == Inbox.Verdict.IGNORED) {
            return;
        }
        if (verdict == Inbox.Verdict.FRESH) {
            act(message);
        }
        writer.ack(life, outbox.back(life), inbox.ack());
    }

    private void act(Message message) {
        if (message instanceof Message.Command command) {
            Message.Result result = orders.take(command);
            if (result != null) {
                say(result);
            }
        } else if (message instanceof Message.Text text && text.text().endsWith("?")) {
            say(new Message.Text(++said, name, "I am only simulated"));
        }
    }

    private void say(Message message) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(message);
        }
    }

    /** An event now and then, while it measures. */
    void muse(long nowMicros) {
        if (eventIntervalMicros == 0) {
            return;
        }
        if (nextEventMicros == 0) {
            nextEventMicros = nowMicros + eventIntervalMicros;
        }
        for (; nextEventMicros <= nowMicros && waiting.size() < MAX_WAITING; nextEventMicros += eventIntervalMicros) {
            say(thought(++said, nowMicros));
        }
    }

    private Message thought(long number, long nowMicros) {
        return switch ((int) (number % KINDS)) {
            case 0 -> new Message.Text(number, name, "text " + number);
            case 1 -> new Message.Event(false, 5, TimeMode.ON_ARRIVAL, 0, "event " + number);
            default ->
                new Message.Event(
                        true, 6, TimeMode.ABSOLUTE, nowMicros, "{\"event\":" + number + ",\"of\":\"" + name + "\"}");
        };
    }

    /** Gives numbers to what waits, as far as the window has room. */
    void speak(Life life, long nowMicros) {
        while (!waiting.isEmpty() && life.hasRoom()) {
            Message message = waiting.remove();
            Issued frame = outbox.issue(life, message, true, Batch.none(nowMicros), nowMicros);
            if (message.equals(board.lastWords())) {
                lastWords = frame;
            }
        }
    }

    boolean isSilent() {
        return waiting.isEmpty();
    }
}
