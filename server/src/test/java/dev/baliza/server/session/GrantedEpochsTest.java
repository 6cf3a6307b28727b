package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.server.store.CommittedBatch;
import dev.baliza.server.store.Journal;
import dev.baliza.server.store.JournalDriver;
import dev.baliza.server.store.JournalEvents;
import dev.baliza.server.store.JournalLimits;
import dev.baliza.server.store.Lane;
import dev.baliza.server.store.RecordHead;
import dev.baliza.server.store.RecordKind;
import dev.baliza.server.store.Recovery;
import dev.baliza.server.store.SimulatedDisk;
import dev.baliza.server.store.StoreClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has which epoch while that is being written down. SPEC §4.2. */
class GrantedEpochsTest {
    private static final long GIVEN = ShardHarness.START_MICROS / 1_000_000;
    private static final BootNonce FORGETFUL = new BootNonce(1, 1);
    private static final BootNonce COUNTING = new BootNonce(2, 2);

    private final ShardHarness harness = new ShardHarness();
    private final Clock clock = new Clock();
    private final Deque<CommittedBatch> committed = new ArrayDeque<>();
    private Journal journal;
    private Lane lane;

    private static final class Clock implements StoreClock {
        private long nanos;

        @Override
        public long wallMicros() {
            return ShardHarness.START_MICROS;
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }

    private static final class Calm implements JournalEvents {
        @Override
        public void stalled(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void resumed() {}

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void deleted(String segment) {}

        @Override
        public void retentionFailed(IOException cause) {}
    }

    @BeforeEach
    void begin() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        Recovery nothing = Recovery.of(disk, damage -> {});
        journal = new Journal(disk, nothing, JournalLimits.DEFAULT, clock, () -> 1, new Calm());
        lane = journal.lane(committed::add);
        harness.shard.useJournal(new ShardJournal(lane, 0));
    }

    private void commit() {
        JournalDriver.step(journal);
        clock.nanos += JournalLimits.DEFAULT.groupNanos();
        JournalDriver.step(journal);
        while (!committed.isEmpty()) {
            harness.shard.committed(committed.remove(), harness.nowMicros);
        }
        harness.shard.endOfBurst();
    }

    @Test
    void anEpochThatIsBeingGivenIsNobodyElses() {
        harness.hello(harness.udp, 0, FORGETFUL, 0);
        assertThat(harness.answers).as("not before it is on disk").isEmpty();
        harness.hello(harness.udp, GIVEN, COUNTING, 0);
        Message.Nack nack = harness.lastAnswer(Message.Nack.class);
        assertThat(nack.code()).isEqualTo(ErrorCode.STALE_EPOCH.number());
        assertThat(nack.argument()).isEqualTo(GIVEN);

        commit();
        Message.Welcome welcome = harness.lastAnswer(Message.Welcome.class);
        assertThat(welcome.epoch()).isEqualTo(GIVEN);
        assertThat(welcome.bootNonce()).isEqualTo(FORGETFUL);
    }

    @Test
    void whoHasLostItsCountIsSentBeyondEpochsThatWereGiven() { // SPEC §4.2.5
        harness.bestEffort(harness.udp, 7, 0, ShardHarness.named(1));
        harness.hello(harness.udp, 0, FORGETFUL, 0);
        commit();
        harness.hello(harness.udp, 5, COUNTING, 0);
        assertThat(harness.lastAnswer(Message.Nack.class).argument()).isEqualTo(GIVEN);
    }

    @Test
    void nobodyIsWelcomeWhoseBootCannotBeWrittenDown() { // SPEC §4.2.6: a restored backup would be taken for it
        ByteBuffer large = ByteBuffer.allocate(100_000);
        while (lane.offer(RecordHead.of(RecordKind.SNAPSHOT, 0, 0, 0, 0, 0), large)) {
            // until there is no room
        }
        ByteBuffer small = ByteBuffer.allocate(0);
        while (lane.offer(RecordHead.of(RecordKind.SNAPSHOT, 0, 0, 0, 0, 0), small)) {
            // nor for the least
        }
        harness.hello(harness.udp, 9, COUNTING, 0);
        assertThat(harness.answers).isEmpty();
    }
}
