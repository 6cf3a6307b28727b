package dev.baliza.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of a transfer over a line that loses, repeats and reorders. SPEC §14. */
class TransferTest {
    private static final long HOUR = 3_600_000_000L;
    private static final String HASH = "00".repeat(32);

    private static FileMessage.Offer offer(long size) {
        return new FileMessage.Offer(1, size, HASH, "f", "");
    }

    private static FileMessage.Accept missing(long horizon, FileRange... ranges) {
        return new FileMessage.Accept(1, horizon, 1 << 20, 0, 0, List.of(ranges));
    }

    /** SPEC §14.2.1, §14.2.2, §14.3.3. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aFileArrivesWholeOverABadLine(long seed) {
        SimulatedWire wire = new SimulatedWire(seed, 500_000, 0.05, 0.05, 30_000);

        wire.run(HOUR);

        assertThat(wire.outgoing.state()).isEqualTo(FileState.OK);
        assertThat(wire.keptIsRight()).isTrue();
        assertThat(wire.breaches).isEmpty();
        assertThat(wire.mostOnTheWay).isLessThanOrEqualTo(2 * 256 * 1024);
    }

    @Test
    void onAGoodLineNoByteIsSentTwice() {
        SimulatedWire wire = new SimulatedWire(1, 1_000_000, 0, 0, 0);

        wire.run(HOUR);

        assertThat(wire.outgoing.state()).isEqualTo(FileState.OK);
        assertThat(wire.outgoing.sentBytes()).isEqualTo(1_000_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_099, 1_100, 1_101})
    void smallAndEmptyFilesArrive(int size) {
        SimulatedWire wire = new SimulatedWire(size, size, 0.2, 0.2, 0);

        wire.run(HOUR);

        assertThat(wire.outgoing.state()).isEqualTo(FileState.OK);
        assertThat(wire.keptIsRight()).isTrue();
    }

    /** SPEC §14.1.4: after a cut only what is missing comes again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aCutResendsNoMoreThanWhatWasOnTheWay(long seed) {
        int size = 8 << 20;
        SimulatedWire wire = new SimulatedWire(seed, size, 0, 0, 0);
        wire.run(new Random(seed).nextInt(600_000) + 100_000);
        assertThat(wire.outgoing.phase()).isEqualTo(Outgoing.Phase.SENDING);
        int onTheWay = wire.mostOnTheWay;

        wire.cut();
        wire.run(HOUR);

        assertThat(wire.outgoing.state()).isEqualTo(FileState.OK);
        assertThat(wire.keptIsRight()).isTrue();
        long again = wire.outgoing.sentBytes() - size;
        assertThat(again).isLessThanOrEqualTo(Math.min(2 * onTheWay, 256 * 1024 + SimulatedWire.CHUNK));
    }

    /** SPEC §14.1.3, §14.1.4, §14.3.1: a receiver that rebooted says so, is offered the file again and asks for the rest only. */
    @Test
    void aRebootOfTheReceiverCostsWhatWasOnTheWay() {
        int size = 4 << 20;
        SimulatedWire wire = new SimulatedWire(3, size, 0.01, 0, 0);
        wire.run(500_000);
        assertThat(wire.outgoing.phase()).isEqualTo(Outgoing.Phase.SENDING);

        wire.rebootReceiver();
        wire.run(HOUR);

        assertThat(wire.outgoing.state()).isEqualTo(FileState.OK);
        assertThat(wire.keptIsRight()).isTrue();
        assertThat(wire.outgoing.sentBytes()).isLessThan(size + size / 10);
    }

    /** SPEC §14.3.3. */
    @Test
    void lossesMakeTheWindowSmaller() {
        SimulatedWire good = new SimulatedWire(1, 4 << 20, 0, 0, 0);
        SimulatedWire bad = new SimulatedWire(1, 4 << 20, 0.1, 0, 0);
        good.run(HOUR);
        bad.run(HOUR);

        assertThat(good.mostOnTheWay).isGreaterThan(200 * 1024);
        assertThat(bad.mostOnTheWay).isLessThan(120 * 1024);
        assertThat(bad.nowMicros).isGreaterThan(good.nowMicros);
    }

