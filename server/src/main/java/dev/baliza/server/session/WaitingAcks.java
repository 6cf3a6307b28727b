package dev.baliza.server.session;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Message;
import java.util.ArrayList;
import java.util.List;

/** The acknowledgements of one device that wait, epoch by epoch. Thread: its shard's. Spec: SPEC §8.2. */
final class WaitingAcks {
    /** Devices that send best effort have none. */
    private List<Acks> acks = List.of();

    /** Of an epoch; made when it is first wanted. */
    Acks of(EpochLedger ledger, Peer peer) {
        for (int i = 0; i < acks.size(); i++) {
            if (acks.get(i).ledger == ledger) {
                return acks.get(i);
            }
        }
        Acks fresh = new Acks(ledger, peer);
        if (acks.isEmpty()) {
            acks = new ArrayList<>(1);
        }
        acks.add(fresh);
        return fresh;
    }

    /** Forgets all. */
    void clear() {
        acks = List.of();
    }

    /** Whether one should leave at the end of this burst. */
    boolean isDue() {
        return acks.stream().anyMatch(Acks::isDue);
    }

    /** Sends all that wait; of older epochs than the current one nothing is kept. */
    void send(Session session, Route route, ShardTools tools, long currentEpoch) {
        for (int i = 0; i < acks.size(); i++) {
            send(acks.get(i), AckLevel.COUNTED, session, route, tools);
            send(acks.get(i), AckLevel.STORED, session, route, tools);
        }
        if (!acks.isEmpty()) {
            acks.removeIf(a -> a.ledger.epoch() != currentEpoch && a.isDone());
        }
    }

    private static void send(Acks waiting, AckLevel level, Session session, Route route, ShardTools tools) {
        if (!waiting.isWaiting(level)) {
            return;
        }
        Message.Ack ack = waiting.take(level, route.isValidated(waiting.to()));
        if (ack == null) {
            tools.counters().count(SessionEvent.ANSWER_WITHHELD);
            return;
        }
        tools.counters().count(SessionEvent.ACKS_SENT);
        tools.replies().send(waiting.to(), session, ack);
    }

    /** Frames of this epoch are on disk; returns whether an answer can go now. */
    boolean committed(EpochLedger ledger) {
        for (int i = 0; i < acks.size(); i++) {
            if (acks.get(i).ledger == ledger) {
                return acks.get(i).committed();
            }
        }
        return false;
    }
}
