package dev.baliza.sim.scenario;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of the command line into values; a wrong one says what is allowed. */
public final class Options {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(us|ms|s|m|h)");
    private static final Pattern ENDPOINT = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^:]+)):(\\d{1,5})");

    private static final Pattern RATE = Pattern.compile("\\d{1,6}(\\.\\d{1,6})?");

    private Options() {}

    /** {@code 100ms}, {@code 20s}, {@code 5m}. */
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no duration; write 100ms, 20s, 5m or 1h");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "us" -> Duration.ofNanos(count * 1_000);
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    /** A whole number within bounds. */
    public static int whole(String option, String text, int min, int max) {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the same advice
        }
        throw new IllegalArgumentException(
                "%s must be a whole number from %d to %d, not '%s'".formatted(option, min, max, text));
    }

    /** A number that may have decimals. */
    public static double rate(String option, String text) {
        if (!RATE.matcher(text).matches()) {
            throw new IllegalArgumentException(option + " must be a number such as 2 or 0.5, not '" + text + "'");
        }
        return Double.parseDouble(text);
    }

    /** {@code 127.0.0.1:7367}, {@code host:7367}, {@code [::1]:7367}; must resolve. */
    public static InetSocketAddress endpoint(String text) {
        Matcher matcher = ENDPOINT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535) {
            throw new IllegalArgumentException("'" + text + "' is no host:port, such as 127.0.0.1:7367 or [::1]:7367");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(matcher.group(3)));
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("host '" + host + "' is not known here");
        }
        return address;
    }
}
