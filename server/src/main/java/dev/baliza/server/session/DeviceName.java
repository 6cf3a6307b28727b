package dev.baliza.server.session;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How people name devices: a label, 16 hexadecimal digits, or with a {@code *} for any characters a group. */
record DeviceName(String text) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{16}");

    /** All that are meant. */
    List<Session> among(Collection<Session> sessions) {
        if (text.indexOf('*') < 0) {
            return one(sessions).stream().toList();
        }
        Pattern pattern = Pattern.compile(
                Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        return sessions.stream()
                .filter(session -> pattern.matcher(session.label()).matches())
                .toList();
    }

    /** The one with this label, else with this id. */
    Optional<Session> one(Collection<Session> sessions) {
        Optional<Session> labelled = sessions.stream()
                .filter(session -> session.label().equals(text))
                .findFirst();
        if (labelled.isPresent() || !HEX.matcher(text).matches()) {
            return labelled;
        }
        long id = Long.parseUnsignedLong(text, 16);
        return sessions.stream().filter(session -> session.id() == id).findFirst();
    }
}
