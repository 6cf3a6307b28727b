package dev.baliza.server.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes configurations as YAML that the loader reads back. */
public final class ConfigText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9./_-]*");
    /** Comments begin here, but for longer settings. */
    private static final int WIDEST = 44;

    private static final String HEAD = """
            # Configuration of Baliza: every key with its default. Remove the # in front of a key to change it.
            # Variables such as %s and flags such as --set %s=%s win over this file.
            # "baliza config check FILE" finds mistakes. SIGHUP makes a running server read the file again; keys that
            # are not marked with "SIGHUP" need a restart.
            """;

    private ConfigText() {}

    /** A file with all keys of the catalogue; as it stands, it changes nothing. */
    public static String template() {
        StringBuilder out = new StringBuilder(
                HEAD.formatted(Key.TCP_PORT.environmentName(), Key.TCP_PORT.path(), Key.TCP_PORT.fallback()));
        String section = "";
        for (Key key : Key.values()) {
            String indent = key.section().isEmpty() ? "" : "  ";
            if (!key.section().equals(section) || indent.isEmpty()) {
                section = key.section();
                out.append('\n').append(section.isEmpty() ? "" : section + ":\n");
            }
            out.append(indent).append("# ").append(key.help()).append('\n');
            out.append(indent)
                    .append("# (")
                    .append(key.allowed())
                    .append(key.changesAtReload() ? "; SIGHUP" : "")
                    .append(")\n");
            out.append(indent)
                    .append('#')
                    .append(key.lastPart())
                    .append(": ")
                    .append(value(key, key.fallback()))
                    .append('\n');
        }
        return out.toString();
    }

    /**
     * All keys and their values.
     *
     * @param withOrigin adds a comment that says where each value comes from
     */
    public static String of(EffectiveConfig config, boolean withOrigin) {
        List<String> settings = config.entries().stream()
                .map(entry -> entry.path() + ": " + value(Key.of(entry.path()).orElseThrow(), entry.value()))
                .toList();
        int width = Math.min(
                WIDEST, settings.stream().mapToInt(String::length).max().orElse(0));
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < settings.size(); i++) {
            String setting = settings.get(i);
            out.append(setting);
            if (withOrigin) {
                out.append(" ".repeat(Math.max(0, width - setting.length())))
                        .append("  # ")
                        .append(Quote.printable(config.entries().get(i).origin()));
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static String value(Key key, String value) {
        return key.isList()
                ? key.split(value).stream().map(ConfigText::scalar).collect(Collectors.joining(", ", "[", "]"))
                : scalar(value);
    }

    private static String scalar(String value) {
        if (PLAIN.matcher(value).matches() && !value.toLowerCase(Locale.ROOT).equals("null")) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c >= ' ' && c < 0x7F) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append("\\U%08x".formatted(c));
            }
        });
        return quoted.append('"').toString();
    }
}
