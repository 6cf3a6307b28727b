package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
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
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Devices with a key at a shard. */
class SealedShardTest {
    private static final long DEVICE = ShardHarness.DEVICE;
    private static final BootNonce BOOT = new BootNonce(11, 12);

    private final ShardHarness wire = new ShardHarness();
    private final FrameSealer sealer = new FrameSealer();
    private final DeviceKey counting = new DeviceKey(DEVICE, 1, true, new byte[16]);
    private final DeviceKey asking = new DeviceKey(DEVICE, 2, false, new byte[32]);
    private final List<ByteBuffer> recorded = new ArrayList<>();
    private long pn;

    private static ByteBuffer encode(FrameHeader header, Extensions extensions, Message message) {
        ByteBuffer out = ByteBuffer.allocate(1_000);
        FrameCodec.write(out, header, extensions, message);
        return out.flip();
    }

    private ByteBuffer seal(ByteBuffer open, SecretKey key, int keyId, @Nullable BootNonce clear) {
        ByteBuffer out = ByteBuffer.allocate(1_100);
        sealer.seal(open, key, keyId, clear, out);
        return out.flip();
    }

    private @Nullable FrameFault deliver(ByteBuffer sealed) {
        recorded.add(sealed);
        return wire.shard.onSealed(new Frame().wrap(sealed, 0, sealed.limit()), wire.udp, wire.nowMicros);
    }

    private @Nullable FrameFault named(SecretKey key, int keyId, long epoch, long seq, double value) {
        FrameHeader header = new FrameHeader(DEVICE, epoch, seq, pn++, 0, FrameHeader.flags(AckLevel.COUNTED, true));
        Extensions padded = Extensions.NONE.padTo(Limits.MIN_RELIABLE_BYTES);
        return deliver(seal(encode(header, padded, ShardHarness.named(value)), key, keyId, null));
    }

    private @Nullable FrameFault hello(SecretKey key, int keyId, long epoch, BootNonce nonce) {
        FrameHeader header = new FrameHeader(DEVICE, epoch, 0, pn++, Limits.BACK_UNSET, 0);
        Message hello = new Message.Hello(nonce, 1, 0, 1_200, 1);
        Extensions padded = Extensions.NONE.padTo(Limits.MIN_HELLO_BYTES);
        return deliver(seal(encode(header, padded, hello), key, keyId, nonce));
    }

    private Seal lastSeal() {
        return Objects.requireNonNull(wire.lastSeal);
    }

    @Test
    void aDeviceThatCountsItsEpochsNeedsNoHello() {
        wire.keys = new KeyRing(List.of(counting));
        assertThat(named(counting.up(5), 1, 5, 0, 21.5)).isNull();
        wire.shard.endOfBurst();
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(wire.lastAnswer(Message.Ack.class).next()).isEqualTo(1);
        assertThat(lastSeal().key()).isEqualTo(counting.down(ShardHarness.INSTANCE, 5));
        assertThat(lastSeal().clear()).isNull();
    }

