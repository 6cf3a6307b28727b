package dev.baliza.server.operator;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An argument that an operation takes, and what it may be.
 *
 * @param min of a number, or characters of a text
 * @param max of a number, or characters of a text
 * @param choices of a choice
 * @param secret whether the audit log must not have it
 */
public record Parameter(
        String name, Type type, boolean required, long min, long max, List<String> choices, boolean secret) {
    /** What JSON has for it. */
    public enum Type {
        TEXT,
        NUMBER,
        BOOLEAN,
        CHOICE,
        /** An object of texts, numbers and booleans. */
        OBJECT
    }

    public Parameter {
        choices = List.copyOf(choices);
    }

    public static Parameter text(String name, int min, int max) {
        return new Parameter(name, Type.TEXT, false, min, max, List.of(), false);
    }

    public static Parameter number(String name, long min, long max) {
        return new Parameter(name, Type.NUMBER, false, min, max, List.of(), false);
    }

    public static Parameter flag(String name) {
        return new Parameter(name, Type.BOOLEAN, false, 0, 0, List.of(), false);
    }

    public static Parameter choice(String name, List<String> choices) {
        return new Parameter(name, Type.CHOICE, false, 0, 0, choices, false);
    }

    public static Parameter object(String name) {
        return new Parameter(name, Type.OBJECT, false, 0, 0, List.of(), false);
    }

    /** The same, which must be there. */
    public Parameter needed() {
        return new Parameter(name, type, true, min, max, choices, secret);
    }

    /** The same, which the audit log leaves out. */
    public Parameter hidden() {
        return new Parameter(name, type, required, min, max, choices, true);
    }

    /** What it may be, in words that follow "must be". */
    String allowed() {
        return switch (type) {
            case TEXT -> "a text of " + min + " to " + max + " characters";
            case NUMBER -> "a whole number from " + min + " to " + max;
            case BOOLEAN -> "true or false";
            case CHOICE -> "one of " + String.join(", ", choices);
            case OBJECT -> "an object of texts, numbers and booleans";
        };
    }

    /** What is wrong with a value; empty when it is fine. */
    Optional<String> problem(Object value) {
        boolean fine = switch (type) {
            case TEXT ->
                value instanceof String text && text.length() >= min && text.length() <= max && isPrintable(text);
            case NUMBER -> value instanceof Long number && number >= min && number <= max;
            case BOOLEAN -> value instanceof Boolean;
            case CHOICE -> value instanceof String text && choices.contains(text);
            case OBJECT -> value instanceof Map;
        };
        return fine ? Optional.empty() : Optional.of("'" + name + "' must be " + allowed());
    }

    private static boolean isPrintable(String text) {
        return text.codePoints().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
    }
}
