package dev.baliza.server.session;

import dev.baliza.protocol.seal.Role;
import dev.baliza.server.books.Transport;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sent an ADMIN, as far as its seal tells. Spec: SPEC §16.1.
 *
 * @param id of the operator, 0 without a key
 * @param name as in the key file; {@code loopback} for a local user of a server without keys
 * @param role null for whoever may not ask at all
 * @param keyless whether the frame was not sealed
 */
public record Caller(
        long id, String name, @Nullable Role role, boolean keyless, Transport transport, InetSocketAddress address) {
    /** Name of a local user of a server without keys. */
    public static final String LOOPBACK = "loopback";
}
