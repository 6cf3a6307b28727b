package dev.baliza.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that operators may start by its name.
 *
 * @param command absolute path and arguments; an element <code>{name}</code> stands for the argument of that name
 * @param timeout when it is killed
 * @param outputBytes so much of its output is kept
 * @param arguments that the operator gives, all of them, by name
 */
public record Program(
        String name, List<String> command, Duration timeout, int outputBytes, Map<String, Argument> arguments) {
    public Program {
        command = List.copyOf(command);
        arguments = Map.copyOf(arguments);
    }

    /**
     * What an argument may be: one of the choices, or, if there are none, a whole number within bounds.
     */
    public record Argument(List<String> choices, long from, long to) {
        public Argument {
            choices = List.copyOf(choices);
        }

        /** What is wrong with a value, in words that follow its name; empty when it is fine. */
        public Optional<String> problem(String value) {
            if (!choices.isEmpty()) {
                return choices.contains(value)
                        ? Optional.empty()
                        : Optional.of("must be one of " + String.join(", ", choices));
            }
            boolean number = value.matches("0|-?[1-9][0-9]{0,17}");
            return number && Long.parseLong(value) >= from && Long.parseLong(value) <= to
                    ? Optional.empty()
                    : Optional.of("must be a whole number from " + from + " to " + to);
        }
    }
}
