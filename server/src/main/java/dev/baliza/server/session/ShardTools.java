package dev.baliza.server.session;

import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.downlink.DownlinkCounts;
import dev.baliza.server.store.RecordHead;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the sessions of a shard share. Thread: the shard's. */
record ShardTools(
        Aggregator aggregator,
        Replies replies,
        ShardCounters counters,
        NameRegistry names,
        AddressTokens tokens,
        Set<Session> ackQueue,
        Trace trace,
        DownlinkCounts downlink,
        DueTalks due,
        ClockRound clocks,
        Journaling journaling) {
    /** Null without a journal. */
    @Nullable
    ShardJournal journal() {
        return journaling.journal;
    }

    boolean offer(RecordHead head, ShardJournal.Waiting then) {
        return offer(head, ByteBuffer.allocate(0), then);
    }

    /** False when the journal has no room. */
    boolean offer(RecordHead head, ByteBuffer payload, ShardJournal.Waiting then) {
        ShardJournal journal = journaling.journal;
        return journal != null && journal.offer(head, payload, then);
    }

    /** Holds the journal, which comes when the state before it is restored. */
    static final class Journaling {
        private @Nullable ShardJournal journal;

        void use(ShardJournal newer) {
            journal = newer;
        }
    }
}
