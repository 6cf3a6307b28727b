package dev.baliza.protocol.vectors;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Keys and ciphertexts of vectors, computed without the code under test. Spec: SPEC §10.2.1, §10.3. */
final class VectorSeal {
    static final int TAG_BYTES = 16;
    static final int IV_BYTES = 12;

    private static final byte[] SALT = "baliza 1".getBytes(StandardCharsets.US_ASCII);

    private VectorSeal() {}

    static byte[] prk(String secretHex) {
        return hmac(SALT, HexFormat.of().parseHex(secretHex));
    }

    /** What HKDF-Expand is told besides the prk. */
    static byte[] info(String label, String fieldsHex) {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        info.write(0);
        info.writeBytes(ByteBuffer.allocate(8).putLong(VectorText.DEVICE).array());
        info.writeBytes(HexFormat.of().parseHex(fieldsHex));
        return info.toByteArray();
    }

    static byte[] key(byte[] prk, byte[] info) {
        byte[] input = Arrays.copyOf(info, info.length + 1);
        input[info.length] = 1;
        return Arrays.copyOf(hmac(prk, input), 16);
    }

    static byte[] gcm(byte[] key, byte[] iv, byte[] aad, byte[] plaintext) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, iv));
            cipher.updateAAD(aad);
            return cipher.doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