    @Test
    void aDeviceThatAsksGetsItsEpochAndItsKeys() {
        wire.keys = new KeyRing(List.of(asking));
        assertThat(hello(asking.hello(0, BOOT), 2, 0, BOOT)).isNull();
        long epoch = wire.lastAnswer(Message.Welcome.class).epoch();
        BootNonce server = Objects.requireNonNull(lastSeal().clear());
        assertThat(lastSeal().key()).isEqualTo(asking.welcome(BOOT, server));
        assertThat(hello(asking.hello(0, BOOT), 2, 0, BOOT)).isNull();
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch())
                .as("the same boot, the same epoch")
                .isEqualTo(epoch);
        assertThat(lastSeal().clear()).isEqualTo(server);
        assertThat(named(asking.up(epoch, BOOT, server), 2, epoch, 0, 1)).isNull();
        wire.shard.endOfBurst();
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(lastSeal().key()).isEqualTo(asking.down(ShardHarness.INSTANCE, server));
        assertThat(hello(asking.hello(epoch, BOOT), 2, epoch, BOOT))
                .as("asks again in its epoch")
                .isNull();
        assertThat(wire.lastAnswer(Message.Welcome.class).epoch()).isEqualTo(epoch);
    }

    @Test
    void aHelloWhoseClearNonceIsNotItsOwnIsNone() { // SPEC §10.2.2
        wire.keys = new KeyRing(List.of(asking));
        BootNonce other = new BootNonce(98, 99);
        FrameHeader header = new FrameHeader(DEVICE, 0, 0, pn++, Limits.BACK_UNSET, 0);
        ByteBuffer open = encode(header, Extensions.NONE, new Message.Hello(BOOT, 1, 0, 1_200, 1));
        assertThat(deliver(seal(open, asking.hello(0, other), 2, other))).isEqualTo(FrameFault.BAD_TAG);
        assertThat(wire.answers).isEmpty();
    }

    @Test
    void whatCannotBeVerifiedChangesNothingAndGetsNoAnswer() { // SPEC §10.2.3
        wire.keys = new KeyRing(List.of(counting, asking));
        assertThat(named(counting.up(6), 1, 5, 0, 1)).as("key of another epoch").isEqualTo(FrameFault.BAD_TAG);
        assertThat(named(counting.down(ShardHarness.INSTANCE, 5), 1, 5, 0, 1))
                .as("other direction")
                .isEqualTo(FrameFault.BAD_TAG);
        assertThat(named(counting.up(5), 3, 5, 0, 1)).as("no such key").isEqualTo(FrameFault.UNKNOWN_KEY);
        assertThat(named(asking.up(5), 2, 5, 0, 1))
                .as("epoch that nobody named")
                .isEqualTo(FrameFault.BAD_TAG);
        assertThat(wire.answers).isEmpty();
        assertThat(wire.shard.ids()).as("nothing is remembered").isEmpty();
    }

    /**
     * Flipped bits anywhere, and good frames moved to another device, epoch, packet number, key or direction.
     * {@code -Dbaliza.forgeries=10000000} for the long programme.
     */
    @Test
    void noForgeryIsAccepted() { // SPEC §10.2.3
        DeviceKey neighbour = new DeviceKey(DEVICE + 1, 1, true, new byte[16]);
        DeviceKey second = new DeviceKey(DEVICE, 9, true, new byte[32]);
        wire.keys = new KeyRing(List.of(counting, second, neighbour));
        assertThat(named(counting.up(5), 1, 5, 0, 1)).isNull();
        byte[] good = recorded.get(0).array().clone();
        int length = recorded.get(0).limit();
        Random random = new Random(3);
        long forgeries = Long.getLong("baliza.forgeries", 50_000);
        ByteBuffer forged = ByteBuffer.allocate(length);
        Frame outer = new Frame();
        long accepted = 0;
        for (long i = 0; i < forgeries; i++) {
            forged.clear().put(good, 0, length).flip();
            forge(forged, random);
            boolean same = java.util.Arrays.equals(forged.array(), 0, length, good, 0, length);
            if (!same && wire.shard.onSealed(outer.wrap(forged, 0, length), wire.udp, wire.nowMicros) == null) {
                accepted++;
            }
        }
        System.out.printf("forgeries: %,d, accepted: %d%n", forgeries, accepted);
        assertThat(accepted).isZero();
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(wire.count(Outcome.DUPLICATE)).isZero();
    }

    private static void forge(ByteBuffer frame, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> frame.putLong(Frame.DEVICE_OFFSET, DEVICE + 1);
            case 1 -> frame.putInt(Frame.EPOCH_OFFSET, random.nextInt(50));
            case 2 -> frame.putInt(Frame.PN_OFFSET, random.nextInt(1_000));
            case 3 -> frame.put(Frame.KEY_ID_OFFSET, (byte) 9);
            case 4 ->
                frame.putShort(Frame.FLAGS_OFFSET, (short) (frame.getShort(Frame.FLAGS_OFFSET) | Frame.FROM_SERVER));
            default -> {}
        }
        int flips = random.nextInt(4);
        for (int f = 0; f < flips; f++) {
            int at = Frame.DEVICE_OFFSET + random.nextInt(frame.limit() - Frame.DEVICE_OFFSET);
            frame.put(at, (byte) (frame.get(at) ^ (1 << random.nextInt(8))));
        }
    }

    @Test
    void replaysChangeNothing() { // SPEC §10.2.5
        wire.keys = new KeyRing(List.of(counting));
        SecretKey up = counting.up(5);
        hello(up, 1, 5, BOOT);
        for (int seq = 0; seq < 50; seq++) {
            assertThat(named(up, 1, 5, seq, seq)).isNull();
        }
        List<ByteBuffer> all = List.copyOf(recorded);
        long readings = wire.device().readings();
        wire.shard.sendWaitingAcks();
        wire.answers.clear();
        for (ByteBuffer one : all) {
            deliver(one);
        }
        assertThat(wire.device().readings()).isEqualTo(readings).isEqualTo(50);
        assertThat(wire.answers)
                .as("no WELCOME for an old HELLO")
                .noneMatch(a -> a.message() instanceof Message.Welcome);
        assertThat(deliver(all.get(0))).isEqualTo(FrameFault.REPLAYED);
        named(counting.up(6), 1, 6, 0, 1);
        for (ByteBuffer one : all) {
            deliver(one);
        }
        assertThat(wire.device().readings()).isEqualTo(51);
        assertThat(wire.device().ledger().imbalance()).isZero();
    }

    @Test
    void aReplayedHelloMakesNoEpochCurrent() {
        wire.keys = new KeyRing(List.of(asking));
        hello(asking.hello(0, BOOT), 2, 0, BOOT);
        ByteBuffer old = recorded.get(0);
        long epoch = wire.lastAnswer(Message.Welcome.class).epoch();
        BootNonce server = Objects.requireNonNull(lastSeal().clear());
        named(asking.up(epoch, BOOT, server), 2, epoch, 0, 1);
        assertThat(deliver(old)).isEqualTo(FrameFault.REPLAYED);
        assertThat(wire.device().currentEpoch()).isEqualTo(epoch);
        BootNonce next = new BootNonce(21, 22);
        hello(asking.hello(0, next), 2, 0, next);
        assertThat(wire.device().currentEpoch())
                .as("only a frame under its key makes an epoch current")
                .isEqualTo(epoch);
    }

    /** HELLOs that were recorded long ago push out what the server remembers of boots, but never the present one. */
    @Test
    void manyOldHellosDoNotShutOutTheDevice() { // SPEC §10.2.5
        wire.keys = new KeyRing(List.of(asking));
        hello(asking.hello(0, BOOT), 2, 0, BOOT);
        long epoch = wire.lastAnswer(Message.Welcome.class).epoch();
        BootNonce server = Objects.requireNonNull(lastSeal().clear());
        assertThat(named(asking.up(epoch, BOOT, server), 2, epoch, 0, 1)).isNull();
        for (int i = 0; i < 50; i++) {
            BootNonce old = new BootNonce(1_000 + i, i);
            hello(asking.hello(0, old), 2, 0, old);
        }
        assertThat(hello(asking.hello(epoch, BOOT), 2, epoch, BOOT)).isNull();
        assertThat(lastSeal().clear()).as("the same boot, the same nonce").isEqualTo(server);
        assertThat(named(asking.up(epoch, BOOT, server), 2, epoch, 1, 2)).isNull();
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(2);
    }

    @Test
    void bothKeysAreGoodUntilOneIsRevoked() {
        DeviceKey replacement = new DeviceKey(DEVICE, 7, true, new byte[32]);
        wire.keys = new KeyRing(List.of(counting, replacement));
        assertThat(named(counting.up(5), 1, 5, 0, 1)).isNull();
        assertThat(named(replacement.up(5), 7, 5, 1, 2)).isNull();
        assertThat(named(counting.up(5), 1, 5, 2, 3)).isNull();
        wire.keys = new KeyRing(List.of(replacement));
        assertThat(named(counting.up(5), 1, 5, 3, 4)).isEqualTo(FrameFault.UNKNOWN_KEY);
        assertThat(named(replacement.up(5), 7, 5, 3, 4)).isNull();
        assertThat(wire.count(Outcome.ACCEPTED)).isEqualTo(4);
    }

    @Test
    void errorsAreSealedToo() {
        wire.keys = new KeyRing(List.of(counting));
        hello(counting.up(5), 1, 5, BOOT);
        wire.nowMicros += 2_000_000;
        hello(counting.up(5), 1, 5, new BootNonce(55, 56));
        assertThat(wire.lastAnswer(Message.Nack.class).code()).isEqualTo(ErrorCode.STALE_EPOCH.number());
        assertThat(lastSeal().key()).isEqualTo(counting.down(ShardHarness.INSTANCE, 5));
    }
}
