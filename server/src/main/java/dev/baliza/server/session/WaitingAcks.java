package dev.baliza.server.session;

import dev.baliza.protocol.Message;
import java.util.ArrayList;
import java.util.List;

/** The acknowledgements of one device that wait, epoch by epoch. Thread: its shard's. Spec: SPEC §8.2. */
final class WaitingAcks {
    private final List<Acks> acks = new ArrayList<>(1);

    /** Of an epoch; made when it is first wanted. */
    Acks of(EpochLedger ledger, Peer peer) {
        for (int i = 0; i < acks.size(); i++) {
            if (acks.get(i).ledger == ledger) {
                return acks.get(i);
            }
        }
        Acks fresh = new Acks(ledger, peer);
        acks.add(fresh);
        return fresh;
    }

    /** Forgets all. */
    void clear() {
        acks.clear();
    }

    /** Whether one should leave at the end of this burst. */
    boolean isDue() {
        return acks.stream().anyMatch(Acks::isDue);
    }

    /** Sends all that wait; of older epochs than the current one nothing is kept. */
    void send(Session session, Route route, Shard.Tools tools, long currentEpoch) {
        for (int i = 0; i < acks.size(); i++) {
            Acks waiting = acks.get(i);
            if (!waiting.isWaiting()) {
                continue;
            }
            Message.Ack ack = waiting.take(route.isValidated(waiting.to()));
            if (ack == null) {
                tools.counters().count(SessionEvent.ANSWER_WITHHELD);
                continue;
            }
            tools.counters().count(SessionEvent.ACKS_SENT);
            tools.replies().send(waiting.to(), session, ack);
        }
        acks.removeIf(a -> a.ledger.epoch() != currentEpoch);
    }
}
