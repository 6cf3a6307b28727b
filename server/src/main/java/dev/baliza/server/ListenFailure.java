package dev.baliza.server;

import dev.baliza.server.PortHolders.Holder;
import dev.baliza.server.SocketTable.Protocol;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Why a port cannot be had, and what to do. */
final class ListenFailure {
    private static final int EACCES = 13;
    private static final int EADDRINUSE = 98;
    private static final int EADDRNOTAVAIL = 99;
    private static final int UNKNOWN = 0;

    /** Opens a port. */
    @FunctionalInterface
    interface Listening<L> {
        L on(InetSocketAddress address) throws IOException, InterruptedException;
    }

    private ListenFailure() {}

    /**
     * Listens.
     *
     * @param section of the configuration: tcp, udp or http
     * @throws StartException the port cannot be had; says why
     */
    static <L> L explained(String section, Protocol protocol, InetSocketAddress address, Listening<L> listening)
            throws StartException, InterruptedException {
        try {
            return listening.on(address);
        } catch (IOException e) {
            throw of(section, protocol, address, e, new PortHolders());
        }
    }

    static StartException of(
            String section, Protocol protocol, InetSocketAddress address, Throwable cause, PortHolders holders) {
        return new StartException(
                StartException.CANNOT_CREATE,
                "cannot listen on %s %s: %s"
                        .formatted(
                                section,
                                BalizaServer.text(address),
                                reason(section, protocol, address, cause, holders)),
                cause);
    }

    private static String reason(
            String section, Protocol protocol, InetSocketAddress address, Throwable cause, PortHolders holders) {
        String host = address.getAddress().getHostAddress();
        return switch (errno(cause)) {
            case EADDRINUSE -> {
                Optional<Holder> holder = holders.of(protocol, address);
                String who = holder.map(Holder::text).orElse("another process");
                String look = holder.filter(h -> h.pid() != 0).isPresent()
                        ? ""
                        : " (see: sudo ss -%slnp 'sport = :%d')"
                                .formatted(protocol == Protocol.TCP ? "t" : "u", address.getPort());
                yield who + " has that port" + look + "; stop it, or choose another port with --set " + section
                        + ".port=PORT";
            }
            case EADDRNOTAVAIL ->
                "this host has no address " + host + "; set " + section
                        + ".host to one that it has (see: ip address), 0.0.0.0 for all of them or 127.0.0.1";
            case EACCES ->
                "this user may not have that port"
                        + (address.getPort() < 1_024 ? ", which is below 1024" : "")
                        + "; choose a higher one with --set " + section + ".port=PORT";
            default ->
                root(cause) + "; choose another address with --set " + section + ".host=HOST --set " + section
                        + ".port=PORT";
        };
    }

    private static Throwable root(Throwable cause) {
        Throwable root = cause;
        for (Throwable next = cause; next != null; next = next.getCause()) {
            root = next;
        }
        return root;
    }

    /** The number of the error as Linux counts, from Netty's native errors or the text of Java's. */
    private static int errno(Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof Errors.NativeIoException e) {
                return -e.expectedErr();
            }
            String text = String.valueOf(one.getMessage());
            if (text.contains("already in use")) {
                return EADDRINUSE;
            }
            if (text.contains("assign requested address")) {
                return EADDRNOTAVAIL;
            }
            if (text.contains("ermission denied")) {
                return EACCES;
            }
        }
        return UNKNOWN;
    }
}
