package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.books.Transport;
import dev.baliza.server.store.EpochGrant;
import dev.baliza.server.store.JournalRecord;
import dev.baliza.server.store.RecordKind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Applies the records of processes before this one to the devices of a shard, as they were applied then. Thread: its shard's, before
 * the first frame. Spec: STORE §7.1.
 */
final class Replay {
    private final SessionTable sessions;
    private final ShardTools tools;
    private long unreadable;

    Replay(SessionTable sessions, ShardTools tools) {
        this.sessions = sessions;
        this.tools = tools;
    }

    /** Records whose content could not be applied: their description was lost with a damaged record. */
    long unreadable() {
        return unreadable;
    }

    void apply(JournalRecord record) {
        Session session = sessions.get(record.device());
        if (session == null) {
            session = new Session(record.device(), Peer.NOWHERE, tools, record.arrivalMicros());
            sessions.add(session);
        }
        if (record.position() <= session.restoredThrough()) {
            return; // it is in the snapshot
        }
        session.restored(record.position(), record.arrivalMicros());
        try {
            switch (record.kind()) {
                case FRAME, DESCRIPTION, REJECTED -> frame(session, record);
                case EPOCH -> {
                    EpochGrant grant = EpochGrant.read(record.payload());
                    session.epochs().give(grant.boot(), record.epoch(), grant.lowestHeld());
                }
                case DEVICE -> fact(session, record);
                case SNAPSHOT, OPENED, CLOSED -> {}
            }
        } catch (ProtocolException | Refusal | BufferUnderflowException e) {
            unreadable++;
        }
    }

    private @Nullable EpochLedger ledger(Session session, JournalRecord record) {
        DeviceEpochs epochs = session.epochs();
        boolean closed = epochs.isClosed(record.epoch(), record.arrivalMicros());
        return closed ? null : epochs.ledger(record.epoch(), record.arrivalMicros());
    }

    private void frame(Session session, JournalRecord record) throws ProtocolException, Refusal {
        EpochLedger ledger = ledger(session, record);
        if (ledger == null) {
            return;
        }
        ByteBuffer payload = record.payload();
        boolean rejected = record.kind() == RecordKind.REJECTED;
        long seq = record.seq();
        if (!ledger.isBased()) {
            ledger.apply(seq, record.back(), true);
        }
        int hash = rejected ? payload.getInt(0) : Frame.contentHash(record.code(), payload);
        switch (ledger.judge(seq, hash)) {
            case DUPLICATE, CONFLICT, OVERFLOW -> {
                return;
            }
            case FRESH, TOO_OLD -> {} // it was taken when it came; what was stored before it may have made it look old
            // since
        }
        ledger.begin(seq, record.back(), hash);
        ledger.commit(seq, record.back(), !rejected);
        if (rejected) {
            ErrorCode code = DeviceImage.code(record.code());
            if (code != null) {
                session.counts().countRejected(code);
                tools.counters().countRejected(code);
            }
            return;
        }
        Content content = session.intake().read(MessageType.of(record.code()), record.code(), payload);
        Transport transport = record.byUdp() ? Transport.UDP : Transport.TCP;
        session.intake().apply(content, record.epoch(), seq, transport, record.arrivalMicros());
    }

    private void fact(Session session, JournalRecord record) {
        DeviceFact fact = DeviceFact.of(record.code());
        if (fact == null) {
            return;
        }
        if (fact == DeviceFact.NAME) {
            session.rename(StandardCharsets.UTF_8.decode(record.payload()).toString());
            return;
        }
        if (fact == DeviceFact.FORGOTTEN) {
            session.forget();
            return;
        }
        if (fact == DeviceFact.CLOSED) {
            session.epochs().close(record.epoch());
            return;
        }
        if (fact == DeviceFact.TOLD && !session.epochs().knows(record.epoch())) {
            return;
        }
        EpochLedger ledger = ledger(session, record);
        if (ledger == null) {
            return;
        }
        switch (fact) {
            case CLAIM -> ledger.apply(record.seq(), record.back(), false);
            case MARK -> ledger.markTime();
            case TOLD -> {
                DeviceFact.Told told = DeviceFact.Told.read(record.payload());
                if (told.boot() != null) {
                    session.epochs().begunBy(record.epoch(), told.boot());
                }
                session.epochs().holdFrom(record.epoch(), told.lowestHeld());
                session.intake().anchor(record.epoch(), told.bootMicros());
            }
            case BEGUN, NAME, FORGOTTEN, CLOSED -> {}
        }
    }
}
