package dev.baliza.protocol.seal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256, RFC 5869; for outputs of at most one block. */
final class Hkdf {
    private static final String HMAC = "HmacSHA256";
    private static final int BLOCK_BYTES = 32;

    private Hkdf() {}

    /** RFC 5869 §2.2. */
    static byte[] extract(byte[] salt, byte[] secret) {
        return hmac(salt, secret);
    }

    /** RFC 5869 §2.3, the first {@code length} bytes of T(1). */
    static byte[] expand(byte[] pseudoRandomKey, byte[] info, int length) {
        if (length > BLOCK_BYTES) {
            throw new IllegalArgumentException("at most 32 bytes, not " + length);
        }
        byte[] input = Arrays.copyOf(info, info.length + 1);
        input[info.length] = 1;
        return Arrays.copyOf(hmac(pseudoRandomKey, input), length);
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
