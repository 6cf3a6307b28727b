package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.session.EpochLedger.Claim;
import dev.baliza.server.session.EpochLedger.Judgement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The window of one epoch. SPEC §5. */
class EpochLedgerTest {
    private static final int W = 1_024;
    private static final int UNSET = 0xFFFF;

    private final EpochLedger ledger = EpochLedger.fromFloor(1);
    private long pn;

    /** A reliable or best-effort frame with the content that belongs to its number. */
    private Judgement frame(long seq, long floor) {
        assertThat(claim(ledger, seq, (int) (seq - floor), pn++, true)).isEqualTo(Claim.APPLIED);
        return settle(seq, hash(seq));
    }

    private Judgement settle(long seq, int hash) {
        Judgement judgement = ledger.judge(seq, hash);
        if (judgement == Judgement.FRESH) {
            ledger.begin(seq, UNSET, hash);
            ledger.commit(seq, UNSET, true);
        }
        balances();
        return judgement;
    }

    /** As without a journal: heard and applied at once. */
    private static Claim claim(EpochLedger to, long seq, int back, long pn, boolean sequenced) {
        Claim claim = to.hear(seq, back, pn, sequenced);
        if (claim == Claim.APPLIED) {
            to.apply(seq, back, sequenced);
        }
        return claim;
    }

    private static int hash(long seq) {
        return (int) (seq * 31 + 7);
    }

    /** SPEC §5.1. */
    private void balances() {
        assertThat(ledger.totals().imbalance()).isZero();
    }

    private LedgerTotals totals() {
        return ledger.totals();
    }

    @Test
    void reliableFramesOutOfOrderLeaveTheGapOutstanding() {
        int duplicates = 0;
        for (long seq : new long[] {10, 11, 16, 12, 15, 14, 14, 14}) {
            duplicates += frame(seq, 10) == Judgement.DUPLICATE ? 1 : 0;
        }
        assertThat(totals().accepted()).isEqualTo(6);
        assertThat(totals().outstanding()).isEqualTo(1);
        assertThat(totals().missing()).isZero();
        assertThat(duplicates).isEqualTo(2);
        assertThat(ledger.reordered()).isEqualTo(3);
        assertThat(ledger.cum()).isEqualTo(13);
    }

    @Test
    void bestEffortFramesOutOfOrderAreLateNotLost() {
        int duplicates = 0;
        for (long seq : new long[] {10, 11, 16, 12, 15, 14, 14, 14}) {
            duplicates += frame(seq, seq) == Judgement.DUPLICATE ? 1 : 0;
        }
        assertThat(totals().accepted()).isEqualTo(6);
        assertThat(totals().late()).isEqualTo(3);
        assertThat(totals().missing()).isEqualTo(1);
        assertThat(totals().outstanding()).isZero();
        assertThat(duplicates).isEqualTo(2);
    }

    @Test
    void aMissingNumberThatArrivesIsAcceptedAndLate() { // SPEC §5.6
        frame(10, 10);
        frame(12, 12);
        assertThat(totals().missing()).isEqualTo(1);
        frame(11, 11);
        assertThat(totals()).isEqualTo(new LedgerTotals(3, 3, 0, 0, 0, 0, 1, 0));
    }

    @Test
    void theBaseInMidLifeIsTheFloorAndNothingBelowIsLost() { // SPEC §5.2
        frame(5_000, 4_990);
        assertThat(totals().expected()).isEqualTo(11);
        assertThat(totals().lost()).isZero();
        assertThat(totals().outstanding()).isEqualTo(10);
        assertThat(ledger.judge(4_989, 0)).isEqualTo(Judgement.TOO_OLD);
    }

    @Test
    void withoutABaseAFrameThatNamesNoFloorIsNotApplied() {
        assertThat(claim(ledger, 5_000, UNSET, 0, true)).isEqualTo(Claim.NO_FLOOR);
        assertThat(totals()).isEqualTo(LedgerTotals.ZERO);
    }

