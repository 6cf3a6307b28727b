package dev.baliza.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;
import dev.baliza.server.transport.AddressFilter.Network;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Both pipelines ask the gate before they read anything. */
class AddressGateTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 7_367);
    private static final InetSocketAddress GOOD = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress BAD = new InetSocketAddress("10.0.0.2", 40_000);
    private static final byte[] NO_FRAME = {1, 2, 3};

    private final AddressGate gate = new AddressGate(deny(BAD));

    private static AddressFilter deny(InetSocketAddress address) {
        InetAddress only = address.getAddress();
        return AddressFilter.of(List.of(), List.of(new Network(only, 32)));
    }

    private static final class Connection extends EmbeddedChannel {
        private final SocketAddress peer;

        Connection(SocketAddress peer) {
            this.peer = peer;
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return peer;
        }
    }

    private static ShardLoop loop(EmbeddedChannel channel) {
        Shard shard = new Shard(
                new ServerIdentity(77, AckLevel.COUNTED, false, false, 65_535, 65_507, 60),
                new Aggregator(new Families(10, 100), SeriesRules.DEFAULT, 3_600_000_000L),
                new NameRegistry(),
                new AddressTokens(new byte[32]),
                () -> KeyRing.EMPTY,
                10);
        ShardLoop loop = new ShardLoop(0, channel.eventLoop(), shard, () -> KeyRing.EMPTY, false, () -> 0);
        ShardLoop.connect(List.of(loop));
        return loop;
    }

    private static DatagramPacket datagram(InetSocketAddress from) {
        return new DatagramPacket(Unpooled.wrappedBuffer(NO_FRAME), SERVER, from);
    }

    @Test
    void aDatagramOfADeniedAddressIsCountedAndNotDecoded() {
        EmbeddedChannel channel = new EmbeddedChannel();
        ShardLoop loop = loop(channel);
        channel.pipeline().addLast(new DatagramHandler(loop, gate, 2));
        DatagramPacket denied = datagram(BAD);
        ByteBuf content = denied.content();
        channel.writeInbound(denied);
        assertThat(content.refCnt()).as("released").isZero();
        assertThat(loop.books().datagrams())
                .containsEntry(DatagramOutcome.DENIED, 1L)
                .containsEntry(DatagramOutcome.OVERSIZE, 0L)
                .containsEntry(DatagramOutcome.MALFORMED, 0L);
        channel.writeInbound(datagram(GOOD));
        assertThat(loop.books().datagrams())
                .containsEntry(DatagramOutcome.DENIED, 1L)
                .containsEntry(DatagramOutcome.OVERSIZE, 1L);
        gate.use(deny(GOOD));
        channel.writeInbound(datagram(BAD));
        channel.writeInbound(datagram(GOOD));
        assertThat(loop.books().datagrams())
                .containsEntry(DatagramOutcome.DENIED, 2L)
                .containsEntry(DatagramOutcome.OVERSIZE, 2L);
        assertThat(loop.books().residual()).isZero();
        assertThat(channel.finishAndReleaseAll()).isFalse();
    }

    @Test
    void aConnectionOfADeniedAddressIsClosedCountedAndTakesNoPlace() {
        Connection good = new Connection(GOOD);
        Connection bad = new Connection(BAD);
        ConnectionInitializer admission =
                new ConnectionInitializer(List.of(loop(good), loop(bad)), gate, 1, 65_535, null);
        bad.pipeline().addLast(admission);
        assertThat(bad.isOpen()).isFalse();
        assertThat(bad.pipeline().get(ConnectionHandler.NAME)).isNull();
        good.pipeline().addLast(admission);
        assertThat(good.isOpen()).isTrue();
        assertThat(admission.denied()).isEqualTo(1);
        assertThat(admission.refused()).isZero();
        assertThat(admission.connections().size()).isEqualTo(1);
        good.finishAndReleaseAll();
    }

    @Test
    void openConnectionsThatANewListDeniesAreClosedOnRequest() {
        Connection good = new Connection(GOOD);
        Connection other = new Connection(new InetSocketAddress("10.0.0.3", 40_000));
        ConnectionInitializer admission =
                new ConnectionInitializer(List.of(loop(good), loop(other)), gate, 5, 65_535, null);
        good.pipeline().addLast(admission);
        other.pipeline().addLast(admission);
        assertThat(admission.closeDenied()).isZero();
        gate.use(deny(GOOD));
        assertThat(admission.closeDenied()).isEqualTo(1);
        good.runPendingTasks();
        assertThat(good.isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
        assertThat(admission.denied()).isEqualTo(1);
        other.finishAndReleaseAll();
    }

    @Test
    void aLowerLimitOfConnectionsHoldsForNewOnes() {
        Connection first = new Connection(GOOD);
        Connection second = new Connection(GOOD);
        ConnectionInitializer admission =
                new ConnectionInitializer(List.of(loop(first), loop(second)), gate, 5, 65_535, null);
        first.pipeline().addLast(admission);
        admission.allowConnections(1);
        second.pipeline().addLast(admission);
        assertThat(first.isOpen()).isTrue();
        assertThat(second.isOpen()).isFalse();
        assertThat(admission.refused()).isEqualTo(1);
        first.finishAndReleaseAll();
    }
}
