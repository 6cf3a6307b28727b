package dev.baliza.cli.store;

import java.util.ArrayList;
import java.util.List;

/** A law of the books, and where it is broken. Thread: one. */
final class Law {
    private static final int MOST = 1_000;

    private final String id;
    private final String text;
    private final List<String> broken = new ArrayList<>();
    private long checks;

    /** @param id as SPEC §5 names it */
    Law(String id, String text) {
        this.id = id;
        this.text = text;
    }

    /** Compares the two sides of an equation. */
    void same(String where, long left, long right) {
        within(where, left, right, right);
    }

    /** Looks whether a number is where it must be. */
    void within(String where, long number, long least, long most) {
        checks++;
        if ((number < least || number > most) && broken.size() < MOST) {
            broken.add(
                    least == most
                            ? "%s: %s, %d is not %d".formatted(where, id, number, least)
                            : "%s: %s, %d is not from %d to %d".formatted(where, id, number, least, most));
        }
    }

    String id() {
        return id;
    }

    /** What it says, for people. */
    String text() {
        return text;
    }

    /** How often it was looked at. */
    long checks() {
        return checks;
    }

    /** One sentence each, 1,000 at most; empty when it holds. */
    List<String> broken() {
        return List.copyOf(broken);
    }
}
