package dev.baliza.server.session;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Transport;
import dev.baliza.server.store.RecordHead;
import dev.baliza.server.store.RecordKind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the sequenced frames of one device. Without a journal what it decides is counted at once; with one, after the commit of
 * its record. Thread: its shard's. Spec: SPEC §4, §5, §8.
 */
final class FrameJudge {
    private static final long STALE_NACK_MICROS = 1_000_000;
    private static final int STORE_RETRY_AFTER = 10;
    private static final int HASH_BYTES = 4;

    private final Session session;
    private final ShardTools tools;
    private final DeviceEpochs epochs;
    private final Intake intake;
    private final DeviceCounts counts;
    private final WaitingAcks acks = new WaitingAcks();
    private long staleNackMicros = -STALE_NACK_MICROS;

    FrameJudge(Session session, ShardTools tools, DeviceEpochs epochs, Intake intake, DeviceCounts counts) {
        this.session = session;
        this.tools = tools;
        this.epochs = epochs;
        this.intake = intake;
        this.counts = counts;
    }

    /** Acknowledgements that wait. */
    WaitingAcks acks() {
        return acks;
    }

    /**
     * Judges a frame.
     *
     * @param fault what is wrong with its header or extensions
     * @return null when it waits for its commit
     */
    @Nullable
    Outcome judge(Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros) {
        if (frame.epoch() == 0) {
            return onUnaccounted(frame, fault, peer, nowMicros);
        }
        try {
            if (frame.epoch() >= Limits.EPOCH_LIMIT) {
                throw new Refusal(RefusalReason.JUMP, 0, "epochs end at 0xF0000000");
            }
            if (session.isClosed(frame.epoch(), nowMicros)) {
                return stale(frame, peer, nowMicros);
            }
            return onLedger(frame, fault, peer, nowMicros);
        } catch (Refusal refusal) {
            tools.counters().countRefused(refusal.reason());
            counts.count(refusal.reason());
            tools.trace().why(refusal.reason().code(), refusal.getMessage());
            if (frame.reliable()) {
                String text = String.valueOf(refusal.getMessage());
                int retryAfter = refusal.reason() == RefusalReason.STORE ? STORE_RETRY_AFTER : 0;
                nack(frame, peer, refusal.reason().code(), retryAfter, refusal.argument(), text);
            }
            return Outcome.REFUSED;
        }
    }

    private @Nullable Outcome onLedger(Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros)
            throws Refusal {
        long seq = frame.seq();
        EpochLedger ledger = session.ledger(frame.epoch(), nowMicros);
        if (ledger == null) {
            throw new Refusal(
                    RefusalReason.STORE, 0, "the store has no room for another epoch of the device now; send it again");
        }
        boolean fresh = !ledger.isBased();
        switch (ledger.hear(seq, frame.back(), frame.pn(), true)) {
            case APPLIED -> {}
            case JUMP ->
                throw new Refusal(
                        RefusalReason.JUMP,
                        0,
                        "number or floor jumps by more than 1024; send one more frame to confirm");
            case NO_FLOOR ->
                throw new Refusal(RefusalReason.FLOOR, 0, "the first frame of an epoch must name its floor (back)");
        }
        applyFloor(ledger, frame, fresh, nowMicros);
        int contentHash = frame.contentHash();
        switch (ledger.judge(seq, contentHash)) {
            case OVERFLOW -> {
                tools.trace().note("the number is more than 1024 above the lowest that is undecided");
                return Outcome.OVERFLOW;
            }
            case TOO_OLD -> {
                tools.trace().note("the number was declared lost, or is far behind");
                acknowledge(ledger, frame, peer, true, false);
                return Outcome.TOO_OLD;
            }
            case DUPLICATE -> {
                tools.trace().note("the number is settled already");
                acknowledge(ledger, frame, peer, true, ledger.isPending(seq));
                return Outcome.DUPLICATE;
            }
            case CONFLICT -> {
                tools.trace().why(ErrorCode.CONFLICT, "other content was settled under this number");
                if (frame.reliable()) {
                    nack(frame, peer, ErrorCode.CONFLICT, 0, 0, "other content was settled under this number");
                }
                return Outcome.CONFLICT;
            }
            case FRESH -> {}
        }
        return settle(ledger, frame, contentHash, fault, peer, nowMicros);
    }

