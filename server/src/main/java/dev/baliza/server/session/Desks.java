package dev.baliza.server.session;

import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcResult;
import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.codec.Frame;
import org.jspecify.annotations.Nullable;

/** Brings a shard's file messages and calculations to their desks, if the sender may have them served. Thread: its shard's. */
final class Desks {
    private static final int ANSWER_BYTES = Limits.MIN_FRAME_BYTES + 21;

    private final Replies replies;
    private final ShardCounters counters;
    private @Nullable Desk files;
    private @Nullable Desk calculations;

    Desks(Replies replies, ShardCounters counters) {
        this.replies = replies;
        this.counters = counters;
    }

    void use(Desk forFiles, Desk forCalculations) {
        files = forFiles;
        calculations = forCalculations;
    }

    /** @param keysInForce whether devices have keys here */
    void serve(
            @Nullable Session session,
            Message.Exchange message,
            Frame frame,
            Peer peer,
            long budget,
            boolean keysInForce) {
        boolean known = session != null && frame.epoch() != 0;
        if (message instanceof FileMessage file) {
            if (session != null && known && files != null) {
                Message.Exchange own = file instanceof FileMessage.Chunk chunk ? chunk.copy() : file;
                files.serve(new Errand(session.id(), session.label(), peer, budget, own));
            } else {
                counters.count(SessionEvent.EXCHANGE_IGNORED);
            }
        } else if (message instanceof CalcMessage.Token token) {
            boolean sealed = peer.seals() != null;
            if (calculations == null || (sealed && !known)) {
                counters.count(SessionEvent.EXCHANGE_IGNORED);
            } else if (sealed || (!keysInForce && peer.address().getAddress().isLoopbackAddress())) {
                long device = session == null ? 0 : session.id();
                String label = session == null ? Names.hex(0) : session.label();
                calculations.serve(new Errand(device, label, peer, budget, token));
            } else {
                refuse(session, token, peer, budget);
            }
        } else {
            counters.count(SessionEvent.EXCHANGE_IGNORED); // an answer that nobody asked for
        }
    }

    private void refuse(@Nullable Session session, CalcMessage.Token token, Peer peer, long budget) {
        if (replies.fits(ANSWER_BYTES, budget)) {
            replies.send(
                    peer,
                    session,
                    new CalcMessage.Answer(token.session(), token.token(), CalcResult.NOT_ALLOWED.code(), 0, 0, ""));
        }
    }
}
