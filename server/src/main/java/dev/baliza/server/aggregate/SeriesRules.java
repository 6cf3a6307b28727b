package dev.baliza.server.aggregate;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How series age, and which of them show their lowest and highest value.
 *
 * @param unknownIntervalMicros interval of a channel that was described without one, or not at all
 * @param windowMicros length of the fixed windows
 * @param windowed patterns of {@code device/quantity/channel}
 */
public record SeriesRules(long unknownIntervalMicros, long windowMicros, List<Pattern> windowed) {
    /** Nothing is windowed; 100 s, which makes 5 min, as long as Prometheus itself looks back. */
    public static final SeriesRules DEFAULT = new SeriesRules(100_000_000, 60_000_000, List.of());

    public SeriesRules {
        windowed = List.copyOf(windowed);
    }

    /**
     * Rules from a configuration.
     *
     * @param patterns {@code quantity}, {@code quantity/channel} or {@code device/quantity/channel}, where {@code *} stands for
     *     any characters
     */
    public static SeriesRules of(long unknownIntervalMicros, long windowMicros, List<String> patterns) {
        return new SeriesRules(
                unknownIntervalMicros,
                windowMicros,
                patterns.stream().map(SeriesRules::pattern).toList());
    }

    private static Pattern pattern(String text) {
        String[] parts = text.split("/", 3);
        String full = switch (parts.length) {
            case 1 -> "*/" + text + "/*";
            case 2 -> "*/" + text;
            default -> text;
        };
        return Pattern.compile(Pattern.quote(full).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
    }

    /** Length of the windows for people. */
    String windowText() {
        return windowMicros % 1_000_000 == 0 ? windowMicros / 1_000_000 + " s" : windowMicros / 1_000 + " ms";
    }

    boolean isWindowed(String device, String quantity, String channel) {
        String full = device + "/" + quantity + "/" + channel;
        return windowed.stream().anyMatch(pattern -> pattern.matcher(full).matches());
    }
}