    /**
     * At once without a journal; with one, after it is written down, and only where the frame cannot be judged else or will not be
     * stored itself.
     *
     * @throws Refusal it cannot be judged before that
     */
    private void applyFloor(EpochLedger ledger, Frame frame, boolean fresh, long nowMicros) throws Refusal {
        long seq = frame.seq();
        int back = frame.back();
        if (tools.journal() == null) {
            ledger.apply(seq, back, true);
            return;
        }
        boolean first = ledger.needsFloor(seq, back);
        if (fresh || first || (ledger.isSettled(seq) && ledger.adds(seq, back))) {
            RecordHead head = head(RecordKind.DEVICE, DeviceFact.CLAIM.code(), frame, Transport.TCP, nowMicros);
            boolean taken = tools.offer(head, (record, now) -> ledger.apply(seq, back, false));
            if (fresh && !taken) {
                ledger.unbase();
            }
            if (first || (fresh && !taken)) {
                throw new Refusal(RefusalReason.STORE, 0, "its floor is being stored first; send it again");
            }
        }
    }

    private @Nullable Outcome settle(
            EpochLedger ledger,
            Frame frame,
            int contentHash,
            @Nullable ProtocolException fault,
            Peer peer,
            long nowMicros)
            throws Refusal {
        AckLevel highest = tools.replies().identity().highestLevel();
        Content content = null;
        ProtocolException wrong = fault;
        try {
            if (frame.level().compareTo(highest) > 0) {
                throw new Refusal(
                        RefusalReason.LEVEL, highest.ordinal(), "the highest level here is " + highest.ordinal());
            }
            if (wrong == null) {
                content = intake.read(frame);
            }
        } catch (ProtocolException e) {
            wrong = e;
        } catch (Refusal refusal) {
            if (tools.journal() == null) {
                ledger.refuse(frame.seq());
            }
            throw refusal;
        }
        Settlement settlement = new Settlement(this, session, ledger, frame, peer, content, wrong);
        if (tools.journal() == null) {
            ledger.begin(frame.seq(), frame.back(), contentHash);
            return settlement.settle(frame, content, nowMicros);
        }
        offer(settlement, frame, contentHash, content, wrong, peer, nowMicros);
        ledger.begin(frame.seq(), frame.back(), contentHash);
        if (content instanceof Content.Description description) {
            intake.describe(description); // readings that follow in the same group name it
        }
        if (wrong != null && frame.level() == AckLevel.COUNTED) {
            tellRejected(ledger, peer, frame.level(), frame.seq(), wrong);
        }
        acknowledge(ledger, frame, peer, frame.has(Frame.ACK_NOW), true);
        return null;
    }

    private void offer(
            Settlement settlement,
            Frame frame,
            int contentHash,
            @Nullable Content content,
            @Nullable ProtocolException wrong,
            Peer peer,
            long nowMicros)
            throws Refusal {
        RecordKind kind = content == null
                ? RecordKind.REJECTED
                : content instanceof Content.Description ? RecordKind.DESCRIPTION : RecordKind.FRAME;
        int code = wrong == null ? frame.typeCode() : wrong.code().number();
        ByteBuffer payload = content == null ? ByteBuffer.allocate(HASH_BYTES).putInt(0, contentHash) : frame.payload();
        if (!tools.offer(head(kind, code, frame, peer.transport(), nowMicros), payload, settlement)) {
            throw new Refusal(RefusalReason.STORE, 0, "the store takes nothing now; send it again later");
        }
    }

    private RecordHead head(RecordKind kind, int code, Frame frame, Transport transport, long nowMicros) {
        return new RecordHead(
                kind,
                code,
                session.id(),
                frame.epoch(),
                frame.seq(),
                frame.back(),
                transport == Transport.UDP,
                nowMicros);
    }

