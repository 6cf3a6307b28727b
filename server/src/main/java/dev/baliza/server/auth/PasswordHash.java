package dev.baliza.server.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** What is kept of a password: PBKDF2 with HMAC-SHA-256 (RFC 8018). Immutable. Limits: a comparison costs its iterations. */
public final class PasswordHash {
    static final String SCHEME = "PBKDF2-HMAC-SHA256";
    /** What is made today; a few tenths of a second. */
    public static final int ITERATIONS = 600_000;

    static final int MIN_ITERATIONS = 100_000;
    /** Whoever writes more into the file would stop the logins. */
    static final int MAX_ITERATIONS = 10_000_000;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** Of a password that is not empty. */
    public static PasswordHash of(char[] password, int iterations, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(iterations, salt, derive(password, salt, iterations));
    }

    /** One that no password matches, and that takes as long to find out. */
    static PasswordHash decoy(int iterations) {
        return new PasswordHash(iterations, new byte[SALT_BYTES], new byte[0]);
    }

    /** @throws IllegalArgumentException with what is wrong, without the hash */
    static PasswordHash parse(String iterations, String salt, String hash) {
        int count = iterations.matches("[0-9]{1,9}") ? Integer.parseInt(iterations) : 0;
        if (count < MIN_ITERATIONS || count > MAX_ITERATIONS) {
            throw new IllegalArgumentException("iterations must be " + MIN_ITERATIONS + " to " + MAX_ITERATIONS);
        }
        byte[] saltBytes = hex(salt);
        byte[] hashBytes = hex(hash);
        if (saltBytes.length < SALT_BYTES || hashBytes.length != HASH_BYTES) {
            throw new IllegalArgumentException(
                    "salt and hash must have " + SALT_BYTES + " and " + HASH_BYTES + " bytes, in hexadecimal");
        }
        return new PasswordHash(count, saltBytes, hashBytes);
    }

    private static byte[] hex(String text) {
        return text.length() <= 128 && text.matches("([0-9a-fA-F]{2})*")
                ? HexFormat.of().parseHex(text)
                : new byte[0];
    }

    /** Whether this is the password; takes the same time for any. */
    boolean matches(char[] password) {
        return MessageDigest.isEqual(hash, derive(password, salt, iterations));
    }

    int iterations() {
        return iterations;
    }

    /** As in the file. */
    String text() {
        HexFormat hex = HexFormat.of();
        return SCHEME + " " + iterations + " " + hex.formatHex(salt) + " " + hex.formatHex(hash);
    }

    private static byte[] derive(char[] password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }
}
