package dev.baliza.sim.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.ReadingsCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a device owes to SPEC.md. */
class VirtualDeviceTest {
    private static final BootNonce NONCE = new BootNonce(1, 1);
    private static final long EPOCH = 1_800_000_000L;

    private final List<Frame> sent = new ArrayList<>();
    private final Wire wire = new Wire() {
        @Override
        public void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered) {
            sent.add(new Frame().wrap(frame, 0, frame.limit()));
            if (departure != null) {
                departure.onWire();
            }
        }

        @Override
        public boolean isUp() {
            return true;
        }
    };
    private long nonces;
    private long now = 1_800_000_000_000_000L;

    private VirtualDevice device(boolean reliable) {
        return device(plan(reliable, false, Plan.MAX_LIFE_FRAMES));
    }

    private static Plan plan(boolean reliable, boolean stream, long lifeFrames) {
        return new Plan(
                Channels.set(2, 10),
                false,
                List.of(),
                10_000,
                2,
                2,
                reliable,
                stream,
                true,
                Limits.DEFAULT_DATAGRAM_BYTES,
                lifeFrames,
                DeviceClock.right(),
                Defects.NONE);
    }

    private VirtualDevice device(Plan plan) {
        nonces = 0;
        return new VirtualDevice("test-1", plan, 7, this::nextNonce, now, wire, null, latency -> {});
    }

    private BootNonce nextNonce() {
        return new BootNonce(1, ++nonces);
    }

    private void pass(VirtualDevice device, long millis) {
        for (long i = 0; i < millis; i += 5) {
            now += 5_000;
            device.tick(now);
        }
    }

    private VirtualDevice welcomed(boolean reliable) {
        VirtualDevice device = device(reliable);
        device.tick(now);
        device.receive(welcome(NONCE, EPOCH), now);
        return device;
    }

    private static Message welcome(BootNonce nonce, long epoch, Message.Welcome.Known... known) {
        return welcome(nonce, epoch, AckLevel.COUNTED, known);
    }

    private static Message welcome(BootNonce nonce, long epoch, AckLevel highest, Message.Welcome.Known... known) {
        return new Message.Welcome(
                nonce, epoch, highest, false, false, 1_024, 65_535, 65_507, 99, 0, 60, List.of(known));
    }

    private static Message ack(long next, long... bits) {
        List<Long> words = new ArrayList<>();
        for (long word : bits) {
            words.add(word);
        }
        return new Message.Ack(EPOCH, next, AckLevel.COUNTED, words, List.of());
    }

    private List<Frame> frames(MessageType type) {
        return sent.stream().filter(f -> f.type() == type).toList();
    }

    @Test
    void itAsksForItsEpochUntilItIsTold() { // SPEC §4.2.1
        VirtualDevice device = device(true);
        device.tick(now);
        assertThat(sent.get(0).epoch()).isZero();
        assertThat(sent.get(0).back()).isEqualTo(Limits.BACK_UNSET);
        assertThat(sent.get(0).length()).isGreaterThanOrEqualTo(Limits.MIN_HELLO_BYTES);
        device.receive(welcome(new BootNonce(9, 9), 5), now);
        assertThat(device.wasWelcomed()).as("somebody else's WELCOME").isFalse();
        pass(device, 1_000);
        assertThat(frames(MessageType.HELLO)).hasSizeGreaterThan(1);
        device.receive(welcome(NONCE, EPOCH), now);
        assertThat(device.lives()).extracting(Life::epoch).containsExactly(EPOCH);
    }

    @Test
    void readingsWaitUntilTheDescriptionIsAcknowledged() {
        VirtualDevice device = welcomed(false);
        pass(device, 200);
        assertThat(frames(MessageType.READINGS)).isEmpty();
        device.receive(ack(1), now);
        pass(device, 50);
        assertThat(frames(MessageType.READINGS)).isNotEmpty();
        assertThat(frames(MessageType.READINGS)).allMatch(f -> f.back() == 0 && !f.reliable());
    }

    @Test
    void everyFrameHasTheNextPacketNumberAndKeepsItsIdentity() { // SPEC §4.3.1
        VirtualDevice device = welcomed(true);
        device.receive(ack(1), now);
        sent.removeIf(f -> f.epoch() == 0);
        long first = sent.get(0).pn();
        pass(device, 4_000);
        Map<Long, Integer> content = new HashMap<>();
        for (int i = 0; i < sent.size(); i++) {
            Frame frame = sent.get(i);
            assertThat(frame.pn()).isEqualTo(first + i);
            frameContent(frame, content);
        }
        assertThat(sent.size()).as("some were sent again").isGreaterThan(content.size());
    }

    private static void frameContent(Frame frame, Map<Long, Integer> content) {
        try {
            frame.readExtensions();
        } catch (dev.baliza.protocol.ProtocolException e) {
            throw new IllegalStateException(e);
        }
        Integer before = content.putIfAbsent(frame.seq(), frame.contentHash());
        assertThat(before == null || before == frame.contentHash())
                .as("content of " + frame)
                .isTrue();
    }

    @Test
    void theWindowIsNeverOverrun() { // SPEC §4.4.1
        VirtualDevice device = welcomed(true);
        device.receive(ack(1), now);
        pass(device, 30_000);
        assertThat(device.issued()).isEqualTo(1 + Limits.WINDOW - 1);
        assertThat(sent).allMatch(f -> f.back() < Limits.WINDOW || f.back() == Limits.BACK_UNSET);
    }

    @Test
    void anOlderAckLowersNothing() { // SPEC §6.4.2
        VirtualDevice device = welcomed(true);
        device.receive(ack(1), now);
        pass(device, 100);
        device.receive(ack(4), now);
        int before = sent.size();
        device.receive(ack(2), now);
        device.receive(new Message.Ack(EPOCH - 1, 100, AckLevel.COUNTED, List.of(), List.of()), now);
        device.tick(now);
        assertThat(sent.subList(before, sent.size())).allMatch(f -> f.seq() >= 4);
    }

    @Test
    void bitsAndListedNumbersAreNotSentAgain() { // SPEC §6.4.3
        VirtualDevice device = welcomed(true);
        device.receive(ack(1), now);
        pass(device, 100);
        device.receive(ack(1, 1L << 62), now);
        sent.clear();
        pass(device, 3_000);
        assertThat(sent).anyMatch(f -> f.seq() == 1);
        assertThat(sent).noneMatch(f -> f.seq() == 2);
    }

    @Test
    void aRejectedFrameIsNotSentAgainAndCounted() { // SPEC §6.4.3
        VirtualDevice device = measuring();
        device.receive(
                new Message.Ack(EPOCH, 1, AckLevel.COUNTED, List.of(), List.of(new Message.Ack.Rejected(2, 12))), now);
        sent.clear();
        pass(device, 3_000);
        assertThat(sent).anyMatch(f -> f.seq() == 1).noneMatch(f -> f.seq() == 2);
        assertThat(device.rejected()).isEqualTo(1);
    }

    @Test
    void anAckSpeaksOnlyOfFramesThatAskedForItsLevelOrLess() { // SPEC §6.4.1
        VirtualDevice device = device(true);
        device.tick(now);
        device.receive(welcome(NONCE, EPOCH, AckLevel.STORED), now);
        assertThat(frames(MessageType.DESCRIBE)).allMatch(f -> f.level() == AckLevel.STORED);
        device.receive(ack(1), now);
        pass(device, 500);
        assertThat(device.phase()).as("counted is not stored").isEqualTo(VirtualDevice.Phase.DESCRIBING);
        device.receive(new Message.Ack(EPOCH, 1, AckLevel.FORWARDED, List.of(), List.of()), now);
        device.tick(now);
        assertThat(device.phase()).isEqualTo(VirtualDevice.Phase.MEASURING);
    }

    @Test
    void whatWelcomeKnowsIsSettled() { // SPEC §6.2.1
        VirtualDevice device = device(plan(true, true, Plan.MAX_LIFE_FRAMES));
        device.tick(now);
        device.receive(welcome(NONCE, EPOCH), now);
        device.receive(ack(1), now);
        pass(device, 105);
        sent.clear();
        device.reconnected();
        pass(device, 20);
        assertThat(sent).as("HELLO first, in its epoch").hasSize(1);
        assertThat(sent.get(0).type()).isEqualTo(MessageType.HELLO);
        assertThat(sent.get(0).epoch()).isEqualTo(EPOCH);
        device.receive(welcome(NONCE, EPOCH, new Message.Welcome.Known(EPOCH, 2, 1L << 62)), now);
        device.tick(now);
        assertThat(frames(MessageType.READINGS))
                .extracting(Frame::seq)
                .contains(2L, 4L)
                .doesNotContain(1L, 3L);
    }

    @Test
    void aNewEpochBeginsBeforeANumberWouldWrap() { // SPEC §1.3
        VirtualDevice device = device(plan(true, false, 8));
        device.tick(now);
        device.receive(welcome(NONCE, EPOCH), now);
        device.receive(ack(1), now);
        pass(device, 1_000);
        assertThat(frames(MessageType.READINGS)).allMatch(f -> f.seq() < 8);
        Frame hello = frames(MessageType.HELLO).get(1);
        assertThat(hello.epoch()).as("asks for another epoch").isZero();
        device.receive(welcome(new BootNonce(1, 2), EPOCH + 1), now);
        device.receive(new Message.Ack(EPOCH + 1, 1, AckLevel.COUNTED, List.of(), List.of()), now);
        sent.clear();
        pass(device, 2_000);
        assertThat(frames(MessageType.READINGS))
                .as("the old frames and new ones")
                .extracting(Frame::epoch)
                .contains(EPOCH, EPOCH + 1);
        assertThat(device.lives()).extracting(Life::epoch).containsExactly(EPOCH, EPOCH + 1);
    }

    @Test
    void aStaleEpochIsLeftForTheOneAfterTheServers() { // SPEC §4.2.5
        VirtualDevice device = measuring();
        int waiting = (int) device.issued() - 1;
        device.receive(nack(1, ErrorCode.STALE_EPOCH.number(), false, 0, EPOCH + 40), now);
        assertThat(device.gaveUp()).isEqualTo(waiting);
        sent.clear();
        device.tick(now);
        assertThat(sent).allMatch(f -> f.type() == MessageType.HELLO && f.epoch() == EPOCH + 41);
        device.receive(welcome(NONCE, EPOCH + 41), now);
        device.tick(now);
        assertThat(frames(MessageType.DESCRIBE)).isNotEmpty().allMatch(f -> f.epoch() == EPOCH + 41 && f.seq() == 0);
    }

    @Test
    void anUnknownSchemaIsDescribedAgainBeforeTheFrame() { // SPEC §7.3.2
        VirtualDevice device = measuring();
        sent.clear();
        device.receive(nack(1, ErrorCode.UNKNOWN_SCHEMA.number(), true, 0, 0), now);
        pass(device, 1_100);
        int described = -1;
        int again = -1;
        for (int i = 0; i < sent.size(); i++) {
            described = described < 0 && sent.get(i).type() == MessageType.DESCRIBE ? i : described;
            again = again < 0 && sent.get(i).seq() == 1 ? i : again;
        }
        assertThat(described).isNotNegative();
        assertThat(again).isGreaterThan(described);
    }

    @Test
    void aLevelThatDoesNotExistIsLowered() { // SPEC §8.1
        VirtualDevice device = device(true);
        device.tick(now);
        device.receive(welcome(NONCE, EPOCH, AckLevel.STORED), now);
        sent.clear();
        Message refused =
                new Message.Nack(EPOCH, 0, ErrorCode.LEVEL_UNAVAILABLE.number(), 0x81, true, 0xFFFF, 0, 1, "");
        device.receive(refused, now);
        device.tick(now);
        assertThat(sent).hasSize(1).allMatch(f -> f.seq() == 0 && f.level() == AckLevel.COUNTED);
    }

    @Test
    void adviceToWaitIsTaken() {
        VirtualDevice device = measuring();
        device.receive(nack(1, ErrorCode.STORE_STALLED.number(), true, 80, 0), now);
        sent.clear();
        pass(device, 7_000);
        assertThat(sent).noneMatch(f -> f.seq() == 1);
        pass(device, 2_000);
        assertThat(sent).anyMatch(f -> f.seq() == 1);
        device.receive(nack(2, ErrorCode.THROTTLED.number(), true, 30, 0), now);
        sent.clear();
        pass(device, 2_900);
        assertThat(sent).as("the whole device waits").isEmpty();
        pass(device, 2_000);
        assertThat(sent).isNotEmpty();
    }

    @Test
    void afterGoodbyeItIsSilentAndThenAsksWhatTheServerHas() { // SPEC §6.1.2
        VirtualDevice device = measuring();
        device.receive(new Message.Goodbye(Message.Goodbye.RESTART, ""), now);
        sent.clear();
        pass(device, 900);
        assertThat(sent).isEmpty();
        pass(device, 1_500);
        assertThat(sent).isNotEmpty().allMatch(f -> f.type() == MessageType.HELLO && f.epoch() == EPOCH);
    }

    @Test
    void aSilentDeviceSendsHeartbeats() {
        VirtualDevice device = device(new Plan(
                Channels.set(2, 1),
                false,
                List.of(),
                3_600_000_000L,
                1,
                1,
                true,
                false,
                true,
                1_200,
                Plan.MAX_LIFE_FRAMES,
                DeviceClock.right(),
                Defects.NONE));
        device.tick(now);
        device.receive(welcome(NONCE, EPOCH), now);
        device.receive(ack(1), now);
        pass(device, 50);
        device.receive(ack(2), now);
        pass(device, 130_000);
        assertThat(frames(MessageType.HEARTBEAT)).hasSize(2).allMatch(f -> f.seq() == 2);
    }

    @ParameterizedTest
    @CsvSource({"false, 0, 64", "true, 0, 64", "true, 0, 3", "true, 0.3, 64", "true, 1, 20"})
    void noDatagramIsLongerThanItShouldBe(boolean columns, double missing, int channels) { // SPEC §2.6
        VirtualDevice device = device(new Plan(
                Channels.set(channels, 10),
                columns,
                List.of(),
                10_000,
                100,
                100,
                true,
                false,
                true,
                1_200,
                Plan.MAX_LIFE_FRAMES,
                DeviceClock.right(),
                new Defects(missing, 0, false, 0, 0, false)));
        device.tick(now);
        device.receive(welcome(NONCE, EPOCH), now);
        device.receive(ack(1), now);
        pass(device, 1_200);
        byte encoding = (byte) (columns ? ReadingsCodec.COLUMNS : ReadingsCodec.ROWS);
        assertThat(frames(MessageType.READINGS))
                .isNotEmpty()
                .allMatch(f -> f.length() <= 1_200)
                .anyMatch(f -> f.payload().get(0) == encoding);
    }

    private VirtualDevice booting(Defects defects) {
        VirtualDevice device = device(new Plan(
                Channels.set(2, 10),
                false,
                List.of(),
                10_000,
                2,
                2,
                true,
                false,
                true,
                1_200,
                Plan.MAX_LIFE_FRAMES,
                DeviceClock.right(),
                defects));
        device.tick(now);
        device.receive(welcome(NONCE, EPOCH), now);
        device.receive(ack(1), now);
        sent.clear();
        pass(device, 2_100);
        assertThat(device.boots()).isPositive();
        return device;
    }

    @Test
    void aBoardWithFlashCountsItsEpochOnAndKeepsItsQueue() { // SPEC §4.2.1
        VirtualDevice device = booting(new Defects(0, 0, false, 1, 0, true));
        Frame hello = frames(MessageType.HELLO).get(0);
        assertThat(hello.epoch()).isEqualTo(EPOCH + 1);
        sent.clear();
        device.receive(welcome(new BootNonce(1, 2), EPOCH + 1), now);
        device.tick(now);
        assertThat(frames(MessageType.READINGS)).isNotEmpty().allMatch(f -> f.epoch() == EPOCH);
        assertThat(device.gaveUp()).isZero();
    }

    @Test
    void aBoardWithoutFlashForgetsAllAndAsksAgain() { // SPEC §4.2.2
        VirtualDevice device = booting(new Defects(0, 0, false, 1, 0, false));
        Frame hello = frames(MessageType.HELLO).get(0);
        assertThat(hello.epoch()).isZero();
        assertThat(device.gaveUp()).isPositive();
        sent.clear();
        device.receive(welcome(new BootNonce(1, 2), EPOCH + 9), now);
        pass(device, 50);
        assertThat(sent).isNotEmpty().allMatch(f -> f.epoch() == EPOCH + 9);
    }

    @Test
    void aBoardWrittenAnewBeginsAtOneUntilItIsToldTheEpoch() { // SPEC §4.2.6
        VirtualDevice device = booting(new Defects(0, 0, false, 0, 1, true));
        assertThat(frames(MessageType.HELLO).get(0).epoch()).isEqualTo(1);
        device.receive(new Message.Nack(1, 0, ErrorCode.STALE_EPOCH.number(), 1, false, 0xFFFF, 0, EPOCH, ""), now);
        sent.clear();
        pass(device, 10);
        assertThat(sent).hasSize(1).allMatch(f -> f.type() == MessageType.HELLO && f.epoch() == EPOCH + 1);
        assertThat(device.lives()).extracting(Life::epoch).containsExactly(EPOCH, EPOCH + 1);
    }

    private VirtualDevice measuring() {
        VirtualDevice device = welcomed(true);
        device.receive(ack(1), now);
        pass(device, 100);
        return device;
    }

    @Test
    void aTerminalNackEndsAFrameAndARetriableOneDoesNot() { // SPEC §6.5.2, SPEC §11.1
        VirtualDevice device = welcomed(true);
        device.receive(ack(1), now);
        pass(device, 100);
        device.receive(nack(1, ErrorCode.CONFLICT.number(), false), now);
        device.receive(nack(2, 999, true), now);
        sent.clear();
        pass(device, 3_000);
        assertThat(sent).noneMatch(f -> f.seq() == 1).anyMatch(f -> f.seq() == 2);
        assertThat(device.gaveUp()).isEqualTo(1);
    }

    private static Message nack(long seq, int code, boolean retriable) {
        return nack(seq, code, retriable, 0, 0);
    }

    private static Message nack(long seq, int code, boolean retriable, int retryAfter, long argument) {
        return new Message.Nack(EPOCH, seq, code, 0x82, retriable, 0xFFFF, retryAfter, argument, "");
    }

    @Test
    void threeLaterPacketsAcknowledgedMeanLost() { // SPEC §8.3
        VirtualDevice device = welcomed(true);
        device.receive(ack(1), now);
        pass(device, 100);
        sent.clear();
        device.receive(ack(1, 0b0001_1100L << 56), now);
        device.tick(now + 1);
        assertThat(sent).extracting(Frame::seq).contains(1L);
    }

    @Test
    void itEndsWithAPingThatTellsHowManyThereWere() { // SPEC §5.10
        VirtualDevice device = welcomed(true);
        device.receive(ack(1), now);
        pass(device, 105);
        device.finish();
        pass(device, 20);
        device.receive(ack(device.issued()), now);
        pass(device, 10);
        Frame ping = frames(MessageType.PING).get(0);
        assertThat(ping.seq()).isEqualTo(device.issued());
        assertThat(ping.back()).isZero();
        device.receive(new Message.Pong(0, 1, 2, ByteBuffer.allocate(0)), now);
        assertThat(device.phase()).isEqualTo(VirtualDevice.Phase.DONE);
    }

    /** A server that forgets nothing, behind a wire that loses and doubles: everything arrives, once. */
    @Test
    void everythingArrivesOverALossyWire() {
        for (int seed = 0; seed < 30; seed++) {
            sent.clear();
            Random random = new Random(seed);
            VirtualDevice device = welcomed(true);
            Set<Long> arrived = new HashSet<>();
            for (int step = 0; step < 60_000 && device.phase() != VirtualDevice.Phase.DONE; step++) {
                now += 5_000;
                device.tick(now);
                if (step == 400) {
                    device.finish();
                }
                for (Frame frame : List.copyOf(sent)) {
                    if (random.nextInt(5) > 0 && frame.epoch() == EPOCH) {
                        answer(device, frame, arrived, random);
                    }
                }
                sent.clear();
            }
            assertThat(device.phase()).as("seed %d", seed).isEqualTo(VirtualDevice.Phase.DONE);
            assertThat(arrived).hasSize((int) device.issued());
            assertThat(device.lives().get(0).framesOnWire()).isEqualTo(device.issued());
        }
    }

    private void answer(VirtualDevice device, Frame frame, Set<Long> arrived, Random random) {
        if (frame.type() == MessageType.PING) {
            device.receive(new Message.Pong(0, 1, 2, ByteBuffer.allocate(0)), now);
            return;
        }
        arrived.add(frame.seq());
        long next = 0;
        while (arrived.contains(next)) {
            next++;
        }
        if (random.nextInt(4) > 0) {
            device.receive(ack(next), now);
        }
    }

    private static final long SERVER = 0x5EED_5EEDL;

    private static Message order(long id, String name) {
        return new Message.Command(id, 60, name, List.of());
    }

    private static Message content(Frame frame) {
        try {
            frame.readExtensions();
            return dev.baliza.protocol.codec.MessageCodec.read(
                    java.util.Objects.requireNonNull(frame.type()), frame.payload());
        } catch (dev.baliza.protocol.ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRepeatedCommandIsAcknowledgedAgainButNotDoneAgain() { // SPEC §7.9.2, §7.9.3
        VirtualDevice device = measuring();
        sent.clear();
        device.hear(SERVER, 0, 0, order(5, "identify"));
        device.hear(SERVER, 0, 0, order(5, "identify"));
        device.hear(SERVER, 1, 1, order(5, "identify"));
        pass(device, 20);

        assertThat(frames(MessageType.ACK)).hasSize(3);
        assertThat(frames(MessageType.ACK)).allMatch(f -> f.epoch() == EPOCH && !f.reliable());
        assertThat(((Message.Ack) content(frames(MessageType.ACK).get(0))).epoch())
                .isEqualTo(SERVER);
        assertThat(frames(MessageType.RESULT)).singleElement().matches(Frame::reliable);
    }

    @Test
    void itRestartsAfterTheServerHasTheResult() { // SPEC §7.7
        VirtualDevice device = measuring();
        device.hear(SERVER, 0, 0, order(5, "reboot"));
        pass(device, 20);
        long result = frames(MessageType.RESULT).get(0).seq();
        assertThat(device.boots()).isZero();
        device.receive(ack(result + 1), now);
        pass(device, 20);
        assertThat(device.boots()).isEqualTo(1);
    }

    @Test
    void aQuestionIsAnswered() { // SPEC §7.6
        VirtualDevice device = measuring();
        device.hear(SERVER, 0, 0, new Message.Text(1, "ada", "how are you?"));
        device.hear(SERVER, 1, 0, new Message.Text(2, "ada", "fine"));
        pass(device, 20);
        assertThat(frames(MessageType.TEXT)).hasSize(1);
    }

    @Test
    void eventsOfItsOwnAreReliableFrames() { // SPEC §7.5
        VirtualDevice device = measuring();
        device.chat(10);
        pass(device, 1_000);
        assertThat(frames(MessageType.EVENT)).isNotEmpty().allMatch(Frame::reliable);
        assertThat(frames(MessageType.TEXT)).isNotEmpty();
        assertThat(device.tally().said()).isGreaterThanOrEqualTo(9);
    }

    @Test
    void numberedFramesOfTheServerOpenWithTheNewestEpochOnly() { // SPEC §7.9.6
        VirtualDevice device = measuring();
        pass(device, 100);
        device.receive(
                new Message.Nack(
                        EPOCH, 0, ErrorCode.STALE_EPOCH.number(), 0x82, false, Message.Nack.NO_INDEX, 0, EPOCH, ""),
                now);
        assertThat(device.openEpochs(true)).containsExactly(EPOCH + 1);
        assertThat(device.openEpochs(false)).startsWith(EPOCH + 1);
    }
}