    /** Applies accepted content, or counts why there is none. */
    void conclude(Settlement of, @Nullable Content content, Transport transport, long arrivalMicros) {
        of.ledger().commit(of.seq(), of.back(), content != null);
        boolean inForce = tools.journal() != null && content instanceof Content.Description; // since it was judged
        if (inForce) {
            intake.described();
        } else if (content != null) {
            boolean unset = intake.apply(content, of.ledger().epoch(), of.seq(), transport, arrivalMicros);
            if (unset && of.reliable() && intake.tellsOfClock(of.ledger().epoch())) {
                of.tell(ErrorCode.CLOCK_UNSET, "the clock was never set; readings are stamped on arrival");
            }
        }
    }

    /** Without a journal, right behind {@link #conclude}. */
    void answer(EpochLedger ledger, Frame frame, Peer peer, @Nullable ProtocolException wrong) {
        if (wrong != null) {
            tools.trace().why(wrong);
            tellRejected(ledger, peer, frame.level(), frame.seq(), wrong);
        }
        acknowledge(ledger, frame, peer, frame.has(Frame.ACK_NOW), false);
    }

    /** A frame that was rejected has reached the level that it asked for. */
    void tellRejected(EpochLedger ledger, Peer peer, AckLevel level, long seq, ProtocolException wrong) {
        if (level != AckLevel.NONE) {
            acks.of(ledger, peer).addRejected(level, seq, wrong.code().number());
        }
    }

    /** A record of this epoch is on disk. */
    void committed(EpochLedger ledger) {
        if (acks.committed(ledger)) {
            tools.ackQueue().add(session);
        }
    }

    void countRejected(ErrorCode code) {
        tools.counters().countRejected(code);
        counts.countRejected(code);
    }

    /** Epoch 0: counted, no ledger, no answer (SPEC §4.2.3). */
    private Outcome onUnaccounted(Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros) {
        try {
            if (fault != null) {
                throw fault;
            }
            intake.apply(intake.read(frame), frame.epoch(), frame.seq(), peer.transport(), nowMicros);
        } catch (ProtocolException e) {
            tools.counters().count(SessionEvent.UNACCOUNTED_MALFORMED);
            tools.trace().why(e);
        } catch (Refusal refusal) {
            tools.counters().count(SessionEvent.UNACCOUNTED_MALFORMED);
            tools.trace().why(refusal.reason().code(), refusal.getMessage());
        }
        return Outcome.UNACCOUNTED;
    }

    /** A frame of a closed epoch. */
    Outcome stale(Frame frame, Peer peer, long nowMicros) {
        if (tools.trace().on()) {
            tools.trace()
                    .why(
                            ErrorCode.STALE_EPOCH,
                            "epoch " + frame.epoch() + " is closed; go on with " + (epochs.newest() + 1));
        }
        MessageType type = frame.type();
        boolean answers = frame.reliable()
                || type == MessageType.HELLO
                || type == MessageType.PING
                || type == MessageType.VALUES
                || type == MessageType.ADMIN;
        if (answers && Math.abs(nowMicros - staleNackMicros) >= STALE_NACK_MICROS) { // the clock may have been set back
            staleNackMicros = nowMicros;
            String text = "this epoch is closed; go on with epoch " + (epochs.newest() + 1);
            nack(frame, peer, ErrorCode.STALE_EPOCH, 0, epochs.newest(), text);
        }
        return Outcome.STALE;
    }

    private void nack(Frame frame, Peer peer, ErrorCode code, int retryAfter, long argument, String text) {
        long budget = session.budget(frame, peer);
        tools.replies().nack(peer, session, frame, budget, code, Message.Nack.NO_INDEX, retryAfter, argument, text);
    }

    /** @param pending whether the commit of the frame is still to come */
    void acknowledge(EpochLedger ledger, Frame frame, Peer peer, boolean atOnce, boolean pending) {
        if (frame.reliable()) {
            acks.of(ledger, peer).add(frame, peer, atOnce, pending);
            tools.ackQueue().add(session);
        }
    }
}