    @Test
    void anEpochKnownFromItsStartOwnsEveryNumber() { // SPEC §5.2
        EpochLedger known = EpochLedger.fromStart(2);
        assertThat(claim(known, 3, 0, 1, true)).isEqualTo(Claim.APPLIED);
        assertThat(known.totals().missing()).isEqualTo(3);
    }

    @Test
    void aJumpWaitsForASecondFrameWithAnotherPacketNumber() { // SPEC §5.3
        frame(0, 0);
        assertThat(claim(ledger, 5_000, 0, 7, true)).isEqualTo(Claim.JUMP);
        assertThat(claim(ledger, 5_000, 0, 7, true)).as("the same packet again").isEqualTo(Claim.JUMP);
        assertThat(claim(ledger, 9_000, 0, 8, true))
                .as("too far from the first")
                .isEqualTo(Claim.JUMP);
        assertThat(totals().expected()).isEqualTo(1);
        assertThat(claim(ledger, 9_001, 0, 9, true)).isEqualTo(Claim.APPLIED);
        settle(9_001, hash(9_001));
        assertThat(totals().expected()).isEqualTo(9_002);
        assertThat(totals().accepted()).isEqualTo(2);
        assertThat(totals().lost() + totals().missing()).isEqualTo(9_000);
        balances();
    }

    @Test
    void aControlFrameRaisesNextAndSettlesNothing() { // SPEC §5.10
        frame(0, 0);
        assertThat(claim(ledger, 4, 4, 9, false)).isEqualTo(Claim.APPLIED);
        assertThat(totals()).isEqualTo(new LedgerTotals(4, 1, 0, 0, 0, 3, 0, 0));
        claim(ledger, 4, 0, 10, false);
        assertThat(totals()).isEqualTo(new LedgerTotals(4, 1, 0, 0, 3, 0, 0, 0));
    }

    @Test
    void anUnconfirmedJumpInAControlFrameIsNotApplied() { // SPEC §5.10
        frame(0, 0);
        assertThat(claim(ledger, 50_000, 0, 9, false)).isEqualTo(Claim.JUMP);
        assertThat(totals().expected()).isEqualTo(1);
    }

    @Test
    void aNumberAboveTheWindowChangesNothing() { // SPEC §5.4
        frame(0, 0);
        claim(ledger, W, W, 1, false);
        LedgerTotals before = totals();
        EpochLedger reliable = EpochLedger.fromStart(3);
        claim(reliable, 500, 500, 0, true);
        reliable.begin(500, UNSET, 0);
        reliable.commit(500, UNSET, true);
        assertThat(claim(reliable, W, W, 1, true)).isEqualTo(Claim.APPLIED);
        assertThat(reliable.judge(W, 0)).isEqualTo(Judgement.OVERFLOW);
        assertThat(reliable.totals().expected()).isEqualTo(501);
        assertThat(totals()).isEqualTo(before);
    }

    @Test
    void otherContentUnderASettledNumberIsAConflict() { // SPEC §4.5.1
        for (long seq = 0; seq < 100; seq++) {
            frame(seq, seq);
        }
        assertThat(settle(99, 12_345)).isEqualTo(Judgement.CONFLICT);
        assertThat(settle(36, 12_345)).as("the last 64 are remembered").isEqualTo(Judgement.CONFLICT);
        assertThat(settle(35, 12_345)).as("older content is forgotten").isEqualTo(Judgement.DUPLICATE);
        assertThat(settle(99, hash(99))).isEqualTo(Judgement.DUPLICATE);
    }

    @Test
    void theFloorNeverFalls() { // SPEC §4.4.2
        frame(100, 100);
        frame(101, 90);
        assertThat(ledger.view(dev.baliza.server.books.EpochView.State.CURRENT).floor())
                .isEqualTo(100);
    }

    @Test
    void aRaisedFloorDeclaresWhatTheDeviceGaveUp() { // SPEC §4.4.1
        frame(10, 10);
        frame(20, 10);
        assertThat(totals().outstanding()).isEqualTo(9);
        frame(21, 21);
        assertThat(totals().outstanding()).isZero();
        assertThat(totals().missing()).isEqualTo(9);
    }

