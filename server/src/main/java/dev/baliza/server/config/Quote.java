package dev.baliza.server.config;

/** Foreign text made fit for a message on a terminal. */
final class Quote {
    private static final int LONGEST = 80;

    private Quote() {}

    /** At most 80 characters of it, then an ellipsis. */
    static String cut(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…";
    }

    /** One line without control characters and others that a terminal would obey; they are shown as {@code \\u001b}. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED -> out.append("\\u%04x".formatted(c));
                default -> out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
