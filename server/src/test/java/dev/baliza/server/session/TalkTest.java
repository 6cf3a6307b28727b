package dev.baliza.server.session;

import static dev.baliza.server.session.ShardHarness.DEVICE;
import static dev.baliza.server.session.ShardHarness.describe;
import static dev.baliza.server.session.ShardHarness.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.books.DownlinkState;
import dev.baliza.server.books.DownlinkView;
import dev.baliza.server.books.HeardView;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.books.Transport;
import dev.baliza.server.downlink.Downlink;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages both ways through a shard whose clock stands still. */
class TalkTest {
    private static final long EPOCH = 7;
    private static final String NAME = Names.hex(DEVICE);

    private final ShardHarness on = new ShardHarness();
    private final Downlink downlink = new Downlink(ShardHarness.INSTANCE, List.of(task -> {
        task.run(on.shard, on.nowMicros);
        on.shard.advanceTalks(on.nowMicros);
    }));
    private boolean connectionIsOpen = true;
    private final Peer connection = new Peer(Transport.TCP, new InetSocketAddress("127.0.0.1", 40_003), new Outlet() {
        @Override
        public void send(Peer peer, FrameHeader header, Message message, @Nullable Seal seal) {
            on.outlet.send(peer, header, message, seal);
        }

        @Override
        public boolean isOpen() {
            return connectionIsOpen;
        }
    });

    private long order(String command) {
        return downlink.command(NAME, command, List.of(), Duration.ofMinutes(10))
                .join()
                .get(0)
                .id();
    }

    private DownlinkView status(long id) {
        return downlink.status(id).join().orElseThrow();
    }

    private TalkView history() {
        return downlink.history(NAME).join().orElseThrow();
    }

    private List<ShardHarness.Answer> commands() {
        return on.answers.stream()
                .filter(answer -> answer.message() instanceof Message.Command)
                .toList();
    }

