package dev.baliza.server.downlink;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.dissect.Texts;
import dev.baliza.server.books.DownlinkState;
import dev.baliza.server.books.DownlinkView;

/** A message to one device, from the queue to its end. Thread: its shard's. */
final class Outgoing {
    private static final long MICROS = 1_000_000;
    private static final long FIRST_TIMEOUT_MICROS = MICROS;
    private static final long MAX_TIMEOUT_MICROS = 60 * MICROS;

    private final long id;
    private final int bytes;
    private final long queuedMicros;
    private final long deadlineMicros;
    private Message message;
    private DownlinkState state = DownlinkState.QUEUED;
    private long changedMicros;
    private long seq;
    private long sentMicros;
    private long dueMicros;
    private int transmissions;
    private int backoff;
    private int exitStatus;
    private String output = "";

    /** @param bytes of its payload */
    Outgoing(long id, Message message, int bytes, long nowMicros, long deadlineMicros) {
        this.id = id;
        this.message = message;
        this.bytes = bytes;
        this.deadlineMicros = deadlineMicros;
        queuedMicros = nowMicros;
        changedMicros = nowMicros;
    }

    long id() {
        return id;
    }

    int bytes() {
        return bytes;
    }

    Message message() {
        return message;
    }

    DownlinkState state() {
        return state;
    }

    long seq() {
        return seq;
    }

    int transmissions() {
        return transmissions;
    }

    boolean isText() {
        return message instanceof Message.Text;
    }

    /** On the wire and not acknowledged: its number is still in use. */
    boolean isInFlight() {
        return state == DownlinkState.SENT;
    }

    /** Of one that is in flight: when it goes again. */
    long dueMicros() {
        return dueMicros;
    }

    long deadlineMicros() {
        return deadlineMicros;
    }

    boolean isDue(long nowMicros) {
        return state == DownlinkState.QUEUED || (isInFlight() && nowMicros >= dueMicros);
    }

    boolean isOver(long nowMicros) {
        return nowMicros >= deadlineMicros;
    }

    /** The device was silent and speaks again, or has moved: what it did not acknowledge goes at once, but not twice in a second. */
    void hurry() {
        dueMicros = Math.min(dueMicros, sentMicros + FIRST_TIMEOUT_MICROS);
        backoff = 0;
    }

    /** Gets its identity; from now on its content stays the same (SPEC §4.5). */
    void number(long newSeq, long nowMicros) {
        seq = newSeq;
        if (message instanceof Message.Command command) {
            long seconds = Math.max(1, (deadlineMicros - nowMicros + MICROS - 1) / MICROS);
            message = new Message.Command(id, seconds, command.name(), command.arguments());
        }
        become(DownlinkState.SENT, nowMicros);
    }

    void sent(long nowMicros) {
        transmissions++;
        sentMicros = nowMicros;
        dueMicros = nowMicros + Math.min(MAX_TIMEOUT_MICROS, FIRST_TIMEOUT_MICROS << Math.min(backoff++, 6));
    }

    void become(DownlinkState newState, long nowMicros) {
        state = newState;
        changedMicros = nowMicros;
    }

    void finish(Message.Result result, DownlinkState newState, long nowMicros) {
        exitStatus = result.exitStatus();
        output = result.output();
        become(newState, nowMicros);
    }

    DownlinkView view(String device) {
        boolean text = message instanceof Message.Text;
        return new DownlinkView(
                id,
                device,
                message.type(),
                message instanceof Message.Text words ? Texts.plain(words.author()) : "",
                Texts.plain(
                        message instanceof Message.Text words
                                ? words.text()
                                : message instanceof Message.Command command ? CommandText.of(command) : ""),
                state,
                text ? 0 : exitStatus,
                Texts.plain(output),
                queuedMicros,
                changedMicros,
                deadlineMicros,
                transmissions);
    }
}
