package dev.baliza.server.downlink;

/** Text from the wire without characters that a terminal would obey. Spec: SPEC §7.5.2. */
public final class PlainText {
    private PlainText() {}

    /** The same text; control, format and separator characters and lone surrogates are written as {@code \}{@code u001b}. */
    public static String of(String text) {
        if (text.codePoints().noneMatch(PlainText::isUnsafe)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (isUnsafe(c)) {
                out.append("\\u%04x".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