    @Test
    void whatIsMissingForTwoMarksIsLostAndThenTooOld() { // SPEC §5.5
        frame(0, 0);
        frame(2, 2);
        ledger.markTime();
        assertThat(totals().missing()).isEqualTo(1);
        ledger.markTime();
        assertThat(totals().missing()).isZero();
        assertThat(totals().lost()).isEqualTo(1);
        assertThat(frame(1, 1)).isEqualTo(Judgement.TOO_OLD);
        assertThat(frame(2, 2)).as("a clock never makes a duplicate of it").isEqualTo(Judgement.DUPLICATE);
        assertThat(totals().lost()).isEqualTo(1);
    }

    @Test
    void whatFallsAWindowBehindIsLost() {
        frame(0, 0);
        for (long seq = 2; seq < W + 2; seq++) {
            frame(seq, seq);
        }
        assertThat(totals().lost()).isEqualTo(1);
        assertThat(frame(1, 1)).isEqualTo(Judgement.TOO_OLD);
    }

    @Test
    void aPendingNumberHoldsTheFloorUntilItIsCommitted() {
        claim(ledger, 0, 0, 0, true);
        ledger.begin(0, UNSET, hash(0));
        assertThat(ledger.judge(0, hash(0))).isEqualTo(Judgement.DUPLICATE);
        claim(ledger, 5, 0, 1, false);
        assertThat(ledger.cum()).isZero();
        assertThat(totals().outstanding()).isEqualTo(5);
        balances();
        ledger.commit(0, UNSET, true);
        assertThat(ledger.cum()).isEqualTo(5);
        assertThat(totals())
                .as("late: a floor was committed before it")
                .isEqualTo(new LedgerTotals(5, 1, 0, 0, 4, 0, 1, 0));
    }

    @Test
    void whatIsPendingIsInNoCount() {
        frame(0, 0);
        frame(2, 2);
        LedgerTotals before = totals();
        assertThat(ledger.hear(3, 0, 50, true)).isEqualTo(Claim.APPLIED);
        ledger.begin(3, 0, hash(3));
        ledger.begin(1, UNSET, hash(1));
        assertThat(ledger.pendingCount()).isEqualTo(2);
        assertThat(totals()).isEqualTo(before);
        assertThat(ledger.judge(1, hash(1))).as("late and pending").isEqualTo(Judgement.DUPLICATE);
        assertThat(ledger.judge(3, hash(3))).isEqualTo(Judgement.DUPLICATE);
        assertThat(ledger.judge(3, hash(3) + 1)).isEqualTo(Judgement.CONFLICT);
        assertThat(ledger.isPending(1)).isTrue();
        assertThat(ledger.isPending(3)).isTrue();
        ledger.commit(3, 0, true);
        ledger.commit(1, UNSET, true);
        assertThat(totals()).isEqualTo(new LedgerTotals(4, 4, 0, 0, 0, 0, 1, 0));
        assertThat(ledger.isPending(1)).isFalse();
    }

    @Test
    void aPendingNumberIsSettledInNoBitmapButThatOfCounted() {
        frame(0, 0);
        ledger.begin(1, 1, hash(1));
        assertThat(ledger.settledWords(16, false)).isEmpty();
        assertThat(ledger.settledWords(16, true)).containsExactly(Long.MIN_VALUE);
    }

