package dev.baliza.server.session;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.seal.Operator;
import dev.baliza.server.books.Transport;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a frame came from, as data.
 *
 * @param outlet the way back; for UDP the same for all peers of a loop
 * @param seals of the device when the frame was sealed; null in the open profile
 */
public record Peer(
        Transport transport,
        InetSocketAddress address,
        Outlet outlet,
        @Nullable SealedLink seals) {
    /** Of a device that was not heard since the server started. */
    static final Peer NOWHERE = new Peer(Transport.UDP, new InetSocketAddress(0), new Outlet() {
        @Override
        public void send(Peer peer, FrameHeader header, Message message, @Nullable Seal seal) {
            throw new IllegalStateException("nothing is known of where the device is");
        }

        @Override
        public boolean isOpen() {
            return false;
        }
    });

    /** A peer of the open profile. */
    public Peer(Transport transport, InetSocketAddress address, Outlet outlet) {
        this(transport, address, outlet, null);
    }

    /** The same, known to hold the device's key. */
    Peer sealed(SealedLink link) {
        return new Peer(transport, address, outlet, link);
    }

    /** Whose key sealed the frame at hand, when it is an operator's. */
    @Nullable
    Operator operator() {
        return seals == null ? null : seals.operator();
    }

    /** A connection proves its own address; a datagram does not (SPEC §9.2). */
    boolean validatesItself() {
        return transport == Transport.TCP;
    }

    /** Whether it is the same address over the same transport. */
    boolean isSameWay(Peer other) {
        return transport == other.transport && address.equals(other.address);
    }
}
