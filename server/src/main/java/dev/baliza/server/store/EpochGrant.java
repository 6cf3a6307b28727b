package dev.baliza.server.store;

import dev.baliza.protocol.BootNonce;
import java.nio.ByteBuffer;

/**
 * Payload of an EPOCH record: which boot got the epoch, and the server nonce of its keys. Spec: STORE §4.
 *
 * @param server all zero in the open profile
 * @param lowestHeld lowest epoch that the device still holds frames of
 */
public record EpochGrant(BootNonce boot, BootNonce server, long lowestHeld) {
    public static final int BYTES = 36;

    public void write(ByteBuffer to) {
        to.putLong(boot.high()).putLong(boot.low());
        to.putLong(server.high()).putLong(server.low());
        to.putInt((int) lowestHeld);
    }

    public static EpochGrant read(ByteBuffer from) {
        BootNonce boot = new BootNonce(from.getLong(), from.getLong());
        BootNonce server = new BootNonce(from.getLong(), from.getLong());
        return new EpochGrant(boot, server, from.getInt() & 0xFFFF_FFFFL);
    }
}