    private void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            on.nowMicros += 1_000_000;
            on.shard.tick(on.nowMicros);
        }
    }

    /** Proves a UDP address by the token of WELCOME. */
    private void validate(Peer peer, long seq) {
        on.hello(peer, EPOCH, new BootNonce(1, 1), 0);
        long token = on.lastAnswer(Message.Welcome.class).token();
        FrameHeader header =
                new FrameHeader(DEVICE, EPOCH, seq, on.pn++, 0, FrameHeader.flags(AckLevel.COUNTED, false));
        on.send(peer, header, Extensions.NONE.withToken(token), named(21));
    }

    @Test
    void aCommandGoesOverTheConnectionWithTheServersNumbers() { // SPEC §7.9
        on.reliable(on.tcp, EPOCH, 0, 0, describe());
        long first = order("identify");
        order("read-now");

        assertThat(commands()).hasSize(2).allSatisfy(answer -> {
            assertThat(answer.header().epoch()).isEqualTo(ShardHarness.INSTANCE);
            assertThat(answer.header().flags()).isEqualTo(Frame.FROM_SERVER | 1);
        });
        assertThat(commands()).extracting(a -> a.header().seq()).containsExactly(0L, 1L);
        assertThat(commands()).extracting(a -> a.header().back()).containsExactly(0, 1);
        assertThat(status(first).state()).isEqualTo(DownlinkState.SENT);
    }

    @Test
    void theDevicesAckEndsTheSendingAndItsResultTheCommand() { // SPEC §7.9.2
        on.reliable(on.tcp, EPOCH, 0, 0, describe());
        long id = order("identify");
        on.control(
                on.tcp,
                EPOCH,
                1,
                0,
                new Message.Ack(ShardHarness.INSTANCE + 1, 1, AckLevel.COUNTED, List.of(), List.of()));
        assertThat(status(id).state()).as("an ACK for another server").isEqualTo(DownlinkState.SENT);
        on.control(
                on.tcp, EPOCH, 1, 0, new Message.Ack(ShardHarness.INSTANCE, 1, AckLevel.COUNTED, List.of(), List.of()));
        assertThat(status(id).state()).isEqualTo(DownlinkState.ACKED);
        int before = commands().size();
        pass(120);
        assertThat(commands()).hasSize(before);

        on.reliable(on.tcp, EPOCH, 1, 1, new Message.Result(id, Message.Result.State.DONE, 0, "me"));
        assertThat(status(id))
                .matches(s -> s.state() == DownlinkState.DONE && s.output().equals("me"));
        on.answers.clear();
        on.control(
                on.tcp, EPOCH, 2, 0, new Message.Ack(ShardHarness.INSTANCE, 1, AckLevel.COUNTED, List.of(), List.of()));
        assertThat(on.answers).as("no answer to an ACK").isEmpty();
    }

    @Test
    void itIsSentAgainByTheClock() { // SPEC §7.9.4
        on.reliable(on.tcp, EPOCH, 0, 0, describe());
        order("identify");
        pass(10);
        assertThat(commands()).hasSize(4);
        assertThat(commands()).extracting(a -> a.header().pn()).doesNotHaveDuplicates();
    }

    @Test
    void nothingGoesToAnAddressThatIsNotProven() { // SPEC §7.9.5
        on.reliable(on.udp, EPOCH, 0, 0, describe());
        long id = order("identify");
        pass(10);
        assertThat(commands()).isEmpty();
        assertThat(status(id).state()).isEqualTo(DownlinkState.QUEUED);
        validate(on.udp, 1);
        assertThat(commands()).singleElement().matches(a -> a.to().address().equals(on.udp.address()));
    }

    @Test
    void aDeviceThatSleepsGetsItRightAfterItsNextFrame() { // SPEC §7.9.5
        validate(on.udp, 0);
        pass(60);
        order("identify");
        pass(300);
        assertThat(commands()).isEmpty();
        on.reliable(on.udp, EPOCH, 1, 1, named(22));
        assertThat(commands()).hasSize(1);
    }

    @Test
    void aFrameAfterSilenceMakesItGoAtOnce() { // SPEC §7.9.5
        validate(on.udp, 0);
        order("identify");
        pass(40);
        int before = commands().size();
        on.reliable(on.udp, EPOCH, 1, 1, named(22));
        assertThat(commands()).hasSize(before + 1);
    }

    @Test
    void anotherConnectionGetsWhatTheFirstOneLost() { // SPEC §7.9.4
        on.reliable(on.tcp, EPOCH, 0, 0, describe());
        order("identify");
        pass(4);
        on.answers.clear();
        on.reliable(connection, EPOCH, 1, 1, named(22));
        assertThat(commands()).hasSize(1);
        on.reliable(on.tcp, EPOCH, 2, 2, named(22));
        assertThat(commands()).as("not twice in a second").hasSize(1);
    }

    @Test
    void aClosedConnectionFallsBackToTheLastProvenAddress() { // SPEC §7.9.5
        validate(on.udp, 0);
        on.reliable(connection, EPOCH, 1, 1, named(22));
        order("identify");
        assertThat(commands()).singleElement().matches(a -> a.to().address().equals(connection.address()));
        connectionIsOpen = false;
        order("read-now");
        assertThat(commands().get(1).to().address()).isEqualTo(on.udp.address());
    }

    @Test
    void withoutSuchAnAddressItIsHeld() { // SPEC §7.9.5
        on.reliable(connection, EPOCH, 0, 0, describe());
        connectionIsOpen = false;
        order("identify");
        assertThat(commands()).isEmpty();
    }

    @Test
    void repeatedEventsAreHeardOnce() { // SPEC §5.5, §7.5
        Message event = new Message.Event(false, 4, TimeMode.ON_ARRIVAL, 0, "door \u001b[31mopen");
        on.reliable(on.tcp, EPOCH, 0, 0, event);
        on.reliable(on.tcp, EPOCH, 0, 0, event);
        on.reliable(on.tcp, EPOCH, 1, 1, new Message.Text(5, "lab", "hello"));

        assertThat(history().heard()).extracting(HeardView::text).containsExactly("door \\u001b[31mopen", "hello");
        assertThat(on.count(Outcome.ACCEPTED)).isEqualTo(2);
        assertThat(on.count(Outcome.DUPLICATE)).isEqualTo(1);
        assertThat(on.device().talk()).isEqualTo(2);
        assertThat(on.shard.books(on.nowMicros).events()).containsEntry("device_events", 1L);
    }

    @Test
    void anEventKeepsItsOwnTimeWhereItHasOne() { // SPEC §7.5
        on.hello(on.tcp, EPOCH, new BootNonce(1, 1), 0);
        long noon = ShardHarness.START_MICROS - 3_600_000_000L;
        on.reliable(on.tcp, EPOCH, 0, 0, new Message.Event(false, 4, TimeMode.ABSOLUTE, noon, "a"));
        on.nowMicros += 10_000_000;
        on.reliable(on.tcp, EPOCH, 1, 1, new Message.Event(false, 4, TimeMode.SINCE_BOOT, 4_000_000, "b"));
        on.reliable(on.tcp, EPOCH, 2, 2, new Message.Event(false, 4, TimeMode.ABSOLUTE, 5, "c"));

        assertThat(history().heard())
                .extracting(HeardView::timeMicros)
                .containsExactly(noon, ShardHarness.START_MICROS + 4_000_000, on.nowMicros);
    }

    @Test
    void aResultOfAnUnknownCommandIsSettledAndCounted() { // SPEC §7.8.2
        on.reliable(on.tcp, EPOCH, 0, 0, new Message.Result(99, Message.Result.State.DONE, 0, ""));
        assertThat(on.count(Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(on.shard.books(on.nowMicros).events()).containsEntry("device_results_unmatched", 1L);
    }

    @Test
    void aDeviceThatSendsACommandIsRefused() { // SPEC §3.3
        on.reliable(on.tcp, EPOCH, 0, 0, new Message.Command(1, 1, "identify", List.of()));
        assertThat(on.count(Outcome.REJECTED)).isEqualTo(1);
        assertThat(on.shard.books(on.nowMicros).rejected()).containsEntry("unexpected", 1L);
    }

    @Test
    void groupsAreNamedWithAStar() {
        FrameHeader header = new FrameHeader(DEVICE, EPOCH, 0, on.pn++, 0, 0);
        on.send(on.tcp, header, Extensions.named("lab-1"), named(21));
        assertThat(downlink.say("lab-*", "ada", "hello").join()).hasSize(1).allMatch(r -> r.refusal() == null);
        assertThat(downlink.say("l*b*", "ada", "hello").join())
                .allMatch(r -> r.device().equals("lab-1"));
        assertThat(downlink.say("b*", "ada", "hello").join()).allMatch(r -> r.refusal() != null);
    }

    @Test
    void onlyDevicesThatAreDueAreLookedAt() { // SPEC §7.9.4
        for (int i = 0; i < 50; i++) {
            FrameHeader header = new FrameHeader(DEVICE + 1 + i, EPOCH, 0, on.pn++, 0, 0);
            on.send(on.tcp, header, Extensions.named("lab-" + i), named(21));
        }
        assertThat(on.shard.waitingTalks()).isZero();
        downlink.command("lab-7", "identify", List.of(), Duration.ofSeconds(30)).join();
        assertThat(commands()).hasSize(1);
        assertThat(on.shard.waitingTalks()).isEqualTo(1);
        pass(10);
        assertThat(commands()).hasSize(4);
        pass(20);
        assertThat(on.shard.waitingTalks()).as("it has expired").isZero();
        assertThat(on.shard.books(on.nowMicros).events()).containsEntry("downlink_expired", 1L);
    }

    @Test
    void nobodyWaitsForADeviceThatHasAnswered() { // SPEC §7.9.4
        on.reliable(on.tcp, EPOCH, 0, 0, describe());
        long first = order("identify");
        long second = order("read-now");
        assertThat(on.shard.waitingTalks()).as("one device, two commands").isEqualTo(1);
        on.reliable(on.tcp, EPOCH, 1, 1, new Message.Result(first, Message.Result.State.DONE, 0, ""));
        assertThat(on.shard.waitingTalks()).isEqualTo(1);
        on.reliable(on.tcp, EPOCH, 2, 2, new Message.Result(second, Message.Result.State.DONE, 0, ""));
        assertThat(on.shard.waitingTalks()).isZero();
    }

    @Test
    void aSecondOfOneNameIsFoundByItsWholeLabel() { // SPEC §4.1.3
        on.send(on.tcp, new FrameHeader(DEVICE, EPOCH, 0, on.pn++, 0, 0), Extensions.named("lab-1"), named(21));
        on.send(on.tcp, new FrameHeader(DEVICE + 1, EPOCH, 0, on.pn++, 0, 0), Extensions.named("lab-1"), named(21));
        String label = "lab-1#" + Names.hex(DEVICE + 1);
        assertThat(on.shard.device(label)).get().extracting("id").isEqualTo(DEVICE + 1);
        assertThat(on.shard.device("lab-1")).get().extracting("id").isEqualTo(DEVICE);
        assertThat(on.shard.device(Names.hex(DEVICE + 1)))
                .get()
                .extracting("id")
                .isEqualTo(DEVICE + 1);
        assertThat(on.shard.device("lab-2#" + Names.hex(DEVICE + 1))).isEmpty();
    }
}
