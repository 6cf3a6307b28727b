package dev.baliza.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The catalogue of configuration keys: name, default, what is allowed. */
enum Key {
    TCP_HOST("tcp.host", "127.0.0.1", Type.HOST, "address to listen on; :: is IPv4 and IPv6"),
    TCP_PORT("tcp.port", "7367", 0, 65_535, "0: any free port"),
    TCP_MAX_CONNECTIONS("tcp.maxConnections", "10000", 1, 1_000_000, "more are closed at once"),
    TCP_MAX_FRAME_BYTES("tcp.maxFrameBytes", "65535", 256, 65_535, "longer frames are refused"),
    UDP_HOST("udp.host", "127.0.0.1", Type.HOST, "address to listen on; :: is IPv4 and IPv6"),
    UDP_PORT("udp.port", "7367", 0, 65_535, "0: any free port"),
    UDP_MAX_DATAGRAM_BYTES("udp.maxDatagramBytes", "65507", 256, 65_507, "longer datagrams are refused"),
    UDP_RECEIVE_BUFFER("udp.receiveBufferBytes", "8388608", 65_536, 1_073_741_824, "asked of the kernel, each socket"),
    HTTP_HOST("http.host", "127.0.0.1", Type.HOST, "address to listen on"),
    HTTP_PORT("http.port", "7368", 0, 65_535, "0: any free port"),
    LOOPS_COUNT("loops.count", "0", 0, 1_024, "event loops; 0: one per processor"),
    LOOPS_TRANSPORT("loops.transport", "auto", Type.TRANSPORT, "auto, epoll or nio"),
    LIMITS_MAX_DEVICES("limits.maxDevices", "100000", 1, 10_000_000, "more are refused"),
    LIMITS_MAX_SERIES("limits.maxSeries", "1000000", 1, 100_000_000, "readings of more are skipped and counted"),
    LIMITS_MAX_FAMILIES("limits.maxFamilies", "1000", 1, 100_000, "readings of more are skipped and counted"),
    LIMITS_MAX_FUTURE("limits.maxFuture", "1h", Type.DURATION, "readings further ahead are skipped and counted"),
    LIMITS_DRAIN("limits.drain", "5s", Type.DURATION, "longest wait for the last answers at shutdown"),
    METRICS_UNKNOWN_INTERVAL(
            "metrics.unknownInterval",
            "100s",
            Type.POSITIVE_DURATION,
            "of channels described without one; a series leaves the scrape after three of its intervals"),
    METRICS_WINDOW("metrics.window", "60s", Type.POSITIVE_DURATION, "length of the windows of metrics.windowed"),
    METRICS_WINDOWED(
            "metrics.windowed",
            "",
            Type.CHANNELS,
            "export lowest and highest values of these channels, such as 'temperature, lab-*/pressure/inlet'"),
    STORE_DIR("store.dir", "", Type.TEXT, "data directory; empty: $STATE_DIRECTORY, else ./baliza-data"),
    KEYS_FILE("keys.file", "", Type.TEXT, "device keys; empty: no device has a key"),
    LOG_LEVEL("log.level", "info", Type.LEVEL, "error, warn, info, debug or trace"),
    LOG_FORMAT("log.format", "auto", Type.FORMAT, "auto (text on a terminal), text or json"),
    INSECURE("insecure", "false", Type.BOOLEAN, "accept devices without a key from a network");

    /** What a value may be. */
    enum Type {
        INTEGER,
        HOST,
        DURATION,
        POSITIVE_DURATION,
        CHANNELS,
        BOOLEAN,
        TEXT,
        TRANSPORT,
        LEVEL,
        FORMAT
    }

    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private static final Pattern CHANNEL = Pattern.compile("([^/]+/){0,2}[^/]+|[^/]+/[^/]+/.+");

    private final String path;
    private final String fallback;
    private final Type type;
    private final long min;
    private final long max;
    private final String help;

    Key(String path, String fallback, Type type, String help) {
        this.path = path;
        this.fallback = fallback;
        this.type = type;
        this.min = 0;
        this.max = 0;
        this.help = help;
    }

    Key(String path, String fallback, long min, long max, String help) {
        this.path = path;
        this.fallback = fallback;
        this.type = Type.INTEGER;
        this.min = min;
        this.max = max;
        this.help = help;
    }

    String path() {
        return path;
    }

    String fallback() {
        return fallback;
    }

    String help() {
        return help;
    }

    /** {@code tcp.maxFrameBytes} is {@code BALIZA_TCP_MAX_FRAME_BYTES}. */
    String environmentName() {
        return "BALIZA_"
                + path.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    static Optional<Key> of(String path) {
        return Arrays.stream(values()).filter(k -> k.path.equals(path)).findFirst();
    }

    /** What is wrong with a value, in words that say what is allowed; empty when it is fine. */
    Optional<String> problem(String value) {
        return switch (type) {
            case INTEGER -> integerProblem(value);
            case HOST -> isHost(value) ? Optional.empty() : wanted("an address or a host name that resolves");
            case DURATION ->
                duration(value).isPresent() ? Optional.empty() : wanted("a duration such as 500ms, 20s, 5m or 1h");
            case POSITIVE_DURATION ->
                duration(value).filter(d -> !d.isZero()).isPresent()
                        ? Optional.empty()
                        : wanted("a duration above 0 such as 500ms, 20s, 5m or 1h");
            case CHANNELS ->
                Arrays.stream(value.split(",", -1)).map(String::strip).allMatch(Key::isChannelPattern)
                        ? Optional.empty()
                        : wanted("patterns with commas between them: quantity, quantity/channel or"
                                + " device/quantity/channel, with * for any characters");
            case BOOLEAN -> value.equals("true") || value.equals("false") ? Optional.empty() : wanted("true or false");
            case TEXT -> Optional.empty();
            case TRANSPORT -> oneOf(value, "auto", "epoll", "nio");
            case LEVEL -> oneOf(value, "error", "warn", "info", "debug", "trace");
            case FORMAT -> oneOf(value, "auto", "text", "json");
        };
    }

    private Optional<String> integerProblem(String value) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return Optional.empty();
            }
        } catch (NumberFormatException e) {
            // falls through to the same advice
        }
        return wanted("a whole number from " + min + " to " + max);
    }

    private static Optional<String> oneOf(String value, String... allowed) {
        return Arrays.asList(allowed).contains(value)
                ? Optional.empty()
                : wanted("one of " + String.join(", ", allowed));
    }

    private static Optional<String> wanted(String what) {
        return Optional.of("must be " + what);
    }

    private static boolean isChannelPattern(String word) {
        return word.isEmpty() || CHANNEL.matcher(word).matches();
    }

    private static boolean isHost(String value) {
        if (value.isEmpty()) {
            return false;
        }
        try {
            return InetAddress.getByName(value) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static Optional<Duration> duration(String value) {
        Matcher matcher = SHORT_DURATION.matcher(value);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        try {
            return Optional.of(
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        } catch (DateTimeParseException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
