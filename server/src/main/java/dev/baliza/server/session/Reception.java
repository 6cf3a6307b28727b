package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.Operator;
import dev.baliza.protocol.seal.Role;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sent an ADMIN, passes it to the desk and sends what comes back under the seal of the frame that asked. Thread: its
 * shard's. Spec: SPEC §16.1, §16.3.
 */
final class Reception {
    private static final int RESULT_BYTES = Limits.MIN_FRAME_BYTES + 13;

    private final Replies replies;
    private final ShardCounters counters;
    private final Trace trace;
    private AdminDesk desk = AdminDesk.NONE;
    private Executor shard = Runnable::run;

    Reception(Replies replies, ShardCounters counters, Trace trace) {
        this.replies = replies;
        this.counters = counters;
        this.trace = trace;
    }

    /** @param thread runs answers on the shard's thread and sends them off */
    void use(AdminDesk newDesk, Executor thread) {
        desk = newDesk;
        shard = thread;
    }

    void onAdmin(@Nullable Session session, Message.Admin admin, Frame frame, Peer peer) {
        Caller caller = caller(frame, peer);
        boolean trusted = caller.keyless() && caller.role() != null;
        long budget = session != null
                ? session.budget(frame, peer)
                : trusted || peer.validatesItself() ? Replies.UNLIMITED : frame.length();
        if (caller.role() == null) {
            counters.count(SessionEvent.ADMIN_WRONG_ROLE);
            String text = peer.seals() == null
                    ? "ADMIN must be sealed with the key of an operator; see baliza keys new --role"
                    : "this is the key of a device; an operator's has a role";
            trace.why(ErrorCode.WRONG_ROLE, text);
            replies.nack(peer, session, frame, budget, ErrorCode.WRONG_ROLE, Message.Nack.NO_INDEX, 0, 0, text);
            desk.refused(caller, admin);
            return;
        }
        SealedLink link = peer.seals();
        Seal seal = link == null ? null : link.currentSeal();
        trace.note(caller.name() + " asks: " + admin.operation());
        desk.ask(caller, admin, parts -> shard.execute(() -> send(parts, peer, session, seal, budget)));
    }

    private void send(
            List<Message.AdminResult> parts, Peer peer, @Nullable Session session, @Nullable Seal seal, long budget) {
        long left = budget;
        boolean unlimited = budget >= Replies.UNLIMITED;
        for (Message.AdminResult part : parts) {
            int bytes = RESULT_BYTES + part.json().remaining();
            if (!unlimited && !replies.fits(bytes, left)) {
                return;
            }
            left -= bytes;
            replies.send(peer, session, part, seal);
        }
    }

    private Caller caller(Frame frame, Peer peer) {
        Operator operator = peer.operator();
        if (operator != null) {
            return new Caller(
                    frame.device(), operator.name(), operator.role(), false, peer.transport(), peer.address());
        }
        boolean local = peer.seals() == null
                && frame.device() == 0
                && frame.epoch() == 0
                && desk.servesLoopback()
                && peer.address().getAddress().isLoopbackAddress();
        return new Caller(
                frame.device(),
                local ? Caller.LOOPBACK : Names.hex(frame.device()),
                local ? Role.OPERATOR : null,
                peer.seals() == null,
                peer.transport(),
                peer.address());
    }
}
