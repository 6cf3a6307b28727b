package dev.baliza.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** Rules for names that come from the wire and end in labels. Spec: SPEC §4.1, §7.2. */
public final class Names {
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");
    private static final Pattern COMMAND = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final Pattern ARGUMENT = Pattern.compile("[a-z][a-z0-9_-]{0,47}");
    private static final Pattern OPERATION = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern QUANTITY = Pattern.compile("[a-z][a-z0-9_]{0,47}");

    private Names() {}

    public static boolean isDevice(String name) {
        return DEVICE.matcher(name).matches();
    }

    public static boolean isQuantity(String name) {
        return QUANTITY.matcher(name).matches();
    }

    /** The name of a command (SPEC §7.7). */
    public static boolean isCommand(String name) {
        return COMMAND.matcher(name).matches();
    }

    /** The name of a command's argument (SPEC §7.7). */
    public static boolean isArgument(String name) {
        return ARGUMENT.matcher(name).matches();
    }

    /** What an operator asks for (SPEC §16.2.1). */
    public static boolean isOperation(String name) {
        return OPERATION.matcher(name).matches();
    }

    /** A channel name or an enumeration label: 1–64 bytes, no control characters. */
    public static boolean isLabel(String text) {
        return !text.isEmpty() && isPlain(text, Limits.MAX_NAME_BYTES);
    }

    /** A unit: at most 32 bytes, no control characters; may be empty. */
    public static boolean isUnit(String text) {
        return isPlain(text, Limits.MAX_UNIT_BYTES);
    }

    /** What a file is called, for people: 1–255 bytes, no control characters. It is never a path. */
    public static boolean isFile(String text) {
        return !text.isEmpty() && isPlain(text, 255);
    }

    private static boolean isPlain(String text, int maxBytes) {
        return text.getBytes(StandardCharsets.UTF_8).length <= maxBytes
                && text.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }

    /** The id of a named device: the first 8 bytes of the SHA-256 of its name (SPEC §4.1.1). */
    public static long deviceId(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** 16 hexadecimal digits. */
    public static String hex(long device) {
        return String.format("%016x", device);
    }
}
