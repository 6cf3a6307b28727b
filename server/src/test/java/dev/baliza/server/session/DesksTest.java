package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcResult;
import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.books.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a shard hands to desks, and for whom. SPEC §14, §15.1.3. */
class DesksTest {
    private static final long EPOCH = 500;

    private final ShardHarness wire = new ShardHarness();
    private final List<Errand> files = new ArrayList<>();
    private final List<Errand> calculations = new ArrayList<>();

    @BeforeEach
    void openDesks() {
        wire.shard.useDesks(files::add, calculations::add);
    }

    private static FileMessage.Chunk chunk() {
        return new FileMessage.Chunk(1, 0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }

    private static CalcMessage.Token token() {
        return new CalcMessage.Token(1, 0, false, CalcMessage.Kind.NUMBER, 21, "");
    }

    private void anonymous(Peer from, Message message) {
        FrameHeader header = new FrameHeader(0, 0, 0, wire.pn++, Limits.BACK_UNSET, 0);
        wire.send(from, header, Extensions.NONE.padTo(64), message);
    }

    private long ignored() {
        return wire.shard.books(wire.nowMicros).events().getOrDefault("exchange_ignored", -1L);
    }

    /** SPEC §14: a device that the server knows, and an epoch other than 0. */
    @Test
    void filesOfUnknownDevicesAndOfNoEpochAreIgnored() {
        wire.control(wire.udp, EPOCH, 0, 0, chunk());
        anonymous(wire.udp, chunk());
        wire.bestEffort(wire.udp, 0, 0, ShardHarness.named(1));
        wire.control(wire.udp, 0, 0, 0, chunk());
        assertThat(files).isEmpty();
        assertThat(wire.answers).isEmpty();
        assertThat(ignored()).isEqualTo(3);
    }

    @Test
    void aKnownDevicesFilesGoToTheirDeskAsCopies() {
        wire.hello(wire.udp, EPOCH, new BootNonce(1, 1), 0);
        wire.control(wire.udp, EPOCH, 0, 0, chunk());
        assertThat(files).hasSize(1);
        Errand errand = files.get(0);
        assertThat(errand.device()).isEqualTo(ShardHarness.DEVICE);
        assertThat(errand.message()).isEqualTo(chunk());
        assertThat(errand.budget()).isEqualTo(36 + 16 + 3);
        assertThat(((FileMessage.Chunk) errand.message()).bytes().capacity()).isEqualTo(3);
        wire.control(wire.tcp, EPOCH, 0, 0, chunk());
        assertThat(files.get(1).budget()).isEqualTo(Limits.MAX_FRAME_BYTES);
    }

    @Test
    void answersGoBackWhereTheyCameFromAndPushesToValidatedAddressesOnly() {
        wire.hello(wire.udp, EPOCH, new BootNonce(1, 1), 0);
        wire.control(wire.udp, EPOCH, 0, 0, chunk());
        wire.answers.clear();
        Message done = new FileMessage.Done(1, FileState.OK, "");
        wire.shard.answer(ShardHarness.DEVICE, files.get(0).peer(), done);
        assertThat(wire.lastAnswer(FileMessage.Done.class)).isEqualTo(done);
        wire.answers.clear();
        wire.shard.send(ShardHarness.DEVICE, done);
        wire.shard.send(99, done);
        assertThat(wire.answers).isEmpty();
        wire.control(wire.tcp, EPOCH, 0, 0, chunk());
        wire.shard.send(ShardHarness.DEVICE, done);
        assertThat(wire.answers.get(0).to()).isEqualTo(wire.tcp);
    }

    /** SPEC §15.1.3, §2.7. */
    @Test
    void withoutKeysOnlyTheServersOwnHostCalculates() {
        anonymous(wire.udp, token());
        assertThat(calculations).hasSize(1);
        Peer far = new Peer(Transport.UDP, new InetSocketAddress("192.0.2.1", 40_000), wire.outlet);
        anonymous(far, token());
        assertThat(calculations).hasSize(1);
        assertThat(wire.lastAnswer(CalcMessage.Answer.class).result()).isEqualTo(CalcResult.NOT_ALLOWED.code());
        wire.answers.clear();
        anonymous(wire.udp, new CalcMessage.Answer(1, 0, 0, 0, 0, ""));
        assertThat(wire.answers).isEmpty();
        assertThat(ignored()).isOne();
    }

    /** SPEC §15.1.3. */
    @Test
    void withKeysAnOpenSenderDoesNot() {
        DeviceKey key = new KeyEntry("lab-1", 1, true, new byte[16]).key();
        wire.keys = new KeyRing(List.of(key));
        anonymous(wire.udp, token());
        assertThat(calculations).isEmpty();
        assertThat(wire.lastAnswer(CalcMessage.Answer.class).result()).isEqualTo(CalcResult.NOT_ALLOWED.code());
    }

    /** SPEC §9.1: an answer that would be longer than what caused it is withheld. */
    @Test
    void aShortTokenFromAnUnknownAddressGetsNoLongRefusal() {
        Peer far = new Peer(Transport.UDP, new InetSocketAddress("192.0.2.1", 40_000), wire.outlet);
        FrameHeader header = new FrameHeader(0, 0, 0, 1, Limits.BACK_UNSET, 0);
        wire.send(far, header, Extensions.NONE, token());
        assertThat(wire.answers).isEmpty();
    }
}
