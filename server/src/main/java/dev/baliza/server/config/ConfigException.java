package dev.baliza.server.config;

import java.util.List;

/** A configuration that cannot be used; says all problems at once. */
public final class ConfigException extends Exception {
    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each, with the place and what to do. */
    public List<String> problems() {
        return problems;
    }
}
