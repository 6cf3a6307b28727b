package dev.baliza.protocol.seal;

import dev.baliza.protocol.BootNonce;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The secret that a device shares with the server, and the keys that are derived from it: one for each purpose, direction and life,
 * so that no (key, nonce) pair is ever used twice. Immutable. Spec: SPEC §10.3.
 */
public final class DeviceKey {
    private static final byte[] SALT = "baliza 1".getBytes(StandardCharsets.US_ASCII);
    private static final int AES_128_BYTES = 16;
    private static final int AES_256_BYTES = 32;

    private final long device;
    private final int keyId;
    private final boolean deviceNumbersEpochs;
    private final @Nullable Operator operator;
    private final byte[] pseudoRandomKey;

    /**
     * Derives; the secret is not kept.
     *
     * @param keyId 1–255
     * @param deviceNumbersEpochs whether the device counts its epochs (flash), else the server names them
     * @param secret 16 or 32 bytes; stays the caller's
     */
    public DeviceKey(long device, int keyId, boolean deviceNumbersEpochs, byte[] secret) {
        this(device, keyId, deviceNumbersEpochs, secret, null);
    }

    /**
     * Derives the keys of a device or of an operator.
     *
     * @param operator null: a device
     */
    public DeviceKey(long device, int keyId, boolean deviceNumbersEpochs, byte[] secret, @Nullable Operator operator) {
        if (secret.length != AES_128_BYTES && secret.length != AES_256_BYTES) {
            throw new IllegalArgumentException("a key has 16 or 32 bytes, not " + secret.length);
        }
        if (keyId < 1 || keyId > 255) {
            throw new IllegalArgumentException("a key id is 1 to 255, not " + keyId);
        }
        this.device = device;
        this.keyId = keyId;
        this.deviceNumbersEpochs = deviceNumbersEpochs;
        this.operator = operator;
        pseudoRandomKey = Hkdf.extract(SALT, secret);
    }

    public long device() {
        return device;
    }

    public int keyId() {
        return keyId;
    }

    public boolean deviceNumbersEpochs() {
        return deviceNumbersEpochs;
    }

    /** Whose key it is when it is no device's. */
    public @Nullable Operator operator() {
        return operator;
    }

    /** Seals HELLO of a device whose epochs the server names; epoch 0 while it asks for one. */
    public SecretKey hello(long epoch, BootNonce bootNonce) {
        return derive(
                "hello", info(20).putInt((int) epoch).putLong(bootNonce.high()).putLong(bootNonce.low()));
    }

    /** Seals WELCOME to such a device. */
    public SecretKey welcome(BootNonce bootNonce, BootNonce serverNonce) {
        return derive(
                "welcome",
                info(32).putLong(bootNonce.high())
                        .putLong(bootNonce.low())
                        .putLong(serverNonce.high())
                        .putLong(serverNonce.low()));
    }

    /** Seals frames of a device that counts its epochs. */
    public SecretKey up(long epoch) {
        return derive("up device", info(4).putInt((int) epoch));
    }

    /** Seals frames of a device in an epoch that the server named. */
    public SecretKey up(long epoch, BootNonce bootNonce, BootNonce serverNonce) {
        return derive(
                "up server",
                info(36).putInt((int) epoch)
                        .putLong(bootNonce.high())
                        .putLong(bootNonce.low())
                        .putLong(serverNonce.high())
                        .putLong(serverNonce.low()));
    }

    /** Seals frames of a server process to a device that counts its epochs. */
    public SecretKey down(long instance, long epoch) {
        return derive("down device", info(8).putInt((int) instance).putInt((int) epoch));
    }

    /** Seals frames of a server process to a device whose epoch it named. */
    public SecretKey down(long instance, BootNonce serverNonce) {
        return derive(
                "down server",
                info(20).putInt((int) instance).putLong(serverNonce.high()).putLong(serverNonce.low()));
    }

    private static ByteBuffer info(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    private SecretKey derive(String purpose, ByteBuffer fields) {
        byte[] label = purpose.getBytes(StandardCharsets.US_ASCII);
        byte[] info = ByteBuffer.allocate(label.length + 1 + Long.BYTES + fields.capacity())
                .put(label)
                .put((byte) 0)
                .putLong(device)
                .put(fields.flip())
                .array();
        return new SecretKeySpec(Hkdf.expand(pseudoRandomKey, info, AES_128_BYTES), "AES");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceKey key
                && key.device == device
                && key.keyId == keyId
                && key.deviceNumbersEpochs == deviceNumbersEpochs
                && Objects.equals(key.operator, operator)
                && Arrays.equals(key.pseudoRandomKey, pseudoRandomKey);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(device) * 31 + keyId;
    }

    /** Says whose key it is, never the key. */
    @Override
    public String toString() {
        return "DeviceKey[device=%016x keyId=%d]".formatted(device, keyId);
    }
}
