package dev.baliza.server.session;

import dev.baliza.protocol.BootNonce;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is sealed with.
 *
 * @param clear server nonce of a WELCOME, else null
 */
public record Seal(SecretKey key, int keyId, @Nullable BootNonce clear) {
    /** Never shows the key. */
    @Override
    public String toString() {
        return "Seal[keyId=" + keyId + "]";
    }
}
