package dev.baliza.sim.fault;

import dev.baliza.sim.device.Wire;
import java.nio.ByteBuffer;

/** A wire that can be broken on purpose. */
public interface Line extends Wire {
    /** Sends bytes that are no whole, right frame: a datagram of its own, or bytes of the stream. Owned by the receiver of this call. */
    void sendDamaged(ByteBuffer bytes);

    /**
     * Ends a TCP connection inside or behind these bytes; it comes back by itself. A datagram socket is left alone.
     *
     * @param bytes the part of a frame that still goes out; may be empty
     * @param reset by RST instead of FIN
     */
    void cut(ByteBuffer bytes, boolean reset);

    /** Whether frames travel in a stream. */
    boolean isStream();
}
