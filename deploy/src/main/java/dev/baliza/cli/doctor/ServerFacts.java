package dev.baliza.cli.doctor;

import dev.baliza.server.PortHolders.Holder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server, as seen from here.
 *
 * @param http its URL
 * @param ports of this host, if the server's address is one of its own
 * @param socketDrops datagrams that found the server's socket full; 0 for a server elsewhere
 */
record ServerFacts(
        String device,
        String http,
        Connect connect,
        Optional<Echo> tcp,
        Echo udp,
        Echo largeUdp,
        Web web,
        List<Port> ports,
        long socketDrops) {

    /**
     * A TCP connection.
     *
     * @param millis until it stood
     * @param problem why it does not; empty when it does
     */
    record Connect(double millis, String problem) {}

    /**
     * PINGs and what came back.
     *
     * @param bytes echoed by each
     * @param millis median of the round trips
     * @param aheadSeconds the server's clock minus ours, from the fastest round trip
     */
    record Echo(int sent, int back, int bytes, double millis, double aheadSeconds) {}

    /**
     * The HTTP port.
     *
     * @param status of /readyz; 0 when nothing answered
     * @param text body of /readyz, or why there is none
     * @param version of the server; null when it does not tell
     * @param wantsUser whether it tells only users of its own
     */
    record Web(int status, String text, @Nullable String version, boolean wantsUser) {}

    /**
     * A port of this host.
     *
     * @param section of the configuration: tcp, udp or http
     * @param answers whether a Baliza server answered there
     */
    record Port(String section, int number, Optional<Holder> holder, boolean answers) {}
}
