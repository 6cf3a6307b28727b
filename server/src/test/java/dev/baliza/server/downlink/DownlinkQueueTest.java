package dev.baliza.server.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.server.books.DownlinkState;
import dev.baliza.server.books.DownlinkView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A queue with a clock that stands still until a test moves it. */
class DownlinkQueueTest {
    private static final long SECOND = 1_000_000;

    private record Sent(long seq, int back, Message message) {}

    private final DownlinkCounts counts = new DownlinkCounts();
    private final DownlinkQueue queue = new DownlinkQueue(counts);
    private final List<Sent> sent = new ArrayList<>();
    private final DownlinkQueue.Wire wire = (seq, back, message) -> sent.add(new Sent(seq, back, message));
    private long now = 1_800_000_000L * SECOND;

    private String offerCommand(long id, long deadlineSeconds) {
        Message message = new Message.Command(id, deadlineSeconds, "identify", List.of());
        String refusal = queue.offer(new Outgoing(id, message, 30, now, now + deadlineSeconds * SECOND));
        return refusal == null ? "" : refusal;
    }

    private void offerText(long id, long deadlineSeconds, int bytes) {
        Message message = new Message.Text(id, "ada", "hello");
        assertThat(queue.offer(new Outgoing(id, message, bytes, now, now + deadlineSeconds * SECOND)))
                .isNull();
    }

