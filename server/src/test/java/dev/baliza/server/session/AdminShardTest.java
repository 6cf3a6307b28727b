package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.protocol.seal.Operator;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may say ADMIN at a shard, and what goes back. */
class AdminShardTest {
    private static final long ANA = 0xA4AL;
    private static final long DEVICE = ShardHarness.DEVICE;
    private static final BootNonce BOOT = new BootNonce(11, 12);

    /** Remembers what was asked. */
    private static final class FakeDesk implements AdminDesk {
        final List<Caller> asked = new ArrayList<>();
        final List<Caller> refused = new ArrayList<>();
        final List<Consumer<List<Message.AdminResult>>> replies = new ArrayList<>();
        boolean loopback;

        @Override
        public boolean servesLoopback() {
            return loopback;
        }

        @Override
        public void ask(Caller caller, Message.Admin request, Consumer<List<Message.AdminResult>> reply) {
            asked.add(caller);
            replies.add(reply);
        }

        @Override
        public void refused(Caller caller, Message.Admin request) {
            refused.add(caller);
        }
    }

    private final ShardHarness wire = new ShardHarness();
    private final FakeDesk desk = new FakeDesk();
    private final DeviceKey ana = new DeviceKey(ANA, 1, false, new byte[16], new Operator("ana", Role.ADMIN));
    private final DeviceKey device = new DeviceKey(DEVICE, 1, true, new byte[32]);
    private long pn;

    @BeforeEach
    void open() {
        wire.shard.useDesk(desk, Runnable::run);
    }

    private static Message.Admin whoami() {
        return new Message.Admin(77, 0, "whoami", "{}");
    }

    private static Message.AdminResult result(int part, int bytes) {
        return new Message.AdminResult(77, part, 16, 0, ByteBuffer.allocate(bytes));
    }

    private @Nullable FrameFault deliver(ByteBuffer open, SecretKey key, int keyId, @Nullable BootNonce clear) {
        ByteBuffer sealed = ByteBuffer.allocate(2_000);
        new FrameSealer().seal(open, key, keyId, clear, sealed);
        sealed.flip();
        return wire.shard.onSealed(new Frame().wrap(sealed, 0, sealed.limit()), wire.udp, wire.nowMicros);
    }

    private static ByteBuffer encode(FrameHeader header, Extensions extensions, Message message) {
        ByteBuffer out = ByteBuffer.allocate(1_900);
        FrameCodec.write(out, header, extensions, message);
        return out.flip();
    }

    /** What an operator knows after WELCOME. */
    private record Life(long epoch, BootNonce boot, BootNonce server, long token) {}

    private Life greet(DeviceKey key, BootNonce boot) {
        FrameHeader header = new FrameHeader(key.device(), 0, 0, pn++, Limits.BACK_UNSET, 0);
        Message hello = new Message.Hello(boot, 1, 0, 1_200, 0);
        ByteBuffer open = encode(header, Extensions.named("mallory").padTo(Limits.MIN_HELLO_BYTES), hello);
        assertThat(deliver(open, key.hello(0, boot), key.keyId(), boot)).isNull();
        Message.Welcome welcome = wire.lastAnswer(Message.Welcome.class);
        BootNonce server =
                Objects.requireNonNull(Objects.requireNonNull(wire.lastSeal).clear());
        return new Life(welcome.epoch(), boot, server, welcome.token());
    }

    private @Nullable FrameFault send(Life life, Message message, @Nullable Long token, int flags) {
        FrameHeader header = new FrameHeader(ANA, life.epoch, 0, pn++, 0, flags);
        ByteBuffer open = encode(header, Extensions.NONE.withToken(token), message);
        return deliver(open, ana.up(life.epoch, life.boot, life.server), 1, null);
    }

    @Test
    void anOperatorAsksUnderItsKeyAndIsAnsweredUnderIt() { // SPEC §16.1.1, §16.1.3
        wire.keys = new KeyRing(List.of(ana, device));
        Life first = greet(ana, BOOT);
        assertThat(send(first, whoami(), first.token, 0)).isNull();
        Life second = greet(ana, new BootNonce(21, 22));
        assertThat(send(second, whoami(), second.token, 0)).isNull();
        assertThat(desk.asked).hasSize(2);
        assertThat(desk.asked.get(0))
                .isEqualTo(new Caller(ANA, "ana", Role.ADMIN, false, Transport.UDP, wire.udp.address()));
        desk.replies.get(0).accept(List.of(result(0, 900)));
        assertThat(wire.lastAnswer(Message.AdminResult.class).request()).isEqualTo(77);
        assertThat(Objects.requireNonNull(wire.lastSeal).key())
                .as("the life that asked, not the newest")
                .isEqualTo(ana.down(ShardHarness.INSTANCE, first.server));
    }

