package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.books.Outcome;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves the frames of a shard that have no number of their own. Thread: the shard's. Spec: SPEC §6. */
final class ControlFrames {
    private final ShardTools tools;
    private final Desks desks;
    private final Reception reception;
    private final Supplier<KeyRing> keys;

    ControlFrames(ShardTools tools, Desks desks, Reception reception, Supplier<KeyRing> keys) {
        this.tools = tools;
        this.desks = desks;
        this.reception = reception;
        this.keys = keys;
    }

    /** For a sender that is no device here. */
    void nackUnknown(Frame frame, Peer peer, ErrorCode code, String text) {
        tools.replies().nack(peer, null, frame, budget(null, frame, peer), code, Message.Nack.NO_INDEX, 0, 0, text);
    }

    /**
     * Serves a frame.
     *
     * @param fault what is wrong with its header or extensions
     */
    Outcome judge(
            @Nullable Session session, Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros) {
        MessageType type = frame.type();
        boolean answers = type == MessageType.HELLO
                || type == MessageType.PING
                || type == MessageType.VALUES
                || type == MessageType.ADMIN
                || (frame.reliable() && (type == null || !type.isAnswer()));
        Outcome outcome = Outcome.CONTROL;
        try {
            if (fault != null) {
                throw fault;
            }
            Message message = type == null ? null : MessageCodec.read(type, frame.payload());
            if (session != null) {
                outcome = session.onControl(frame, message, peer, nowMicros);
            }
            if (message != null && outcome == Outcome.CONTROL) {
                serve(session, message, frame, peer, nowMicros);
            }
        } catch (ProtocolException e) {
            tools.counters().count(SessionEvent.CONTROL_MALFORMED);
            tools.trace().why(e);
            if (answers) {
                tools.replies().nack(peer, session, frame, budget(session, frame, peer), e);
            }
        }
        return outcome;
    }

    private static long budget(@Nullable Session session, Frame frame, Peer peer) {
        if (session != null) {
            return session.budget(frame, peer);
        }
        return peer.validatesItself() ? Replies.UNLIMITED : frame.length();
    }

    private void serve(@Nullable Session session, Message message, Frame frame, Peer peer, long nowMicros) {
        if (message instanceof Message.Ping ping) {
            tools.replies().pong(peer, session, ping, nowMicros);
        } else if (message instanceof Message.Pong pong && session != null) {
            session.clock().heard(pong, nowMicros);
        } else if (message instanceof Message.Values values) {
            tools.replies().send(peer, session, new Message.ValuesBack(values.request(), values.values()));
        } else if (message instanceof Message.Hello hello) {
            if (session != null) {
                session.introductions().onHello(hello, frame, peer, nowMicros);
            } else {
                tools.trace().why(ErrorCode.NO_ROOM, "no room for another device");
                nackUnknown(frame, peer, ErrorCode.NO_ROOM, "no room for another device");
            }
        } else if (message instanceof Message.Heartbeat beat && session != null) {
            session.introductions().onHeartbeat(beat, frame, nowMicros);
        } else if (message instanceof Message.Ack ack && session != null) {
            session.talk().acknowledged(ack, nowMicros);
        } else if (message instanceof Message.Exchange exchange) {
            long budget = budget(session, frame, peer);
            desks.serve(session, exchange, frame, peer, budget, !keys.get().isEmpty());
        } else if (message instanceof Message.Admin admin) {
            reception.onAdmin(session, admin, frame, peer);
        }
    }
}
