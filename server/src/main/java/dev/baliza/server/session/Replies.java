package dev.baliza.server.session;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameHeader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Builds the server's answers and keeps them shorter than what caused them. Thread: a shard's. Spec: SPEC §6.5, §9.1. */
final class Replies {
    private static final int NACK_FRAME_BYTES = Limits.MIN_FRAME_BYTES + 21;
    private static final int MAX_TEXT_BYTES = 200;
    /** Budget towards an address that is validated. */
    static final long UNLIMITED = Limits.MAX_FRAME_BYTES;

    private static final long MAX_PN = 0xFFFF_FFFFL;

    private final ServerIdentity identity;
    private final ShardCounters counters;
    private long anonymousPn;

    Replies(ServerIdentity identity, ShardCounters counters) {
        this.identity = identity;
        this.counters = counters;
    }

    ServerIdentity identity() {
        return identity;
    }

    /** Sends a frame to a device; its packet number rises by one. */
    void send(Peer to, @Nullable Session session, Message message) {
        send(to, session, 0, Limits.BACK_UNSET, Frame.FROM_SERVER, message);
    }

    /** Sends a frame that the server numbers and the device acknowledges (SPEC §7.9). */
    void sequenced(Peer to, Session session, long seq, int back, Message message) {
        int flags = Frame.FROM_SERVER | FrameHeader.flags(AckLevel.COUNTED, false);
        send(to, session, seq, back, flags, message);
    }

    private void send(Peer to, @Nullable Session session, long seq, int back, int flags, Message message) {
        SealedLink link = to.seals();
        send(to, session, seq, back, flags, message, link == null ? null : link.sealFor(message));
    }

    /**
     * Sends a frame under a seal that was chosen before.
     *
     * @param seal null in the open profile
     */
    void send(Peer to, @Nullable Session session, Message message, @Nullable Seal seal) {
        send(to, session, 0, Limits.BACK_UNSET, Frame.FROM_SERVER, message, seal);
    }

    private void send(
            Peer to, @Nullable Session session, long seq, int back, int flags, Message message, @Nullable Seal seal) {
        SealedLink link = to.seals();
        long pn = session == null ? anonymousPn++ : session.nextServerPn();
        if (link != null && (seal == null || pn > MAX_PN)) {
            counters.count(SessionEvent.ANSWER_WITHHELD); // it could not be sealed
            return;
        }
        long device = session == null ? 0 : session.id();
        FrameHeader header = new FrameHeader(device, identity.instance(), seq, pn & MAX_PN, back, flags);
        to.outlet().send(to, header, message, seal);
    }

    /** Whether an answer of so many bytes may go; counts the one that may not. */
    boolean fits(long bytes, long budget) {
        if (bytes <= budget) {
            return true;
        }
        counters.count(SessionEvent.ANSWER_WITHHELD);
        return false;
    }

    void nack(Peer to, @Nullable Session session, Frame frame, long budget, ProtocolException fault) {
        int index = fault.index() < 0 ? Message.Nack.NO_INDEX : fault.index();
        nack(to, session, frame, budget, fault.code(), index, 0, 0, String.valueOf(fault.getMessage()));
    }

    /** @param retryAfter units of 100 ms */
    void nack(
            Peer to,
            @Nullable Session session,
            Frame frame,
            long budget,
            ErrorCode code,
            int index,
            int retryAfter,
            long argument,
            String text) {
        nack(
                to,
                session,
                budget,
                frame.epoch(),
                frame.seq(),
                frame.typeCode(),
                code,
                index,
                retryAfter,
                argument,
                text);
    }

    /** A NACK for a frame that is not at hand any more. */
    void nack(
            Peer to,
            @Nullable Session session,
            long budget,
            long epoch,
            long seq,
            int typeCode,
            ErrorCode code,
            int index,
            int retryAfter,
            long argument,
            String text) {
        if (!fits(NACK_FRAME_BYTES, budget)) {
            return;
        }
        counters.count(SessionEvent.NACKS_SENT);
        String cut = cut(text, (int) Math.min(MAX_TEXT_BYTES, budget - NACK_FRAME_BYTES));
        send(
                to,
                session,
                new Message.Nack(
                        epoch, seq, code.number(), typeCode, code.retriable(), index, retryAfter, argument, cut));
    }

    private static String cut(String text, int maxBytes) {
        String cut = text;
        while (cut.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut;
    }

    void pong(Peer to, @Nullable Session session, Message.Ping ping, long nowMicros) {
        send(to, session, new Message.Pong(ping.t1(), nowMicros, nowMicros, ping.echo()));
    }
}