    private void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            now += SECOND;
            queue.advance(now, wire);
        }
    }

    private DownlinkView view(long id) {
        return Objects.requireNonNull(queue.find(id, "lab-1"));
    }

    private static Message.Result result(long id, Message.Result.State state, int exitStatus, String output) {
        return new Message.Result(id, state, exitStatus, output);
    }

    @Test
    void whatIsNotAcknowledgedGoesAgainAfter1And2And4Seconds() { // SPEC §7.9.4
        offerCommand(7, 3_600);
        queue.advance(now, wire);
        List<Long> at = new ArrayList<>();
        for (int second = 1; second <= 300; second++) {
            int before = sent.size();
            pass(1);
            if (sent.size() > before) {
                at.add((long) second);
            }
        }

        assertThat(at).containsExactly(1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L, 243L);
        assertThat(sent).allMatch(one -> one.equals(sent.get(0)));
        assertThat(view(7).transmissions()).isEqualTo(10);
        assertThat(counts.of(DownlinkEvent.SENT_AGAIN)).isEqualTo(9);
    }

    @Test
    void anAcknowledgedMessageIsNotSentAgain() { // SPEC §7.9.4
        offerText(1, 60, 20);
        offerCommand(2, 60);
        queue.advance(now, wire);
        queue.acknowledged(0, List.of(1L << 62), now);
        assertThat(view(2).state()).isEqualTo(DownlinkState.ACKED);
        assertThat(view(1).state()).isEqualTo(DownlinkState.SENT);
        sent.clear();
        pass(1);
        assertThat(sent).extracting(Sent::seq).containsExactly(0L);
        queue.acknowledged(2, List.of(), now);
        assertThat(view(1).state()).as("the end of a text").isEqualTo(DownlinkState.ACKED);
        sent.clear();
        pass(30);
        assertThat(sent).isEmpty();
    }

    @Test
    void theFloorRisesOverWhatIsSettledOrOver() { // SPEC §7.9.4
        offerCommand(1, 3);
        offerCommand(2, 600);
        queue.advance(now, wire);
        assertThat(sent).extracting(Sent::back).containsExactly(0, 1);
        sent.clear();
        pass(3);
        assertThat(view(1).state()).isEqualTo(DownlinkState.EXPIRED);
        assertThat(sent.get(sent.size() - 1)).matches(one -> one.seq() == 1 && one.back() == 0);
        assertThat(counts.of(DownlinkEvent.EXPIRED)).isEqualTo(1);
    }

    @Test
    void newestMinusFloorStaysBelow64() { // SPEC §7.9.4
        offerCommand(1, 3_600);
        queue.advance(now, wire);
        for (long id = 2; id < 200; id++) {
            offerText(id, 3_600, 20);
            queue.advance(now, wire);
            long newest = sent.stream().mapToLong(Sent::seq).max().orElseThrow();
            List<Long> bits = new ArrayList<>(List.of(Long.MAX_VALUE)); // all but number 0
            queue.acknowledged(0, bits, now);
            assertThat(newest).isLessThan(Limits.DOWNLINK_WINDOW);
            if (!queue.isIdle()
                    && queue.views("x").stream()
                                    .filter(v -> !v.state().isFinal())
                                    .count()
                            > 30) {
                return;
            }
        }
    }

    @Test
    void aFullQueueRefusesAndSaysWhy() {
        for (long id = 1; id <= DownlinkQueue.MAX_WAITING; id++) {
            assertThat(offerCommand(id, 60)).isEmpty();
        }
        assertThat(offerCommand(99, 60)).contains("queue is full", "32 messages");
        assertThat(counts.of(DownlinkEvent.TURNED_AWAY)).isEqualTo(1);
    }

    @Test
    void bytesAreLimitedToo() {
        for (long id = 1; id <= 16; id++) {
            offerText(id, 60, DownlinkQueue.MAX_BYTES / 16);
        }
        assertThat(offerCommand(99, 60)).contains("queue is full");
        pass(60);
        assertThat(offerCommand(100, 60)).as("after they expired").isEmpty();
    }

    @Test
    void withoutAWayNothingIsSentAndTheDeadlineCounts() { // SPEC §7.9.5
        offerCommand(1, 5);
        for (int i = 0; i < 4; i++) {
            now += SECOND;
            queue.advance(now, null);
        }
        assertThat(view(1).state()).isEqualTo(DownlinkState.QUEUED);
        queue.advance(now, wire);
        assertThat(sent).hasSize(1);
        assertThat(((Message.Command) sent.get(0).message()).deadlineSeconds())
                .as("what is left of it")
                .isEqualTo(1);
    }

    @Test
    void aResultEndsACommandEvenIfItsAckWasLost() { // SPEC §7.8
        offerCommand(1, 60);
        queue.advance(now, wire);
        assertThat(queue.result(result(1, Message.Result.State.ACKED, 0, ""), now))
                .isTrue();
        assertThat(view(1).state()).isEqualTo(DownlinkState.ACKED);
        assertThat(queue.result(result(1, Message.Result.State.DONE, 3, "\u001b[0m hot"), now))
                .isTrue();

        assertThat(view(1)).matches(one -> one.state() == DownlinkState.DONE && one.exitStatus() == 3);
        assertThat(view(1).output()).isEqualTo("\\u001b[0m hot");
        assertThat(queue.isIdle()).isTrue();
    }

    @Test
    void aFinalResultStands() { // SPEC §7.8.2
        offerCommand(1, 60);
        queue.advance(now, wire);
        queue.result(result(1, Message.Result.State.REFUSED, 0, "no"), now);
        assertThat(queue.result(result(1, Message.Result.State.DONE, 0, "yes"), now))
                .isFalse();
        assertThat(view(1))
                .matches(one ->
                        one.state() == DownlinkState.REFUSED && one.output().equals("no"));
        assertThat(queue.result(result(55, Message.Result.State.DONE, 0, ""), now))
                .as("a command of nobody")
                .isFalse();
        assertThat(counts.of(DownlinkEvent.RESULT_UNMATCHED)).isEqualTo(2);
    }

    @Test
    void aResultAfterTheDeadlineTellsWhatBecameOfIt() { // SPEC §7.8.2
        offerCommand(1, 5);
        queue.advance(now, wire);
        queue.acknowledged(1, List.of(), now);
        pass(5);
        assertThat(view(1).state()).isEqualTo(DownlinkState.EXPIRED);
        assertThat(queue.result(result(1, Message.Result.State.DONE, 0, "late"), now))
                .isTrue();
        assertThat(view(1).state()).isEqualTo(DownlinkState.DONE);
    }

    @Test
    void anAckOfNumbersThatWereNeverSentSaysNothing() {
        offerCommand(1, 60);
        queue.advance(now, wire);
        queue.acknowledged(9, List.of(), now);
        assertThat(view(1).state()).isEqualTo(DownlinkState.SENT);
    }

    @Test
    void theLast64OfThoseThatAreOverAreKept() {
        for (long id = 1; id <= 100; id++) {
            offerText(id, 1, 20);
            pass(1);
        }
        assertThat(queue.views("lab-1")).hasSize(DownlinkQueue.MAX_FINISHED);
        assertThat(queue.find(1, "lab-1")).isNull();
        assertThat(view(100).state()).isEqualTo(DownlinkState.EXPIRED);
    }
}
