package dev.baliza.server.session;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How people name devices: a label, 16 hexadecimal digits, or with a {@code *} for any characters a group. Only a group looks at all
 * devices.
 */
record DeviceName(String text) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{16}");

    /** All that are meant. */
    List<Session> among(SessionTable table) {
        if (text.indexOf('*') < 0) {
            return one(table).stream().toList();
        }
        Pattern pattern = Pattern.compile(
                Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        return table.devices()
                .filter(session -> pattern.matcher(session.label()).matches())
                .toList();
    }

    /** The one with this label, else with this id. A label is a name, {@code name#hex} or the id (SPEC §4.1.3). */
    Optional<Session> one(SessionTable table) {
        Session owner = table.owner(text);
        if (owner == null || !owner.label().equals(text)) {
            owner = byId(text.substring(text.indexOf('#') + 1), table);
        }
        boolean meant = owner != null && (text.indexOf('#') < 0 || owner.label().equals(text));
        return Optional.ofNullable(meant ? owner : null);
    }

    private static @Nullable Session byId(String hex, SessionTable table) {
        return HEX.matcher(hex).matches() ? table.device(Long.parseUnsignedLong(hex, 16)) : null;
    }
}
