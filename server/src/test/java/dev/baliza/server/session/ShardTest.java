package dev.baliza.server.session;

import static dev.baliza.server.session.ShardHarness.DEVICE;
import static dev.baliza.server.session.ShardHarness.describe;
import static dev.baliza.server.session.ShardHarness.named;
import static dev.baliza.server.session.ShardHarness.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SeriesView;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a shard makes of frames and answers to them. */
class ShardTest {
    private static final BootNonce NONCE = new BootNonce(1, 2);

    private final ShardHarness wire = new ShardHarness();

    @Test
    void aReliableFrameIsCountedAndAcknowledged() {
        wire.reliable(wire.tcp, 1, 0, 0, named(21.5));
        wire.shard.sendWaitingAcks();
        Message.Ack ack = wire.lastAnswer(Message.Ack.class);
        assertThat(ack.next()).isEqualTo(1);
        assertThat(ack.level()).isEqualTo(AckLevel.COUNTED);
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(wire.device().readings()).isEqualTo(1);
    }

    @Test
    void sixteenWaitingFramesAreAcknowledgedAtTheEndOfTheBurst() { // SPEC §8.2
        for (int seq = 0; seq < 15; seq++) {
            wire.reliable(wire.tcp, 1, seq, 0, named(seq));
        }
        assertThat(wire.answers).isEmpty();
        wire.reliable(wire.tcp, 1, 15, 0, named(15));
        assertThat(wire.lastAnswer(Message.Ack.class).next()).isEqualTo(16);
    }

    @Test
    void aDuplicateIsAcknowledgedAtOnceAndNotCountedAgain() { // SPEC §8.2, SPEC §5.5
        wire.reliable(wire.tcp, 1, 0, 0, named(1));
        wire.reliable(wire.tcp, 1, 0, 0, named(1));
        assertThat(wire.lastAnswer(Message.Ack.class).next()).isEqualTo(1);
        assertThat(wire.count(Outcome.DUPLICATE)).isEqualTo(1);
        assertThat(wire.device().readings()).isEqualTo(1);
    }

    @Test
    void gapsShowInTheBitmap() {
        wire.reliable(wire.tcp, 1, 0, 0, named(0));
        wire.reliable(wire.tcp, 1, 2, 0, named(2));
        wire.shard.sendWaitingAcks();
        Message.Ack ack = wire.lastAnswer(Message.Ack.class);
        assertThat(ack.next()).isEqualTo(1);
        assertThat(ack.settled()).containsExactly(1L << 62);
    }

