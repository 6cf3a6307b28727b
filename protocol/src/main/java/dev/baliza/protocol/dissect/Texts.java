package dev.baliza.protocol.dissect;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** Bytes and times from the wire in words that are safe on a terminal. */
public final class Texts {
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

    private Texts() {}

    /** In quotes, with control and format characters escaped; hexadecimal when it is not UTF-8. */
    static String quote(ByteBuffer utf8) {
        try {
            return '"'
                    + escape(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(utf8.duplicate())
                            .toString())
                    + '"';
        } catch (CharacterCodingException e) {
            return "not UTF-8: " + hex(utf8);
        }
    }

    /** Without characters that a terminal would obey, and without quotes and backslashes, so that it can stand in quotes. */
    public static String escape(String text) {
        return escape(text, true);
    }

    /** Without characters that a terminal would obey, which are written as {@code \}{@code u001b}; the rest stays as it is (SPEC §7.5.2). */
    public static String plain(String text) {
        return escape(text, false);
    }

    private static String escape(String text, boolean quotable) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean unsafe = Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                    || Character.getType(c) == Character.SURROGATE;
            if (unsafe || (quotable && (c == '"' || c == '\\'))) {
                out.append("\\u%04x".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return SPACED.formatHex(copy);
    }

    /** Microseconds since 1970 as a date. */
    static String date(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    /** Microseconds as a duration in seconds. */
    static String seconds(long micros) {
        return "%d.%06d s".formatted(Long.divideUnsigned(micros, 1_000_000), Long.remainderUnsigned(micros, 1_000_000));
    }
}
