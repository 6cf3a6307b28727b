package dev.baliza.server.session;

import dev.baliza.protocol.Message;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.books.Transport;
import dev.baliza.server.downlink.Conversation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The talk with one device and its way there: when messages may go, and where. Thread: its shard's. Spec: SPEC §7.9.
 */
final class Talk {
    /** A UDP device that was silent for so long is taken to sleep (SPEC §7.9.5). */
    static final long ASLEEP_MICROS = 60_000_000;
    /** After such a silence a frame of the device starts the timers anew. */
    static final long SILENCE_MICROS = 5_000_000;

    private static final long AT_ONCE = 0;
    private static final long NEVER = Long.MAX_VALUE;

    private final Session session;
    private final Route route;
    private final ShardTools tools;
    private @Nullable Conversation conversation;
    private long countBefore;
    private long dueMicros = NEVER;

    Talk(Session session, Route route, ShardTools tools) {
        this.session = session;
        this.route = route;
        this.tools = tools;
    }

    long device() {
        return session.id();
    }

    /** When something must be done if the device says nothing before. */
    long dueMicros() {
        return dueMicros;
    }

    /** It left the queue of those that are due. */
    void taken() {
        dueMicros = NEVER;
    }

    private void due(long micros) {
        if (micros == dueMicros) {
            return;
        }
        if (dueMicros != NEVER) {
            tools.due().remove(this);
        }
        dueMicros = micros;
        if (micros != NEVER) {
            tools.due().add(this);
        }
    }

    /** Sends what is due, and notes when to look again. */
    void advance(long nowMicros) {
        session.advanceTalk(nowMicros);
    }

    /** Made when somebody first says something. */
    Conversation conversation() {
        Conversation known = conversation;
        if (known == null) {
            known = new Conversation(session.id(), session::label, tools.downlink(), () -> due(AT_ONCE));
            conversation = known;
        }
        return known;
    }

    /** Null while nothing was said. */
    @Nullable
    Conversation known() {
        return conversation;
    }

    /** A frame came after so much silence; {@code moved}: by another way than those before. */
    void spokeAfter(long silenceMicros, boolean moved) {
        Conversation known = conversation;
        if (known != null && (moved || silenceMicros >= SILENCE_MICROS)) {
            known.queue().hurry();
        }
    }

    /** An accepted message of the device. */
    void heard(Message message, long timeMicros, long nowMicros) {
        conversation().heard(message, timeMicros, nowMicros);
    }

    /** The device has frames of ours; those of another server process are nobody's. */
    void acknowledged(Message.Ack ack, long nowMicros) {
        Conversation known = conversation;
        if (known != null && ack.epoch() == tools.replies().identity().instance()) {
            known.queue().acknowledged(ack.next(), ack.settled(), nowMicros);
        }
    }

    /** Sends what is due, if there is a proven way to a device that listens. */
    void advance(long lastSeenMicros, long nowMicros) {
        Conversation known = conversation;
        if (known == null) {
            return;
        }
        if (known.queue().isIdle()) {
            due(NEVER);
            return;
        }
        Peer way = route.unasked();
        boolean asleep = way != null && way.transport() == Transport.UDP && nowMicros - lastSeenMicros >= ASLEEP_MICROS;
        if (way == null || asleep) {
            known.queue().advance(nowMicros, null);
        } else {
            known.queue()
                    .advance(
                            nowMicros,
                            (seq, back, message) -> tools.replies().sequenced(way, session, seq, back, message));
        }
        due(known.queue().nextMicros(way != null && !asleep));
    }

    /** Events, texts and results of the device. */
    long count() {
        Conversation known = conversation;
        return countBefore + (known == null ? 0 : known.count());
    }

    /** There were so many before this process. */
    void countFrom(long count) {
        countBefore = count;
    }

    TalkView view() {
        Conversation known = conversation;
        return known == null ? new TalkView(session.id(), session.label(), List.of(), 0, 0, List.of()) : known.view();
    }
}