    /** SPEC §14.4.3. */
    @Test
    void wrongBytesEndTheTransferWithBadHash() {
        SimulatedWire wire = new SimulatedWire(1, 10_000, 0, 0, 0);
        wire.damaged = true;

        wire.run(HOUR);

        assertThat(wire.outgoing.state()).isEqualTo(FileState.BAD_HASH);
    }

    @Test
    void aRateIsKept() {
        Outgoing out = new Outgoing(offer(100_000), 1_000, 10_000, 0);
        assertThat(out.takeOffer(0)).isTrue();
        out.onAccept(missing(100_000, new FileRange(0, 100_000)), 0);

        assertThat(out.takeChunk(0)).isEqualTo(new FileRange(0, 1_000));
        assertThat(out.takeChunk(50_000)).isNull();
        assertThat(out.nextMicros(50_000)).isEqualTo(100_000);
        assertThat(out.takeChunk(100_000)).isEqualTo(new FileRange(1_000, 2_000));
    }

    /** SPEC §14.1.3: 1 s, 2 s, 4 s … 60 s. */
    @Test
    void anOfferThatNobodyAnswersComesAgainMoreAndMoreSeldom() {
        Outgoing out = new Outgoing(offer(1), 1_000, 0, 0);
        assertThat(out.takeOffer(0)).isTrue();
        assertThat(out.takeOffer(999_999)).isFalse();
        assertThat(out.takeOffer(1_000_000)).isTrue();
        assertThat(out.nextMicros(1_000_000)).isEqualTo(3_000_000);
        long now = 3_000_000;
        for (int i = 0; i < 10; i++) {
            assertThat(out.takeOffer(now)).isTrue();
            now = out.nextMicros(now);
        }
        assertThat(out.takeOffer(now)).isTrue();
        assertThat(out.nextMicros(now) - now).isEqualTo(60_000_000);
    }

    /** SPEC §14.2.4. */
    @Test
    void anUnknownRefusalIsFinalAndARetriableOneIsNot() {
        Outgoing later = new Outgoing(offer(1), 1_000, 0, 0);
        later.takeOffer(0);
        later.onAccept(Incoming.refuse(1, FileRefusal.BUSY, 20), 0);
        assertThat(later.phase()).isEqualTo(Outgoing.Phase.OFFERING);
        assertThat(later.takeOffer(1_999_999)).isFalse();
        assertThat(later.takeOffer(2_000_000)).isTrue();

        Outgoing never = new Outgoing(offer(1), 1_000, 0, 0);
        never.takeOffer(0);
        never.onAccept(new FileMessage.Accept(1, 0, 0, 200, 0, List.of()), 0);
        assertThat(never.phase()).isEqualTo(Outgoing.Phase.ENDED);
        assertThat(never.refusal()).isEqualTo(FileRefusal.NOT_TAKEN);
    }

    /** SPEC §14.4.3. */
    @Test
    void anUnknownEndIsAFailure() {
        Outgoing out = new Outgoing(offer(1), 1_000, 0, 0);
        out.onDone(new FileMessage.Done(1, 99, ""), 0);
        assertThat(out.state()).isEqualTo(FileState.FAILED);
    }

    @Test
    void whatANewerAnswerHasShownToBeThereIsNotSentAgainForAnOlderOne() {
        Outgoing out = new Outgoing(offer(3_000), 1_000, 0, 0);
        out.takeOffer(0);
        out.onAccept(missing(3_000, new FileRange(0, 3_000)), 0);
        for (int i = 0; i < 3; i++) {
            assertThat(out.takeChunk(1)).isNotNull();
        }
        out.onAccept(missing(3_000, new FileRange(2_000, 3_000)), 2);
        out.onAccept(missing(3_000, new FileRange(0, 3_000)), 3);
        assertThat(out.takeChunk(4)).isNull();
    }

    /** SPEC §14.2.2. */
    @Test
    void notMoreThanTheReceiverGrantsIsOnTheWay() {
        Outgoing out = new Outgoing(offer(100_000), 1_000, 0, 0);
        out.takeOffer(0);
        out.onAccept(new FileMessage.Accept(1, 100_000, 2_500, 0, 0, List.of(new FileRange(0, 100_000))), 0);
        assertThat(out.takeChunk(1)).isNotNull();
        assertThat(out.takeChunk(1)).isNotNull();
        assertThat(out.takeChunk(1)).isNull();
    }

