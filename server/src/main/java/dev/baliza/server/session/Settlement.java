package dev.baliza.server.session;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.aggregate.BoundSet;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.store.JournalRecord;
import org.jspecify.annotations.Nullable;

/** A fresh frame that was judged: what is to be done when it is settled. Thread: its shard's. */
final class Settlement implements ShardJournal.Waiting {
    private final FrameJudge judge;
    private final Session session;
    private final EpochLedger ledger;
    private final Peer peer;
    private final long seq;
    private final int back;
    private final AckLevel level;
    private final @Nullable MessageType type;
    private final @Nullable BoundSet set;
    private final @Nullable ProtocolException wrong;
    /** For those who watch. */
    private final @Nullable Frame shown;

    /**
     * @param frame borrowed; nothing is kept of it but numbers, or a copy when somebody watches
     * @param content null when it is rejected
     */
    Settlement(
            FrameJudge judge,
            Session session,
            EpochLedger ledger,
            Frame frame,
            Peer peer,
            @Nullable Content content,
            @Nullable ProtocolException wrong) {
        this.judge = judge;
        this.session = session;
        this.ledger = ledger;
        shown = session.tools().journal() != null && session.tools().trace().on() ? frame.copy() : null;
        this.peer = peer;
        this.wrong = wrong;
        seq = frame.seq();
        back = frame.back();
        level = frame.level();
        type = frame.type();
        set = content instanceof Content.Rows rows ? rows.set() : null;
    }

    EpochLedger ledger() {
        return ledger;
    }

    long seq() {
        return seq;
    }

    int back() {
        return back;
    }

    boolean reliable() {
        return level != AckLevel.NONE;
    }

    /** Without a journal: at once. */
    Outcome settle(Frame frame, @Nullable Content content, long nowMicros) {
        Outcome outcome = conclude(content, nowMicros);
        judge.answer(ledger, frame, peer, wrong);
        return outcome;
    }

    private Outcome conclude(@Nullable Content content, long arrivalMicros) {
        judge.conclude(this, content, peer.transport(), arrivalMicros);
        if (wrong != null) {
            judge.countRejected(wrong.code());
        }
        return wrong == null ? Outcome.ACCEPTED : Outcome.REJECTED;
    }

    @Override
    public void committed(JournalRecord record, long nowMicros) {
        ShardTools tools = session.tools();
        if (shown != null) {
            tools.trace().begin(tools.aggregator().skipped());
        }
        Content content = null;
        if (wrong == null && type != null) {
            try {
                content = Content.checked(type, record.payload(), set);
            } catch (ProtocolException e) {
                throw new IllegalStateException("a payload that was checked has changed", e);
            }
        }
        Outcome outcome = conclude(content, record.arrivalMicros());
        tools.counters().settled(peer.transport(), outcome);
        session.count(outcome);
        if (shown != null) {
            if (wrong != null) {
                tools.trace().why(wrong);
            }
            tools.trace().end(shown, peer, session, outcome, tools.aggregator().skipped(), record.arrivalMicros());
        }
        if (wrong != null && level != AckLevel.COUNTED) {
            judge.tellRejected(ledger, peer, level, seq, wrong);
        }
        judge.committed(ledger);
    }

    /** Tells the device something about the frame, if its address is proven. */
    void tell(ErrorCode code, String text) {
        session.tell(peer, ledger.epoch(), seq, type, code, text);
    }
}