    @Test
    void theSameNonceGetsTheSameEpochAndAnotherOneTheNext() { // SPEC §4.2.2
        wire.hello(wire.udp, 0, NONCE, 0);
        long first = wire.lastAnswer(Message.Welcome.class).epoch();
        assertThat(first).isEqualTo(ShardHarness.START_MICROS / 1_000_000);
        wire.hello(wire.udp, 0, NONCE, 0);
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch()).isEqualTo(first);
        wire.hello(wire.udp, 0, new BootNonce(3, 4), 0);
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch()).isEqualTo(first + 1);
    }

    @Test
    void welcomeSaysWhatTheServerAlreadyHas() {
        wire.reliable(wire.tcp, 7, 0, 0, named(0));
        wire.reliable(wire.tcp, 7, 2, 0, named(2));
        wire.hello(wire.tcp, 7, NONCE, 0);
        assertThat(wire.lastAnswer(Message.Welcome.class).known())
                .containsExactly(new Message.Welcome.Known(7, 1, 1L << 62));
    }

    @Test
    void epochZeroIsCountedWithoutALedgerAndNeverAnswered() { // SPEC §4.2.3
        wire.reliable(wire.tcp, 0, 0, 0, named(3));
        wire.reliable(wire.tcp, 0, 0, 0, named(3));
        wire.shard.sendWaitingAcks();
        assertThat(wire.answers).isEmpty();
        assertThat(wire.count(Outcome.UNACCOUNTED)).isEqualTo(2);
        assertThat(wire.device().ledger()).isEqualTo(LedgerTotals.ZERO);
        assertThat(wire.device().readings()).isEqualTo(2);
    }

    @Test
    void epochsOutOfRangeAreRefused() { // SPEC §4.2.4
        wire.reliable(wire.tcp, Limits.EPOCH_LIMIT, 0, 0, named(1));
        assertThat(wire.lastAnswer(Message.Nack.class).code()).isEqualTo(ErrorCode.SEQUENCE_JUMP.number());
        assertThat(wire.count(Outcome.REFUSED)).isEqualTo(1);
    }

    @Test
    void anOlderEpochDrainsAndThenIsStale() { // SPEC §4.2.5
        wire.reliable(wire.tcp, 1, 0, 0, named(1));
        wire.reliable(wire.tcp, 2, 0, 0, named(2));
        wire.reliable(wire.tcp, 1, 1, 0, named(3));
        assertThat(wire.count(Outcome.ACCEPTED)).as("it drains for 300 s").isEqualTo(3);
        wire.nowMicros += DeviceEpochs.DRAIN_MICROS;
        wire.reliable(wire.tcp, 1, 2, 0, named(4));
        Message.Nack nack = wire.lastAnswer(Message.Nack.class);
        assertThat(nack.code()).isEqualTo(ErrorCode.STALE_EPOCH.number());
        assertThat(nack.argument()).isEqualTo(2);
        assertThat(nack.retriable()).isFalse();
        assertThat(wire.count(Outcome.STALE)).isEqualTo(1);
        assertThat(wire.device().readings()).isEqualTo(3);
    }

    @Test
    void anEpochThatTheDeviceHoldsStaysOpen() { // SPEC §4.2.5
        wire.reliable(wire.tcp, 1, 0, 0, named(1));
        wire.reliable(wire.tcp, 2, 0, 0, named(2));
        wire.hello(wire.tcp, 2, NONCE, 1);
        wire.nowMicros += 2 * DeviceEpochs.DRAIN_MICROS;
        wire.reliable(wire.tcp, 1, 1, 0, named(3));
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(3);
    }

    @Test
    void anAckGoesWhereItsEpochLives() { // SPEC §8.2
        wire.reliable(wire.tcp, 1, 0, 0, named(1));
        wire.reliable(wire.udp, 2, 0, 0, named(2));
        wire.reliable(wire.tcp, 1, 1, 0, named(3));
        wire.shard.sendWaitingAcks();
        assertThat(wire.answers)
                .filteredOn(answer -> answer.message() instanceof Message.Ack)
                .allSatisfy(answer -> {
                    long epoch = ((Message.Ack) answer.message()).epoch();
                    assertThat(answer.to()).isEqualTo(epoch == 1 ? wire.tcp : wire.udp);
                })
                .isNotEmpty();
    }

    @Test
    void aBoardThatLostItsCountIsToldTheEpoch() { // SPEC §4.2.6
        BootNonce other = new BootNonce(77, 78);
        wire.hello(wire.tcp, 7, NONCE, 0);
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch()).isEqualTo(7);
        wire.reliable(wire.tcp, 7, 0, 0, named(1));
        wire.hello(wire.tcp, 7, NONCE, 0);
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch())
                .as("the same boot asks again")
                .isEqualTo(7);
        wire.nowMicros += 2_000_000;
        wire.hello(wire.tcp, 7, other, 0);
        assertThat(wire.lastAnswer(Message.Nack.class).code()).isEqualTo(ErrorCode.STALE_EPOCH.number());
        wire.nowMicros += 2_000_000;
        wire.hello(wire.tcp, 1, other, 0);
        Message.Nack nack = wire.lastAnswer(Message.Nack.class);
        assertThat(nack.code()).as("below the newest, not open").isEqualTo(ErrorCode.STALE_EPOCH.number());
        assertThat(nack.argument()).isEqualTo(7);
        wire.hello(wire.tcp, 8, other, 0);
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch()).isEqualTo(8);
    }

    @Test
    void anEpochFromWelcomeBelongsToItsNonce() { // SPEC §4.2.6
        wire.hello(wire.tcp, 0, NONCE, 0);
        long epoch = wire.lastAnswer(Message.Welcome.class).epoch();
        wire.hello(wire.tcp, epoch, NONCE, 0);
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch()).isEqualTo(epoch);
        wire.nowMicros += 2_000_000;
        wire.hello(wire.tcp, epoch, new BootNonce(77, 78), 0);
        assertThat(wire.lastAnswer(Message.Nack.class).argument()).isEqualTo(epoch);
    }

    @Test
    void aFifthOpenEpochClosesTheOldestAndWhatItMissedIsLost() {
        wire.reliable(wire.tcp, 1, 3, 0, named(1));
        for (int epoch = 2; epoch <= 5; epoch++) {
            wire.reliable(wire.tcp, epoch, 0, 0, named(epoch));
        }
        assertThat(wire.device().epochs()).hasSize(4);
        assertThat(wire.device().closedEpochs()).isEqualTo(1);
        assertThat(wire.device().ledger().lost()).isEqualTo(3);
        assertThat(wire.device().ledger().imbalance()).isZero();
    }

    @Test
    void aSecondIdWithTheSameNameIsShownWithItsHex() { // SPEC §4.1.3
        Extensions named = Extensions.named("lab-1");
        wire.send(wire.tcp, new FrameHeader(1, 1, 0, 0, 0, 0), named, named(1));
        wire.send(wire.tcp, new FrameHeader(2, 1, 0, 0, 0, 0), named, named(1));
        assertThat(wire.shard.device(1).orElseThrow().label()).isEqualTo("lab-1");
        assertThat(wire.shard.device(2).orElseThrow().label()).isEqualTo("lab-1#" + Names.hex(2));
        assertThat(wire.shard.books(wire.nowMicros).events()).containsEntry("name_taken", 1L);
    }

    @Test
    void anUnknownDescriptionIsRefusedAndTheFrameAcceptedAfterIt() { // SPEC §5.7, SPEC §7.3.2
        wire.reliable(wire.tcp, 1, 1, 0, row(2_153, 1.5f, 1_800_000_000_000L));
        Message.Nack nack = wire.lastAnswer(Message.Nack.class);
        assertThat(nack.code()).isEqualTo(ErrorCode.UNKNOWN_SCHEMA.number());
        assertThat(nack.retriable()).isTrue();
        assertThat(nack.argument()).isEqualTo(ShardHarness.SET_HASH & 0xFFFF_FFFFL);
        assertThat(wire.device().ledger().outstanding()).isEqualTo(2);
        wire.reliable(wire.tcp, 1, 0, 0, describe());
        wire.reliable(wire.tcp, 1, 1, 0, row(2_153, 1.5f, 1_800_000_000_000L));
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(2);
        SeriesView temperature = wire.device().series().get(0);
        assertThat(temperature.last()).isEqualTo(21.53);
        assertThat(temperature.rawSum()).isEqualTo(2_153);
        assertThat(temperature.metric()).isEqualTo("sensor_temperature_celsius");
    }

    @Test
    void aReplacedDescriptionStillAnswersToItsHash() { // SPEC §7.2.2
        wire.reliable(wire.tcp, 1, 0, 0, describe());
        dev.baliza.protocol.ChannelSet other = new dev.baliza.protocol.ChannelSet(
                0,
                dev.baliza.protocol.TimeUnit.SECONDS,
                List.of(dev.baliza.protocol.ChannelDescription.gauge(
                        9, dev.baliza.protocol.SensorType.U8, "level", "", "%")));
        wire.reliable(wire.tcp, 1, 1, 0, new Message.Describe(other));
        wire.reliable(wire.tcp, 1, 2, 0, row(100, 1, 1_800_000_000_000L));
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(3);
    }

    @Test
    void aLevelThatDoesNotExistIsRefusedWithTheHighest() { // SPEC §8.1
        FrameHeader header = new FrameHeader(DEVICE, 1, 0, 0, 0, FrameHeader.flags(AckLevel.STORED, false));
        wire.send(wire.tcp, header, Extensions.NONE, named(1));
        Message.Nack nack = wire.lastAnswer(Message.Nack.class);
        assertThat(nack.code()).isEqualTo(ErrorCode.LEVEL_UNAVAILABLE.number());
        assertThat(nack.argument()).isEqualTo(1);
        wire.reliable(wire.tcp, 1, 0, 0, named(1));
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(1);
    }

    @Test
    void aFrameOfWrongStructureIsSettledAndAcknowledgedWithTheReason() { // SPEC §5.8, SPEC §3.3.1
        Frame frame = ShardHarness.encode(
                new FrameHeader(DEVICE, 1, 0, 0, 0, FrameHeader.flags(AckLevel.COUNTED, true)),
                Extensions.NONE,
                named(1));
        ByteBuffer bytes = frame.whole();
        bytes.put(Frame.TYPE_OFFSET, (byte) 0x9F);
        wire.shard.onFrame(new Frame().wrap(bytes, 0, bytes.limit()), wire.tcp, wire.nowMicros);
        wire.shard.endOfBurst();
        Message.Ack ack = wire.lastAnswer(Message.Ack.class);
        assertThat(ack.next()).isEqualTo(1);
        assertThat(ack.rejected()).containsExactly(new Message.Ack.Rejected(0, ErrorCode.UNKNOWN_TYPE.number()));
        assertThat(wire.device().ledger()).isEqualTo(new LedgerTotals(1, 0, 1, 0, 0, 0, 0, 0));
        assertThat(wire.device().series()).isEmpty();
    }

    @Test
    void anUnknownControlTypeIsCountedAndUpdatesTheLedger() { // SPEC §3.3.2
        wire.reliable(wire.tcp, 1, 0, 0, named(1));
        Frame frame = ShardHarness.encode(
                new FrameHeader(DEVICE, 1, 5, 9, 0, 0), Extensions.NONE, new Message.Goodbye(0, ""));
        ByteBuffer bytes = frame.whole();
        bytes.put(Frame.TYPE_OFFSET, (byte) 0x7F);
        wire.shard.onFrame(new Frame().wrap(bytes, 0, bytes.limit()), wire.tcp, wire.nowMicros);
        assertThat(wire.count(Outcome.CONTROL)).isEqualTo(1);
        assertThat(wire.device().ledger().missing()).isEqualTo(4);
    }

    @Test
    void valuesThatCannotBeUsedSkipTheirReadingOnly() { // SPEC §5.9, SPEC §7.1.1
        wire.reliable(wire.tcp, 1, 0, 0, describe());
        wire.reliable(wire.tcp, 1, 1, 0, row(20_000, Float.NaN, 1_800_000_000_000L));
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(2);
        assertThat(wire.device().readings()).isEqualTo(2);
        assertThat(wire.device().series()).allMatch(s -> s.count() == 0 && s.skipped() == 1);
        assertThat(wire.shard.books(wire.nowMicros).skipped())
                .containsEntry(dev.baliza.server.books.SkipReason.RANGE, 1L)
                .containsEntry(dev.baliza.server.books.SkipReason.NAN, 1L);
    }

    @Test
    void readingsWithoutATimeAreStampedOnArrival() { // SPEC §7.3.3
        wire.bestEffort(wire.udp, 1, 0, named(21.5));
        assertThat(wire.device().series().get(0).lastMicros()).isEqualTo(wire.nowMicros);
    }

    @Test
    void aClockThatWasNeverSetIsStampedOnArrivalAndToldOnce() { // SPEC §7.3.3
        wire.reliable(wire.tcp, 1, 0, 0, describe());
        wire.reliable(wire.tcp, 1, 1, 0, row(100, 1, 5_000));
        assertThat(wire.lastAnswer(Message.Nack.class).code()).isEqualTo(ErrorCode.CLOCK_UNSET.number());
        assertThat(wire.device().series().get(0).lastMicros()).isEqualTo(wire.nowMicros);
        int answers = wire.answers.size();
        wire.reliable(wire.tcp, 1, 2, 0, row(100, 1, 6_000));
        assertThat(wire.answers).hasSize(answers);
    }

    @Test
    void theNewestValueIsThatOfTheLatestEventNotOfTheLatestArrival() { // SPEC §7.3.4
        wire.reliable(wire.tcp, 1, 0, 0, describe());
        wire.reliable(wire.tcp, 1, 2, 0, row(200, 2, 1_800_000_000_500L));
        wire.reliable(wire.tcp, 1, 1, 0, row(100, 1, 1_800_000_000_000L));
        assertThat(wire.device().series().get(0).last()).isEqualTo(2.0);
    }

    @Test
    void aBestEffortFrameIsNeverAnsweredWithANack() { // SPEC §6.5.1
        wire.bestEffort(wire.udp, 1, 0, row(1, 1, 1));
        wire.shard.sendWaitingAcks();
        assertThat(wire.answers).isEmpty();
        assertThat(wire.count(Outcome.REFUSED)).isEqualTo(1);
    }

    @Test
    void answersCauseNoAnswer() { // SPEC §2.7
        wire.reliable(wire.tcp, 1, 0, 0, named(1));
        wire.shard.sendWaitingAcks();
        int answers = wire.answers.size();
        wire.control(wire.tcp, 1, 1, 0, new Message.Ack(1, 0, AckLevel.COUNTED, List.of(), List.of()));
        wire.control(wire.tcp, 1, 1, 0, new Message.Pong(1, 2, 3, ByteBuffer.allocate(8)));
        wire.control(wire.tcp, 1, 1, 0, new Message.Nack(1, 0, 7, 0x82, false, 0xFFFF, 0, 0, ""));
        assertThat(wire.answers).hasSize(answers);
    }

    @Test
    void pongRepeatsEveryByteAndHasTheLengthOfItsPing() { // SPEC §6.6.1, SPEC §6.6.2
        ByteBuffer echo = ByteBuffer.wrap(new byte[] {1, 2, 3, 0, -1});
        FrameHeader header = new FrameHeader(0, 0, 0, 0, Limits.BACK_UNSET, 0);
        wire.send(wire.udp, header, Extensions.NONE, new Message.Ping(-7, echo));
        Message.Pong pong = wire.lastAnswer(Message.Pong.class);
        assertThat(pong.t1()).isEqualTo(-7);
        assertThat(pong.t2()).isEqualTo(wire.nowMicros);
        assertThat(pong.echo()).isEqualTo(echo);
        assertThat(wire.answers.get(0).length()).isEqualTo(36 + 24 + 5);
        assertThat(wire.shard.ids()).isEmpty();
    }

    @Test
    void towardsAnUnprovenAddressNoAnswerIsLongerThanItsCause() { // SPEC §9.1, SPEC §6.1.1
        wire.bestEffort(wire.udp, 1, 0, named(1));
        FrameHeader shortFrame = new FrameHeader(DEVICE, 1, 1, 1, 0, FrameHeader.flags(AckLevel.COUNTED, true));
        wire.send(wire.udp, shortFrame, Extensions.NONE, new Message.Goodbye(0, ""));
        assertThat(wire.answers).as("38 bytes do not pay for an ACK of 48").isEmpty();
        assertThat(wire.shard.books(wire.nowMicros).events().get("answer_withheld"))
                .isEqualTo(1);
        wire.hello(wire.udp, 0, NONCE, 0);
        assertThat(wire.answers.get(0).length()).isLessThanOrEqualTo(Limits.MIN_HELLO_BYTES);
        long epoch = wire.lastAnswer(Message.Welcome.class).epoch();
        long received = Limits.MIN_HELLO_BYTES;
        for (int seq = 0; seq < 40; seq += 2) {
            wire.reliable(wire.udp, epoch, seq, 0, named(seq));
            received += 96;
        }
        wire.shard.sendWaitingAcks();
        assertThat(wire.answers.stream().mapToLong(ShardHarness.Answer::length).sum())
                .isLessThanOrEqualTo(received);
    }

    @Test
    void aTokenFromTheSameAddressValidatesItAndAnotherIsIgnored() { // SPEC §9.2
        wire.hello(wire.udp, 0, NONCE, 0);
        Message.Welcome welcome = wire.lastAnswer(Message.Welcome.class);
        FrameHeader header =
                new FrameHeader(DEVICE, welcome.epoch(), 0, 50, 0, FrameHeader.flags(AckLevel.COUNTED, true));
        Message tiny = new Message.Goodbye(0, "");
        Extensions wrong = Extensions.NONE.withToken(welcome.token() + 1);
        int answers = wire.answers.size();
        Peer elsewhere =
                new Peer(wire.udp.transport(), new java.net.InetSocketAddress("127.0.0.1", 50_000), wire.outlet);
        wire.send(elsewhere, header, Extensions.NONE.withToken(welcome.token()), new Message.Goodbye(0, ""));
        assertThat(wire.answers.size()).as("the token is of another address").isBetween(answers, answers + 1);
        answers = wire.answers.size();
        for (int i = 0; i < 3; i++) {
            FrameHeader stale =
                    new FrameHeader(DEVICE, welcome.epoch(), 0, 60 + i, 0, FrameHeader.flags(AckLevel.COUNTED, true));
            wire.send(wire.udp, stale, i == 0 ? wrong : Extensions.NONE, tiny);
        }
        int withheld = wire.answers.size() - answers;
        FrameHeader good =
                new FrameHeader(DEVICE, welcome.epoch(), 0, 70, 0, FrameHeader.flags(AckLevel.COUNTED, true));
        wire.send(wire.udp, good, Extensions.NONE.withToken(welcome.token()), tiny);
        assertThat(wire.answers.size()).isGreaterThan(answers + withheld);
    }

    @Test
    void theRouteFollowsOnlyANewerPacketNumber() {
        wire.reliable(wire.udp, 1, 0, 0, named(1));
        FrameHeader replayed = new FrameHeader(DEVICE, 1, 0, 0, 0, FrameHeader.flags(AckLevel.COUNTED, true));
        wire.send(wire.tcp, replayed, Extensions.NONE, named(1));
        assertThat(wire.answers.get(wire.answers.size() - 1).to()).isEqualTo(wire.udp);
        wire.reliable(wire.tcp, 1, 1, 0, named(1));
        wire.shard.sendWaitingAcks();
        assertThat(wire.answers.get(wire.answers.size() - 1).to()).isEqualTo(wire.tcp);
    }

    @Test
    void aFullServerRefusesTheNextDeviceAndSaysSo() {
        Shard tiny = wire.shard(AckLevel.COUNTED, 1);
        Frame first = ShardHarness.encode(new FrameHeader(1, 1, 0, 0, 0, 1), Extensions.NONE, named(1));
        Frame second = ShardHarness.encode(new FrameHeader(2, 1, 0, 0, 0, 1), Extensions.NONE, named(1));
        tiny.onFrame(first, wire.tcp, wire.nowMicros);
        tiny.onFrame(second, wire.tcp, wire.nowMicros);
        assertThat(wire.lastAnswer(Message.Nack.class).code()).isEqualTo(ErrorCode.NO_ROOM.number());
        assertThat(tiny.books(wire.nowMicros).refused()).containsEntry("no_room", 1L);
    }

    @Test
    void theServersFramesCarryItsInstanceAndRisingPacketNumbers() {
        wire.hello(wire.tcp, 0, NONCE, 0);
        wire.hello(wire.tcp, 0, NONCE, 0);
        assertThat(wire.answers).extracting(a -> a.header().epoch()).containsOnly(ShardHarness.INSTANCE);
        assertThat(wire.answers).extracting(a -> a.header().pn()).containsExactly(0L, 1L);
        assertThat(wire.answers).allMatch(a -> (a.header().flags() & Frame.FROM_SERVER) != 0);
    }

    @Test
    void anOlderEpochThanFourOpenOnesIsStaleAndNotCounted() {
        for (int epoch = 12; epoch >= 9; epoch--) {
            wire.reliable(wire.tcp, epoch, 0, 0, named(epoch));
        }
        wire.reliable(wire.tcp, 8, 0, 0, named(8));
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(4);
        assertThat(wire.count(Outcome.STALE)).isEqualTo(1);
        assertThat(wire.shard.books(wire.nowMicros).residual()).isZero();
    }

    /** Whatever numbers devices claim, no law breaks. SPEC §5.1. */
    @Test
    void noClaimOfADeviceBreaksTheBooks() {
        for (int seed = 0; seed < 300; seed++) {
            ShardHarness one = new ShardHarness();
            java.util.Random random = new java.util.Random(seed);
            for (int step = 0; step < 300; step++) {
                long epoch = random.nextInt(12);
                long seq = random.nextInt(4) == 0 ? random.nextInt() & 0xFFFF_FFFFL : random.nextInt(3_000);
                int back = random.nextInt(3) == 0 ? random.nextInt(0x10000) : random.nextInt(5);
                int flags = random.nextInt(8);
                FrameHeader header = new FrameHeader(DEVICE, epoch, seq, random.nextInt(50), back, flags);
                Message message = switch (random.nextInt(6)) {
                    case 0 -> new Message.Ping(1, ByteBuffer.allocate(random.nextInt(30)));
                    case 1 -> new Message.Heartbeat(1, random.nextInt(14), 0, 0, 0, 0);
                    case 2 -> new Message.Hello(new BootNonce(random.nextInt(10), 0), 1, random.nextInt(12), 0, 0);
                    default -> named(random.nextInt(3));
                };
                one.send(random.nextBoolean() ? one.tcp : one.udp, header, Extensions.NONE, message);
                one.nowMicros += random.nextInt(50) == 0 ? 100_000_000L : 1_000;
                one.shard.tick(one.nowMicros);
                assertThat(one.shard.books(one.nowMicros).residual())
                        .as("seed %d, step %d", seed, step)
                        .isZero();
            }
        }
    }
}