    /** SPEC §14.3.1. */
    @Test
    void aChunkBehindTheEndChangesNothing() {
        Incoming in = new Incoming(offer(10), new Ranges());
        assertThat(in.judge(new FileMessage.Chunk(1, 5, ByteBuffer.allocate(6))))
                .isEqualTo(Incoming.Verdict.OUTSIDE);
        assertThat(in.judge(new FileMessage.Chunk(1, Long.MAX_VALUE - 1, ByteBuffer.allocate(1))))
                .isEqualTo(Incoming.Verdict.OUTSIDE);
        assertThat(in.heldBytes()).isZero();
    }

    /** SPEC §14.3.1: overlapping chunks replace nothing. */
    @Test
    void onlyTheNewPartsOfAnOverlappingChunkAreTaken() {
        Incoming in = new Incoming(offer(100), new Ranges());
        in.held(new FileRange(10, 20));
        in.held(new FileRange(30, 40));
        assertThat(in.pieces(new FileMessage.Chunk(1, 5, ByteBuffer.allocate(40))))
                .containsExactly(new FileRange(5, 10), new FileRange(20, 30), new FileRange(40, 45));
        assertThat(in.judge(new FileMessage.Chunk(1, 12, ByteBuffer.allocate(5))))
                .isEqualTo(Incoming.Verdict.DUPLICATE);
    }

    @Test
    void aBombOfRangesIsDefused() {
        Incoming in = new Incoming(offer(1L << 40), new Ranges());
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            FileMessage.Chunk chunk = new FileMessage.Chunk(1, 2L * i, ByteBuffer.allocate(1));
            if (in.judge(chunk) == Incoming.Verdict.NEW) {
                in.pieces(chunk).forEach(in::held);
                taken++;
            }
        }
        assertThat(taken).isEqualTo(Incoming.MAX_FRAGMENTS);
        assertThat(in.judge(new FileMessage.Chunk(1, 1, ByteBuffer.allocate(1))))
                .isEqualTo(Incoming.Verdict.NEW);
    }

    /** SPEC §14.2.3: the lowest ranges, and a horizon behind them. */
    @Test
    void moreRangesThanFitLowerTheHorizon() {
        Incoming in = new Incoming(offer(1_000), new Ranges());
        for (int i = 0; i < 100; i++) {
            in.held(new FileRange(10L * i, 10L * i + 5));
        }
        FileMessage.Accept accept = in.accept(1, 64);
        assertThat(accept.missing()).hasSize(64);
        assertThat(accept.horizon()).isEqualTo(645);
        assertThat(in.accept(1, 0).horizon()).isEqualTo(5);
        assertThat(in.accept(1, 1_000).missing()).hasSize(64);
    }

    @Test
    void rangesAgreeWithASetOfBytes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Ranges ranges = new Ranges();
            boolean[] model = new boolean[64];
            for (int step = 0; step < 60; step++) {
                int from = random.nextInt(64);
                int to = from + random.nextInt(65 - from);
                boolean add = random.nextInt(3) > 0;
                if (add) {
                    ranges.add(from, to);
                } else {
                    ranges.remove(from, to);
                }
                for (int i = from; i < to; i++) {
                    model[i] = add;
                }
                check(ranges, model, "seed " + seed + " step " + step);
            }
        }
    }

    private static void check(Ranges ranges, boolean[] model, String as) {
        long bytes = 0;
        for (int i = 0; i < model.length; i++) {
            bytes += model[i] ? 1 : 0;
            assertThat(ranges.contains(i, i + 1)).as(as).isEqualTo(model[i]);
            assertThat(ranges.touches(i, i + 1)).as(as).isEqualTo(model[i]);
        }
        assertThat(ranges.bytes()).as(as).isEqualTo(bytes);
        long gaps = ranges.gaps(0, model.length, Integer.MAX_VALUE).stream()
                .mapToLong(FileRange::bytes)
                .sum();
        assertThat(gaps).as(as).isEqualTo(model.length - bytes);
        assertThat(ranges.within(3, 50).stream().mapToLong(FileRange::bytes).sum()
                        + ranges.gaps(3, 50, 99).stream()
                                .mapToLong(FileRange::bytes)
                                .sum())
                .as(as)
                .isEqualTo(47);
    }
}
