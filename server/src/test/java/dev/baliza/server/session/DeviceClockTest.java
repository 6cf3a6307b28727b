package dev.baliza.server.session;

import static dev.baliza.server.session.ShardHarness.DEVICE;
import static dev.baliza.server.session.ShardHarness.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.books.ClockView;
import dev.baliza.server.books.Outcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is asked for the time, and what becomes of the answers, through a shard whose clock stands still. */
class DeviceClockTest {
    private static final long EPOCH = 7;
    private static final BootNonce BOOT = new BootNonce(1, 1);

    private final ShardHarness on = new ShardHarness();

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            on.nowMicros += 1_000_000;
            on.shard.tick(on.nowMicros);
        }
    }

    private List<ShardHarness.Answer> pings() {
        return on.answers.stream()
                .filter(answer -> answer.message() instanceof Message.Ping)
                .toList();
    }

    private void pong(long t1, long clock) {
        on.control(on.tcp, EPOCH, 0, 0, new Message.Pong(t1, clock, clock, ByteBuffer.allocate(0)));
    }

    private long event(String name) {
        return on.shard.books(on.nowMicros).events().getOrDefault(name, -1L);
    }

    @Test
    void aDeviceIsAskedAfterItsHelloAndThenEveryInterval() { // SPEC §6.6.3
        on.hello(on.tcp, EPOCH, BOOT, 0);
        assertThat(pings()).isEmpty();
        pass(1);
        assertThat(pings()).singleElement().satisfies(ping -> {
            assertThat(ping.header().device()).isEqualTo(DEVICE);
            assertThat(ping.header().flags()).isEqualTo(Frame.FROM_SERVER);
            assertThat(ping.message()).isEqualTo(new Message.Ping(on.nowMicros, ByteBuffer.allocate(0)));
        });
        pass(640);
        assertThat(pings()).hasSize(11);
        assertThat(event("pings_sent")).isEqualTo(11);
    }

    @Test
    void nobodyIsAskedAtAnAddressThatIsNotProven() { // SPEC §6.6.3
        on.hello(on.udp, EPOCH, BOOT, 0);
        pass(200);
        assertThat(pings()).isEmpty();
        on.hello(on.udp, EPOCH, BOOT, 0);
        long token = on.lastAnswer(Message.Welcome.class).token();
        FrameHeader header = new FrameHeader(DEVICE, EPOCH, 0, on.pn++, 0, FrameHeader.flags(AckLevel.COUNTED, false));
        on.send(on.udp, header, Extensions.NONE.withToken(token), named(21));
        pass(1);
        assertThat(pings()).singleElement().matches(ping -> ping.to().address().equals(on.udp.address()));
    }

    @Test
    void aDeviceThatSleepsIsLeftAlone() { // SPEC §6.6.3
        on.hello(on.udp, EPOCH, BOOT, 0);
        long token = on.lastAnswer(Message.Welcome.class).token();
        FrameHeader header = new FrameHeader(DEVICE, EPOCH, 0, on.pn++, 0, FrameHeader.flags(AckLevel.COUNTED, false));
        on.send(on.udp, header, Extensions.NONE.withToken(token), named(21));
        pass(300);
        assertThat(pings()).hasSize(1);
    }

    @Test
    void aSenderThatNeverSaidHelloIsNotAsked() { // SPEC §6.6.3
        on.reliable(on.tcp, EPOCH, 0, 0, named(21));
        on.send(
                on.tcp,
                new FrameHeader(0, 0, 0, 0, 0, 0),
                Extensions.NONE,
                new Message.Ping(1, ByteBuffer.allocate(0)));
        pass(200);
        assertThat(pings()).isEmpty();
    }

    @Test
    void manyAreAskedInTurnAndNeverAllAtOnce() { // SPEC §6.6.3
        int devices = 2_000;
        for (int i = 0; i < devices; i++) {
            FrameHeader header = new FrameHeader(DEVICE + i, EPOCH, 0, on.pn++, 0, 0);
            Message hello = new Message.Hello(BOOT, 0, 0, 65_535, 1);
            big.onFrame(
                    ShardHarness.encode(header, Extensions.NONE.padTo(Limits.MIN_HELLO_BYTES), hello),
                    on.tcp,
                    on.nowMicros);
        }
        on.answers.clear();
        for (int second = 0; second < 10; second++) {
            int before = pings().size();
            on.nowMicros += 1_000_000;
            big.tick(on.nowMicros);
            assertThat(pings().size() - before).isLessThanOrEqualTo(ClockRound.MOST_A_SECOND);
        }
        on.answers.clear();
        Set<Long> asked = new HashSet<>();
        for (int second = 0; second < 64; second++) {
            int before = pings().size();
            on.nowMicros += 1_000_000;
            big.tick(on.nowMicros);
            assertThat(pings().size() - before).isBetween(devices / 64 - 1, devices / 64 + 2);
        }
        pings().forEach(ping -> asked.add(ping.header().device()));
        assertThat(asked).hasSize(devices);
    }

    private final Shard big = on.shard(AckLevel.COUNTED, 5_000);

    @Test
    void offsetAndDriftAreShownAndExported() { // SPEC §6.6.5
        on.shard.askForTime(Duration.ofSeconds(64), new ClockSlots(1));
        on.hello(on.tcp, EPOCH, BOOT, 0);
        for (int i = 0; i < 4; i++) {
            for (int second = 0; second < 70 && pings().size() <= i; second++) {
                pass(1);
            }
            long t1 = ((Message.Ping) pings().get(i).message()).t1();
            on.nowMicros += 2_000;
            pong(t1, t1 + 1_000 + 5_000_000 + (t1 - ShardHarness.START_MICROS) / 10_000);
        }
        ClockView clock = Objects.requireNonNull(on.device().clock());
        assertThat(clock.offsetSeconds()).isCloseTo(5.0192, within(1e-3));
        assertThat(clock.roundTripSeconds()).isEqualTo(0.002);
        assertThat(clock.driftPpm()).isCloseTo(100, within(0.1));
        assertThat(on.shard.books(on.nowMicros).clocks())
                .singleElement()
                .matches(sample -> sample.device().equals(on.device().label()));
        assertThat(on.count(Outcome.CONTROL)).isEqualTo(5);
        pass(200);
        assertThat(on.shard.books(on.nowMicros).clocks())
                .as("it answers no more")
                .isEmpty();
    }

    @Test
    void devicesBeyondTheLimitAreCountedNotExported() {
        ClockSlots none = new ClockSlots(0);
        on.shard.askForTime(Duration.ofSeconds(64), none);
        on.hello(on.tcp, EPOCH, BOOT, 0);
        pass(1);
        pong(((Message.Ping) pings().get(0).message()).t1(), on.nowMicros);
        assertThat(on.device().clock()).isNotNull();
        assertThat(on.shard.books(on.nowMicros).clocks()).isEmpty();
        assertThat(none.leftOut()).isEqualTo(1);
    }

    @Test
    void aPongIsNeverAnswered() { // SPEC §2.7, SPEC §6.6.5
        on.hello(on.tcp, EPOCH, BOOT, 0);
        on.answers.clear();
        pong(12, on.nowMicros);
        FrameHeader wantsAck = new FrameHeader(DEVICE, EPOCH, 0, on.pn++, 0, FrameHeader.flags(AckLevel.COUNTED, true));
        on.send(on.tcp, wantsAck, Extensions.NONE, new Message.Pong(13, 1, 1, ByteBuffer.allocate(0)));
        on.shard.sendWaitingAcks();
        assertThat(on.answers).isEmpty();
        assertThat(event("pongs_unknown")).isEqualTo(2);
    }

    @Test
    void anotherBootStartsAnew() { // SPEC §6.6.3
        on.hello(on.tcp, EPOCH, BOOT, 0);
        pass(1);
        pong(((Message.Ping) pings().get(0).message()).t1(), on.nowMicros + 9_000_000);
        assertThat(on.device().clock()).isNotNull();
        pass(10);
        on.hello(on.tcp, EPOCH + 1, new BootNonce(2, 2), 0);
        assertThat(on.device().clock()).isNull();
        pass(1);
        assertThat(pings()).hasSize(2);
    }

    @Test
    void zeroAsksNobodyAndAServerThatGoesAsksNoMore() { // SPEC §6.7
        on.shard.askForTime(Duration.ZERO, new ClockSlots(1));
        on.hello(on.tcp, EPOCH, BOOT, 0);
        pass(100);
        assertThat(pings()).isEmpty();
        on.shard.askForTime(Duration.ofSeconds(64), new ClockSlots(1));
        on.hello(on.tcp, EPOCH, BOOT, 0);
        on.shard.sayGoodbye();
        pass(100);
        assertThat(pings()).isEmpty();
    }
}
