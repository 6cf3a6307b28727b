package dev.baliza.server.session;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.store.EpochGrant;
import dev.baliza.server.store.RecordHead;
import dev.baliza.server.store.RecordKind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a device tells of its lives, and what it is told: HELLO, WELCOME, HEARTBEAT. Thread: its shard's. Spec: SPEC §4.2, §6. */
final class Introductions {
    private final Session session;
    private final ShardTools tools;
    private final DeviceEpochs epochs;
    private final Intake intake;

    Introductions(Session session, ShardTools tools, DeviceEpochs epochs, Intake intake) {
        this.session = session;
        this.tools = tools;
        this.epochs = epochs;
        this.intake = intake;
    }

    /** What a device that goes on tells of its boot and of older epochs. */
    void onHeartbeat(Message.Heartbeat beat, Frame frame, long nowMicros) {
        long bootMicros = nowMicros - beat.uptimeMicros();
        boolean news = intake.anchor(frame.epoch(), bootMicros);
        news |= epochs.holdFrom(frame.epoch(), beat.lowestHeldEpoch());
        if (news) {
            DeviceFact.Told told = new DeviceFact.Told(null, beat.lowestHeldEpoch(), bootMicros);
            session.note(DeviceFact.TOLD, frame.epoch(), told.bytes(), nowMicros);
        }
    }

    /** Answers HELLO with WELCOME (SPEC §4.2.2, §6.2); when the server gives the epoch, after that is on disk. */
    void onHello(Message.Hello hello, Frame frame, Peer peer, long nowMicros) {
        long epoch = frame.epoch();
        boolean gives = epoch == 0 && !epochs.hasGiven(hello.bootNonce());
        if (epoch == 0 && epochs.isBeingGiven(hello.bootNonce())) {
            tools.counters().count(SessionEvent.ANSWER_WITHHELD); // the first one's WELCOME leaves with the commit
            return;
        }
        if (epoch == 0) {
            epoch = epochs.assign(hello.bootNonce(), nowMicros);
        } else {
            epochs.holdFrom(epoch, hello.lowestHeldEpoch());
            DeviceFact.Told told =
                    new DeviceFact.Told(hello.bootNonce(), hello.lowestHeldEpoch(), nowMicros - hello.uptimeMicros());
            boolean begun = epochs.knows(epoch) || epoch >= Limits.EPOCH_LIMIT;
            if (!begun || !session.note(DeviceFact.TOLD, epoch, told.bytes(), nowMicros)) {
                tools.counters().count(SessionEvent.ANSWER_WITHHELD); // until it is written down whose epoch it is
                return;
            }
        }
        SealedLink link = peer.seals();
        if (link != null) {
            link.welcomed(epoch, hello.bootNonce());
        }
        intake.anchor(epoch, nowMicros - hello.uptimeMicros());
        Message.Welcome welcome = Welcomes.of(
                hello.bootNonce(),
                epoch,
                tools.replies().identity(),
                epochs.open(),
                tools.tokens().issue(peer.address(), nowMicros),
                nowMicros,
                session.budget(frame, peer));
        if (welcome == null) {
            tools.counters().count(SessionEvent.ANSWER_WITHHELD);
        }
        boolean writesDown = tools.journal() != null && !session.isOfOperator();
        if (gives && writesDown) {
            giveEpoch(hello, epoch, welcome, peer, nowMicros);
        } else {
            if (gives) {
                epochs.give(hello.bootNonce(), epoch, hello.lowestHeldEpoch());
            }
            if (welcome != null) {
                tools.replies().send(peer, session, welcome);
            }
        }
        session.clock().greeted(epoch);
    }

    private void giveEpoch(
            Message.Hello hello, long epoch, Message.@Nullable Welcome welcome, Peer peer, long nowMicros) {
        ByteBuffer grant = ByteBuffer.allocate(EpochGrant.BYTES);
        new EpochGrant(hello.bootNonce(), new BootNonce(0, 0), hello.lowestHeldEpoch()).write(grant);
        SealedLink link = peer.seals();
        Seal seal = link == null || welcome == null ? null : link.sealFor(welcome);
        RecordHead head = RecordHead.of(RecordKind.EPOCH, 0, session.id(), epoch, 0, nowMicros);
        BootNonce nonce = hello.bootNonce();
        boolean taken = tools.offer(head, grant.flip(), (record, now) -> {
            epochs.give(nonce, epoch, hello.lowestHeldEpoch());
            if (welcome != null) {
                tools.replies().send(peer, session, welcome, seal);
            }
        });
        if (!taken) {
            epochs.takeBack(nonce);
            tools.counters().count(SessionEvent.ANSWER_WITHHELD);
        }
    }
}
