package dev.baliza.server.session;

import dev.baliza.server.books.Transport;
import java.net.InetSocketAddress;

/**
 * Where a frame came from, as data.
 *
 * @param outlet the way back; for UDP the same for all peers of a loop
 */
public record Peer(Transport transport, InetSocketAddress address, Outlet outlet) {
    /** A connection proves its own address; a datagram does not (SPEC §9.2). */
    boolean validatesItself() {
        return transport == Transport.TCP;
    }

    /** Whether it is the same address over the same transport. */
    boolean isSameWay(Peer other) {
        return transport == other.transport && address.equals(other.address);
    }
}
