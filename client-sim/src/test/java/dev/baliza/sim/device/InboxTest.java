package dev.baliza.sim.device;

import static dev.baliza.sim.device.Inbox.Verdict.FRESH;
import static dev.baliza.sim.device.Inbox.Verdict.IGNORED;
import static dev.baliza.sim.device.Inbox.Verdict.KNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A device's book of its server's numbers. */
class InboxTest {
    private static final long SERVER = 0x5EED_5EEDL;

    private final Inbox inbox = new Inbox();

    private Inbox.Verdict take(long seq, long floor) {
        return inbox.take(SERVER, seq, (int) (seq - floor));
    }

    @Test
    void theFirstFrameSetsCumToItsFloor() { // SPEC §7.9.1
        assertThat(take(9, 7)).isEqualTo(FRESH);
        Message.Ack ack = inbox.ack();
        assertThat(ack.epoch()).isEqualTo(SERVER);
        assertThat(ack.next()).isEqualTo(7);
        assertThat(ack.settled()).containsExactly(1L << 61);
        assertThat(take(7, 7)).isEqualTo(FRESH);
        assertThat(take(8, 7)).isEqualTo(FRESH);
        assertThat(inbox.ack()).matches(a -> a.next() == 10 && a.settled().isEmpty());
    }

    @Test
    void noNumberIsTakenTwice() { // SPEC §7.9.3
        assertThat(take(0, 0)).isEqualTo(FRESH);
        assertThat(take(2, 0)).isEqualTo(FRESH);
        assertThat(take(2, 0)).isEqualTo(KNOWN);
        assertThat(take(0, 0)).isEqualTo(KNOWN);
        assertThat(take(1, 0)).isEqualTo(FRESH);
        assertThat(take(2, 2)).isEqualTo(KNOWN);
    }

    @Test
    void aHigherFloorMovesItOnAndALowerOneDoesNothing() { // SPEC §7.9.1
        take(0, 0);
        take(5, 4);
        assertThat(inbox.ack().next()).isEqualTo(4);
        assertThat(take(3, 0)).as("given up by the server").isEqualTo(KNOWN);
        take(200, 200);
        assertThat(inbox.ack()).matches(a -> a.next() == 201 && a.settled().isEmpty());
    }

    @Test
    void whatIsBeyondTheWindowIsIgnored() { // SPEC §7.9.1
        take(0, 0);
        assertThat(take(65, 1)).isEqualTo(IGNORED);
        assertThat(take(64, 1)).isEqualTo(FRESH);
        assertThat(inbox.ack()).matches(a -> a.next() == 1 && a.settled().equals(List.of(1L)));
        assertThat(inbox.take(SERVER, 70, Limits.BACK_UNSET)).isEqualTo(IGNORED);
        assertThat(inbox.take(SERVER, 3, 4)).as("a floor below 0").isEqualTo(IGNORED);
    }

    @Test
    void anInstanceThatWasLeftIsNotTakenUpAgain() { // SPEC §7.9.1
        take(0, 0);
        assertThat(inbox.take(SERVER + 1, 0, 0)).isEqualTo(FRESH);
        assertThat(take(1, 1)).isEqualTo(IGNORED);
        inbox.forget();
        assertThat(take(1, 1)).as("after a boot").isEqualTo(FRESH);
    }

    /** SPEC §7.9.1, §7.9.3: against a plain set, in any order and with repetitions. */
    @Test
    void itAgreesWithASetOfNumbers() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            Inbox one = new Inbox();
            BitSet taken = new BitSet();
            one.take(SERVER, 0, 0);
            taken.set(0);
            for (int i = 0; i < 500; i++) {
                int cum = taken.nextClearBit(0);
                int seq = Math.max(0, cum - 8 + random.nextInt(72));
                Inbox.Verdict expected = taken.get(seq) ? KNOWN : seq - cum < 64 ? FRESH : IGNORED;
                assertThat(one.take(SERVER, seq, seq)).isEqualTo(expected);
                if (expected == FRESH) {
                    taken.set(seq);
                }
                assertThat(one.ack().next()).isEqualTo(taken.nextClearBit(0));
            }
        }
    }
}