    @Test
    void aReplayedAdminIsAskedOnce() { // SPEC §16.2.2, §10.2.5
        wire.keys = new KeyRing(List.of(ana));
        Life life = greet(ana, BOOT);
        FrameHeader header = new FrameHeader(ANA, life.epoch, 0, pn++, 0, 0);
        ByteBuffer open = encode(header, Extensions.NONE, whoami());
        SecretKey up = ana.up(life.epoch, life.boot, life.server);
        assertThat(deliver(open.duplicate(), up, 1, null)).isNull();
        for (int i = 0; i < 20; i++) {
            assertThat(deliver(open.duplicate(), up, 1, null)).isEqualTo(FrameFault.REPLAYED);
        }
        List<Life> later = new ArrayList<>();
        for (int i = 0; i < 9; i++) { // more lives than are remembered
            later.add(greet(ana, new BootNonce(100 + i, 1)));
            send(later.get(i), new Message.Admin(i, 0, "devices", "{}"), null, 0);
        }
        int asked = desk.asked.size();
        deliver(open.duplicate(), up, 1, null);
        assertThat(desk.asked).as("its epoch is closed").hasSize(asked);
    }

    @Test
    void anUnvalidatedAddressGetsNoMoreThanItSent() { // SPEC §9.1, §16.2.3
        wire.keys = new KeyRing(List.of(ana));
        Life life = greet(ana, BOOT);
        send(life, whoami(), null, 0);
        wire.answers.clear();
        desk.replies.get(0).accept(List.of(result(0, 1_000)));
        assertThat(wire.answers).isEmpty();
        send(life, whoami(), life.token, 0);
        desk.replies.get(1).accept(List.of(result(0, 1_000), result(1, 1_000)));
        assertThat(wire.answers).hasSize(2);
    }

    @Test
    void anOperatorsReadingsChangeNothing() { // SPEC §16.1.2
        wire.keys = new KeyRing(List.of(ana));
        Life life = greet(ana, BOOT);
        assertThat(send(life, ShardHarness.named(21.5), null, 1)).isNull();
        assertThat(wire.lastAnswer(Message.Nack.class).code()).isEqualTo(ErrorCode.WRONG_ROLE.number());
        assertThat(wire.lastAnswer(Message.Nack.class).retriable()).isFalse();
        ShardBooks books = wire.shard.books(wire.nowMicros);
        assertThat(books.refused()).containsEntry("role", 1L);
        assertThat(books.ledger().expected()).isZero();
        assertThat(books.samples()).isEmpty();
        assertThat(books.devices()).as("it is no device").isZero();
        assertThat(wire.shard.devices(0, 10, false)).isEmpty();
        assertThat(wire.shard.device("mallory")).as("nor what it says it is").isEmpty();
        assertThat(books.residual()).isZero();
    }

    @Test
    void aDevicesKeyMayNotAsk() { // SPEC §16.1.3
        wire.keys = new KeyRing(List.of(ana, device));
        FrameHeader header = new FrameHeader(DEVICE, 5, 0, pn++, 0, 0);
        ByteBuffer open = encode(header, Extensions.NONE.padTo(200), whoami());
        assertThat(deliver(open, device.up(5), 1, null)).isNull();
        assertThat(wire.answers).hasSize(1);
        assertThat(Objects.requireNonNull(wire.lastSeal).key()).isEqualTo(device.down(ShardHarness.INSTANCE, 5));
        wire.shard.onFrame(ShardHarness.encode(header, Extensions.NONE.padTo(200), whoami()), wire.tcp, wire.nowMicros);
        assertThat(desk.asked).isEmpty();
        assertThat(desk.refused).extracting(Caller::role).containsExactly(null, null);
        assertThat(wire.shard.books(0).events()).containsEntry("admin_wrong_role", 2L);
        assertThat(wire.lastAnswer(Message.Nack.class).code()).isEqualTo(ErrorCode.WRONG_ROLE.number());
    }

    /** A first word that is no HELLO makes no packet number go twice under a key. */
    @Test
    void sealedAnswersAreNumberedByTheirDeviceFromTheFirstOn() { // SPEC §10.3.1
        wire.keys = new KeyRing(List.of(device));
        FrameHeader header = new FrameHeader(DEVICE, 5, 0, pn++, 0, 0);
        ByteBuffer ping = encode(header, Extensions.NONE, new Message.Ping(1, ByteBuffer.allocate(0)));
        assertThat(deliver(ping, device.up(5), 1, null)).isNull();
        FrameHeader next = new FrameHeader(DEVICE, 5, 0, pn++, 0, 1);
        assertThat(deliver(encode(next, Extensions.NONE.padTo(64), ShardHarness.named(1)), device.up(5), 1, null))
                .isNull();
        wire.shard.sendWaitingAcks();
        assertThat(wire.answers).hasSize(2);
        assertThat(wire.answers).extracting(a -> a.header().pn()).doesNotHaveDuplicates();
    }

