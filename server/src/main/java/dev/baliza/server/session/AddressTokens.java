package dev.baliza.server.session;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens that prove an address: 8 bytes of HMAC-SHA256 over address, port and hour. Good for one to two hours.
 *
 * <p>Thread: confined to one (a shard's). Spec: SPEC §9.2.
 */
public final class AddressTokens {
    private static final long SLOT_MICROS = 3_600_000_000L;

    private final Mac mac;

    /** @param secret at least 16 random bytes, the same for all shards of a server */
    public AddressTokens(byte[] secret) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    long issue(InetSocketAddress address, long nowMicros) {
        return token(address, nowMicros / SLOT_MICROS);
    }

    boolean isValid(long token, InetSocketAddress address, long nowMicros) {
        long slot = nowMicros / SLOT_MICROS;
        return token == token(address, slot) || token == token(address, slot - 1);
    }

    private long token(InetSocketAddress address, long slot) {
        mac.update(address.getAddress().getAddress());
        mac.update(
                ByteBuffer.allocate(12).putInt(address.getPort()).putLong(slot).flip());
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }

    @Override
    public String toString() {
        return "AddressTokens";
    }
}