    /** Commits come later and in order, as from a journal: the counts end as if they had come at once. */
    @Test
    void commitsThatComeLaterChangeNothingInTheEnd() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            EpochLedger atOnce = EpochLedger.fromStart(1);
            EpochLedger later = EpochLedger.fromStart(1);
            Deque<Long> waiting = new ArrayDeque<>();
            long newest = 0;
            long packet = 0;
            for (int step = 0; step < 2_000; step++) {
                newest += random.nextInt(3);
                long seq = Math.max(0, newest - random.nextInt(30));
                int back = (int) Math.min(seq, 60);
                claim(atOnce, seq, back, packet, true);
                later.hear(seq, back, packet++, true);
                Judgement judgement = atOnce.judge(seq, hash(seq));
                assertThat(later.judge(seq, hash(seq)))
                        .as("seed %d, %d", seed, seq)
                        .isEqualTo(judgement);
                if (judgement == Judgement.FRESH) {
                    atOnce.begin(seq, back, hash(seq));
                    atOnce.commit(seq, back, true);
                    later.begin(seq, back, hash(seq));
                    waiting.add(seq);
                }
                while (random.nextInt(3) > 0 && !waiting.isEmpty()) {
                    long first = waiting.remove();
                    later.commit(first, (int) Math.min(first, 60), true);
                    assertThat(later.totals().imbalance()).isZero();
                }
            }
            waiting.forEach(seq -> later.commit(seq, (int) Math.min(seq, 60), true));
            assertThat(later.totals()).as("seed %d", seed).isEqualTo(atOnce.totals());
        }
    }

    @Test
    void aGapLongerThanAllWindowsIsLostButForItsEnd() {
        frame(0, 0);
        assertThat(claim(ledger, 1_000_000, 0, 100, true)).isEqualTo(Claim.JUMP);
        assertThat(claim(ledger, 1_000_001, 0, 101, true)).isEqualTo(Claim.APPLIED);
        settle(1_000_001, hash(1_000_001));
        assertThat(totals().expected()).isEqualTo(1_000_002);
        assertThat(totals().lost() + totals().missing()).isEqualTo(1_000_000);
        assertThat(settle(1_000_000, hash(1_000_000))).isIn(Judgement.FRESH, Judgement.TOO_OLD);
    }

    @Test
    void closingMakesEverythingUndecidedLost() {
        frame(10, 10);
        frame(15, 11);
        assertThat(ledger.closedTotals()).isEqualTo(new LedgerTotals(6, 2, 0, 4, 0, 0, 0, 0));
    }

    @Test
    void aFrameThatJumpsSetsNoBase() { // SPEC §5.2, §5.3
        assertThat(ledger.hear(5_000, 2_000, pn++, true)).isEqualTo(Claim.JUMP);
        assertThat(ledger.isBased()).isFalse();
        assertThat(ledger.hear(3_005, 4, pn++, true)).isEqualTo(Claim.APPLIED);
        assertThat(ledger.isBased()).isTrue();
        assertThat(ledger.cum()).isEqualTo(3_001);
    }

    /** The ledger against a set of numbers, over random arrivals with loss, repetition and disorder. */
    @Test
    void theWindowAgreesWithASetOfNumbers() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            EpochLedger tested = EpochLedger.fromStart(1);
            Set<Long> arrived = new HashSet<>();
            boolean reliable = random.nextBoolean();
            long newest = 0;
            long packet = 0;
            for (int step = 0; step < 3_000; step++) {
                newest += random.nextInt(3);
                long seq = Math.max(0, newest - random.nextInt(random.nextInt(20) == 0 ? 900 : 30));
                long floor = reliable ? Math.max(0, newest - 1_000) : seq;
                if (floor > seq) {
                    continue;
                }
                assertThat(claim(tested, seq, (int) (seq - floor), packet++, true))
                        .isEqualTo(Claim.APPLIED);
                Judgement judgement = tested.judge(seq, hash(seq));
                if (judgement == Judgement.FRESH) {
                    assertThat(arrived.add(seq))
                            .as("seed %d: %d counted twice", seed, seq)
                            .isTrue();
                    tested.begin(seq, UNSET, hash(seq));
                    tested.commit(seq, UNSET, true);
                } else if (judgement == Judgement.DUPLICATE) {
                    assertThat(arrived).as("seed %d", seed).contains(seq);
                }
                if (random.nextInt(500) == 0) {
                    tested.markTime();
                }
                assertThat(tested.totals().imbalance())
                        .as("seed %d step %d", seed, step)
                        .isZero();
                assertThat(tested.totals().accepted()).isEqualTo(arrived.size());
            }
        }
    }
}