    private void askWithoutKey(Peer from, long id, long epoch) {
        wire.send(from, new FrameHeader(id, epoch, 0, pn++, Limits.BACK_UNSET, 0), Extensions.NONE, whoami());
    }

    @Test
    void aLocalUserOfALoopbackServerIsAnOperator() { // SPEC §16.1.4
        desk.loopback = true;
        askWithoutKey(wire.udp, 0, 0);
        assertThat(desk.asked)
                .containsExactly(
                        new Caller(0, Caller.LOOPBACK, Role.OPERATOR, true, Transport.UDP, wire.udp.address()));
        desk.replies.get(0).accept(List.of(result(0, 1_120), result(1, 1_120)));
        assertThat(wire.answers).hasSize(2);
        Peer stranger = new Peer(Transport.TCP, new InetSocketAddress("192.0.2.7", 4_000), wire.outlet);
        askWithoutKey(stranger, 0, 0);
        askWithoutKey(wire.udp, DEVICE, 0);
        askWithoutKey(wire.udp, 0, 5);
        desk.loopback = false;
        askWithoutKey(wire.udp, 0, 0);
        assertThat(desk.asked).hasSize(1);
        assertThat(desk.refused).hasSize(4);
    }

    @Test
    void malformedRequestsAreRefusedWithTheirCode() { // SPEC §16.2.1, §6.5.1
        desk.loopback = true;
        ByteBuffer bytes =
                encode(new FrameHeader(0, 0, 0, 0, Limits.BACK_UNSET, 0), Extensions.NONE.padTo(200), whoami());
        int length = bytes.limit();
        bytes.putShort(length - 8, (short) 200); // more arguments than there are
        FrameCodec.writeChecksum(bytes, 0, length);
        wire.shard.onFrame(new Frame().wrap(bytes, 0, length), wire.tcp, wire.nowMicros);
        assertThat(wire.lastAnswer(Message.Nack.class).code()).isEqualTo(ErrorCode.TRUNCATED.number());
        assertThat(desk.asked).isEmpty();
    }

    @Test
    void aResetDeviceBeginsAgainAndItsTotalsStay() {
        wire.reliable(wire.udp, 9, 0, 0, ShardHarness.named(1));
        wire.reliable(wire.udp, 9, 2, 0, ShardHarness.named(2));
        wire.reliable(wire.udp, 1, 0, 0, ShardHarness.named(3));
        assertThat(wire.count(Outcome.ACCEPTED)).as("epoch 1 drains").isEqualTo(3);
        assertThat(wire.shard.reset(DEVICE, 0)).isEqualTo(ResetOutcome.DONE);
        assertThat(wire.shard.reset(DEVICE + 1, 0)).isEqualTo(ResetOutcome.UNKNOWN_DEVICE);
        assertThat(wire.device().epochs()).isEmpty();
        assertThat(wire.device().ledger().lost()).as("what was outstanding").isEqualTo(1);
        wire.hello(wire.udp, 1, BOOT, 0);
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch()).isEqualTo(1);
        wire.reliable(wire.udp, 1, 0, 0, ShardHarness.named(4));
        assertThat(wire.device().currentEpoch()).isEqualTo(1);
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(4);
        assertThat(wire.device().ledger().accepted()).isEqualTo(4);
        assertThat(wire.shard.books(0).residual()).isZero();
    }

    @Test
    void aDeviceWhoseKeyIsInForceIsNotReset() {
        DeviceKey fresh = new DeviceKey(DEVICE, 2, true, new byte[16]);
        wire.keys = new KeyRing(List.of(device));
        ByteBuffer frame = encode(new FrameHeader(DEVICE, 5, 0, 0, 0, 0), Extensions.NONE, ShardHarness.named(1));
        assertThat(deliver(frame.duplicate(), device.up(5), 1, null)).isNull();
        assertThat(wire.shard.reset(DEVICE, 0)).isEqualTo(ResetOutcome.KEY_IN_FORCE);
        wire.keys = new KeyRing(List.of(device, fresh));
        assertThat(wire.shard.reset(DEVICE, 0)).as("both are good").isEqualTo(ResetOutcome.KEY_IN_FORCE);
        wire.keys = new KeyRing(List.of(fresh));
        assertThat(wire.shard.reset(DEVICE, 0)).isEqualTo(ResetOutcome.DONE);
        assertThat(deliver(frame.duplicate(), device.up(5), 1, null)).isEqualTo(FrameFault.UNKNOWN_KEY);
        ByteBuffer again = encode(new FrameHeader(DEVICE, 1, 0, 0, 0, 0), Extensions.NONE, ShardHarness.named(2));
        assertThat(deliver(again, fresh.up(1), 2, null)).isNull();
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(2);
    }
}
