package dev.baliza.protocol.seal;

import dev.baliza.protocol.Names;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A line of the key file: whose secret, under which id, who numbers the epochs, and the role if it is an operator's. Immutable. */
public final class KeyEntry {
    private static final String ID_PREFIX = "id:";
    private static final int ID_DIGITS = 16;

    private final String device;
    private final int keyId;
    private final boolean deviceNumbersEpochs;
    private final byte[] secret;
    private final @Nullable Role role;

    /**
     * Takes a copy of the secret.
     *
     * @param device a name, or {@code id:} and 16 hexadecimal digits
     * @throws IllegalArgumentException what is wrong, and what is allowed; never with the secret
     */
    public KeyEntry(String device, int keyId, boolean deviceNumbersEpochs, byte[] secret) {
        this(device, keyId, deviceNumbersEpochs, secret, null);
    }

    /**
     * Takes a copy of the secret.
     *
     * @param device a name, or {@code id:} and 16 hexadecimal digits
     * @param role of an operator; null: a device
     * @throws IllegalArgumentException what is wrong, and what is allowed; never with the secret
     */
    public KeyEntry(String device, int keyId, boolean deviceNumbersEpochs, byte[] secret, @Nullable Role role) {
        this.device = device;
        this.keyId = keyId;
        this.deviceNumbersEpochs = deviceNumbersEpochs;
        this.secret = secret.clone();
        this.role = role;
        if (role != null && deviceNumbersEpochs) {
            throw new IllegalArgumentException("the epochs of an operator are named by the server");
        }
        if (role != null && device.startsWith(ID_PREFIX)) {
            throw new IllegalArgumentException("an operator has a name, not an id");
        }
        key();
    }

    /** Reads {@code device keyId epochs secret [role]}. */
    static KeyEntry parse(String line) {
        String[] fields = line.trim().split("\\s+", -1);
        if (fields.length != 4 && fields.length != 5) {
            throw new IllegalArgumentException(
                    "expected four fields, device keyId epochs secret, and for an operator a fifth, its role; but there are "
                            + fields.length);
        }
        return new KeyEntry(
                fields[0],
                keyId(fields[1]),
                numbering(fields[2]),
                secret(fields[3]),
                fields.length == 4 ? null : role(fields[4]));
    }

    private static int keyId(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the key id must be 1 to 255, not '" + text + "'", e);
        }
    }

    private static boolean numbering(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "device" -> true;
            case "server" -> false;
            default -> throw new IllegalArgumentException("epochs must be device or server, not '" + text + "'");
        };
    }

    private static Role role(String text) {
        return Role.of(text)
                .orElseThrow(() -> new IllegalArgumentException("the fifth field must be viewer, operator or admin"));
    }

    private static byte[] secret(String digits) {
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the secret must be 32 or 64 hexadecimal digits"); // its text stays out
        }
    }

    /** The line, secret included: for the file alone. */
    String line() {
        return device + " " + keyId + " " + (deviceNumbersEpochs ? "device" : "server") + " " + hex()
                + (role == null ? "" : " " + role.label());
    }

    public String device() {
        return device;
    }

    public int keyId() {
        return keyId;
    }

    public boolean deviceNumbersEpochs() {
        return deviceNumbersEpochs;
    }

    /** Of an operator; null: a device. */
    public @Nullable Role role() {
        return role;
    }

    /** Length of the secret: 128 or 256. */
    public int bits() {
        return secret.length * 8;
    }

    /** The secret in hexadecimal digits: for whoever puts it into a device. */
    public String hex() {
        return HexFormat.of().formatHex(secret);
    }

    /** The id that the device sends. */
    public long id() {
        if (!device.startsWith(ID_PREFIX)) {
            if (!Names.isDevice(device)) {
                throw new IllegalArgumentException(
                        "'" + device
                                + "' is no device: a name has letters, digits and . _ : -, at most 64; an id is id: and 16 digits");
            }
            return Names.deviceId(device);
        }
        String digits = device.substring(ID_PREFIX.length());
        if (digits.length() != ID_DIGITS || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw new IllegalArgumentException("'" + device + "' must be id: and 16 hexadecimal digits");
        }
        return Long.parseUnsignedLong(digits, 16);
    }

    public DeviceKey key() {
        Operator operator = role == null ? null : new Operator(device, role);
        return new DeviceKey(id(), keyId, deviceNumbersEpochs, secret, operator);
    }

    /** Says whose it is, never the secret. */
    @Override
    public String toString() {
        return "KeyEntry[" + device + " " + keyId + "]";
    }
}
