package dev.baliza.sim.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** Bytes written as text: hexadecimal as in the vectors, logs and C sources, or base64. */
final class ByteText {
    /** What may stand between bytes; a 0x or \x counts as a separator. */
    private static final Pattern SEPARATORS = Pattern.compile("0[xX]|\\\\x|[\\s,;:{}\\[\\]\"-]+");

    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]*");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_=\\s-]+");

    private ByteText() {}

    static boolean looksHex(String text) {
        String digits = SEPARATORS.matcher(withoutComments(text)).replaceAll("");
        return !digits.isEmpty() && HEX.matcher(digits).matches();
    }

    static boolean looksBase64(String text) {
        return BASE64.matcher(text.strip()).matches();
    }

    private static String withoutComments(String text) {
        return text.replaceAll("(#|//).*", "");
    }

    /** Pairs of digits; {@code #} and {@code //} begin a comment up to the end of the line. */
    static byte[] hex(String text) throws InputException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int line = 0;
        for (String raw : text.split("\n", -1)) {
            line++;
            for (String run : SEPARATORS.split(withoutComments(raw), -1)) {
                addRun(run, line, bytes);
            }
        }
        return bytes.toByteArray();
    }

    private static void addRun(String run, int line, ByteArrayOutputStream bytes) throws InputException {
        for (int i = 0; i < run.length(); i++) {
            if (!HEX.matcher(run.substring(i, i + 1)).matches()) {
                throw new InputException("line " + line + ": '" + run.charAt(i)
                        + "' is no hexadecimal digit; after # a comment may stand");
            }
        }
        if (run.length() % 2 != 0) {
            throw new InputException(
                    "line " + line + ": '" + run + "' has an odd number of digits; write each byte as two");
        }
        for (int i = 0; i < run.length(); i += 2) {
            bytes.write(Integer.parseInt(run.substring(i, i + 2), 16));
        }
    }

    /** Both alphabets, with or without padding and line ends. */
    static byte[] base64(String text) throws InputException {
        String plain = text.replaceAll("\\s", "").replace('-', '+').replace('_', '/');
        try {
            return Base64.getDecoder().decode(plain.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new InputException("not base64: " + e.getMessage());
        }
    }
}
