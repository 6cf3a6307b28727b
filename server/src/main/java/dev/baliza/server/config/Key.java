package dev.baliza.server.config;

import dev.baliza.server.postfix.DerivedRule;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The catalogue of configuration keys: name, default, what is allowed. */
enum Key {
    TCP_HOST("tcp.host", "127.0.0.1", Type.HOST, "address to listen on; :: is IPv4 and IPv6"),
    TCP_PORT("tcp.port", "7367", 0, 65_535, "0: any free port"),
    TCP_MAX_CONNECTIONS("tcp.maxConnections", "10000", 1, 1_000_000, "more are closed at once"),
    TCP_BACKLOG("tcp.backlog", "4096", 1, 65_535, "connections that wait to be accepted; the kernel allows somaxconn"),
    TCP_MAX_FRAME_BYTES("tcp.maxFrameBytes", "65535", 256, 65_535, "longer frames are refused"),
    TCP_TLS("tcp.tls", "false", Type.BOOLEAN, "TLS 1.3 on the TCP port, with tls.certificate"),
    UDP_HOST("udp.host", "127.0.0.1", Type.HOST, "address to listen on; :: is IPv4 and IPv6"),
    UDP_PORT("udp.port", "7367", 0, 65_535, "0: any free port"),
    UDP_MAX_DATAGRAM_BYTES("udp.maxDatagramBytes", "65507", 256, 65_507, "longer datagrams are refused"),
    UDP_RECEIVE_BUFFER("udp.receiveBufferBytes", "8388608", 65_536, 1_073_741_824, "asked of the kernel, each socket"),
    ACCESS_ALLOW("access.allow", "", Type.NETWORKS, "who may use the device ports; empty: everybody"),
    ACCESS_DENY("access.deny", "", Type.NETWORKS, "who may not, even if allowed"),
    HTTP_HOST("http.host", "127.0.0.1", Type.HOST, "address to listen on"),
    HTTP_PORT("http.port", "7368", 0, 65_535, "0: any free port"),
    HTTP_TLS("http.tls", "false", Type.BOOLEAN, "HTTPS, TLS 1.3, with tls.certificate"),
    HTTP_AUTH("http.auth", "", Type.PATH, "users, made by baliza users; empty: everybody may read"),
    TLS_CERTIFICATE("tls.certificate", "", Type.PATH, "PEM: the server's certificate, then those up to its authority"),
    TLS_KEY("tls.key", "", Type.PATH, "PEM: its private key in PKCS#8, readable by its owner only"),
    TLS_CLIENTS("tls.clients", "", Type.PATH, "PEM: authorities of clients, which must then show a certificate"),
    LOOPS_COUNT("loops.count", "0", 0, 1_024, "event loops; 0: one per processor"),
    LOOPS_TRANSPORT("loops.transport", "auto", Type.TRANSPORT, "auto, epoll or nio"),
    LIMITS_MAX_DEVICES("limits.maxDevices", "100000", 1, 10_000_000, "more are refused"),
    LIMITS_MAX_SERIES("limits.maxSeries", "1000000", 1, 100_000_000, "readings of more are skipped and counted"),
    LIMITS_MAX_FAMILIES("limits.maxFamilies", "1000", 1, 100_000, "readings of more are skipped and counted"),
    LIMITS_MAX_FUTURE("limits.maxFuture", "1h", "365d", "readings further ahead are skipped and counted"),
    LIMITS_DRAIN("limits.drain", "5s", "1h", "longest wait for the last answers at shutdown"),
    LIMITS_PING_INTERVAL("limits.pingInterval", "64s", "1h", "how often a device is asked for its time; 0s: never"),
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
            "export lowest and highest values of these channels; empty: of none"),
    METRICS_DERIVED(
            "metrics.derived",
            "",
            Type.DERIVED,
            "channels that the server computes from readings, in postfix notation; empty: none"),
    METRICS_DERIVED_MAX_AGE(
            "metrics.derivedMaxAge",
            "5m",
            Type.POSITIVE_DURATION,
            "inputs of derived channels that arrived longer ago give no value"),
    STORE_ENABLED(
            "store.enabled", "true", Type.BOOLEAN, "whether what is acknowledged and counted outlives the process"),
    STORE_DIR("store.dir", "", Type.PATH, "data directory; empty: $STATE_DIRECTORY, else ./baliza-data"),
    STORE_MAX_AGE("store.maxAge", "7d", "365d", "stored readings are deleted when they are older"),
    STORE_MAX_BYTES(
            "store.maxBytes", "10737418240", 268_435_456, 1_000_000_000_000_000L, "and the oldest when all are larger"),
    FILES_MAX_BYTES("files.maxBytes", "67108864", 0, 1_000_000_000_000L, "largest file of a device; 0: none are taken"),
    FILES_QUOTA_BYTES("files.quotaBytes", "1073741824", 0, 1_000_000_000_000_000L, "all files of all devices"),
    FILES_DEVICE_QUOTA_BYTES(
            "files.deviceQuotaBytes", "268435456", 0, 1_000_000_000_000_000L, "all files of one device"),
    FILES_PUSH_BYTES_PER_SECOND(
            "files.pushBytesPerSecond", "0", 0, 1_000_000_000_000L, "of one file on its way to a device; 0: no limit"),
    KEYS_FILE("keys.file", "", Type.PATH, "keys of devices and operators; empty: nobody has a key"),
    OPERATORS_SHUTDOWN("operators.shutdown", "false", Type.BOOLEAN, "whether admins may end the server"),
    OPERATORS_PROGRAMS("operators.programs", "", Type.PATH, "file of programs that admins may start; empty: none"),
    LOG_LEVEL("log.level", "info", Type.LEVEL, "error, warn, info, debug or trace"),
    LOG_FORMAT("log.format", "auto", Type.FORMAT, "auto (text on a terminal), text or json"),
    INSECURE("insecure", "false", Type.BOOLEAN, "accept devices without a key from a network");

    /** What a value may be. */
    enum Type {
        INTEGER,
        HOST,
        DURATION,
        /** Above 0, at most 365 d. */
        POSITIVE_DURATION,
        CHANNELS,
        DERIVED,
        BOOLEAN,
        PATH,
        NETWORKS,
        TRANSPORT,
        LEVEL,
        FORMAT
    }

    private static final Pattern SHORT_DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern HOST =
            Pattern.compile("[0-9A-Za-z_.-]{1,253}|[0-9A-Fa-f:.]{2,45}(%[0-9A-Za-z_.-]{1,16})?");
    private static final Pattern CHANNEL = Pattern.compile("([^/]+/){0,2}[^/]+|[^/]+/[^/]+/.+");
    private static final Duration LONGEST = Duration.ofDays(365);
    /** Names of channels may have spaces. */
    private static final Pattern COMMAS = Pattern.compile("\\s*,\\s*");

    private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");

    private final String path;
    private final String fallback;
    private final Type type;
    private final long min;
    private final long max;
    private final String longest;
    private final String help;

    Key(String path, String fallback, Type type, long min, long max, String longest, String help) {
        this.path = path;
        this.fallback = fallback;
        this.type = type;
        this.min = min;
        this.max = max;
        this.longest = longest;
        this.help = help;
    }

    Key(String path, String fallback, Type type, String help) {
        this(path, fallback, type, 0, 0, "", help);
    }

    Key(String path, String fallback, long min, long max, String help) {
        this(path, fallback, Type.INTEGER, min, max, "", help);
    }

    /** A duration from nothing to the longest. */
    Key(String path, String fallback, String longest, String help) {
        this(path, fallback, Type.DURATION, 0, 0, longest, help);
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

    boolean isList() {
        return type == Type.NETWORKS || type == Type.CHANNELS || type == Type.DERIVED;
    }

    /** Whether a new value is taken over while the server runs; the others need a restart. */
    boolean changesAtReload() {
        return switch (this) {
            case ACCESS_ALLOW, ACCESS_DENY, TCP_MAX_CONNECTIONS, LIMITS_DRAIN, LOG_LEVEL -> true;
            default -> false;
        };
    }

    /** {@code tcp.maxFrameBytes} is {@code BALIZA_TCP_MAX_FRAME_BYTES}. */
    String environmentName() {
        return "BALIZA_"
                + path.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    static Optional<Key> of(String path) {
        return Arrays.stream(values()).filter(k -> k.path.equals(path)).findFirst();
    }

    /** The keys of a section such as {@code tcp}; none if there is no such section. */
    static List<Key> section(String name) {
        return Arrays.stream(values()).filter(k -> k.section().equals(name)).toList();
    }

    /** The part before the dot, empty for a key at the top. */
    String section() {
        return path.substring(0, Math.max(0, path.indexOf('.')));
    }

    /** The part behind the dot. */
    String lastPart() {
        return path.substring(path.indexOf('.') + 1);
    }

    /** What a value may be, in words that follow "must be". */
    String allowed() {
        return switch (type) {
            case INTEGER -> "a whole number from " + min + " to " + max;
            case HOST -> "an address or a host name";
            case DURATION -> "a duration such as 500ms, 20s, 5m or 1h, at most " + longest;
            case POSITIVE_DURATION -> "a duration above 0 such as 500ms, 20s, 5m or 1h, at most 365d";
            case CHANNELS ->
                "a list of quantity, quantity/channel or device/quantity/channel, such as [temperature, lab-*/humidity/roof]";
            case DERIVED -> "a list such as [difference/inlet in K = ./inlet rack-2/inlet -]";
            case BOOLEAN -> "true or false";
            case PATH -> "a path";
            case NETWORKS -> "a list such as [192.0.2.7, 10.0.0.0/8, 2001:db8::/32]";
            case TRANSPORT, LEVEL, FORMAT -> "one of " + String.join(", ", choices());
        };
    }

    private List<String> choices() {
        return switch (type) {
            case TRANSPORT -> List.of("auto", "epoll", "nio");
            case LEVEL -> List.of("error", "warn", "info", "debug", "trace");
            case FORMAT -> List.of("auto", "text", "json");
            default -> List.of();
        };
    }

    /** What is wrong with a value, or with one value of a list, in words that say what is allowed; empty when it is fine. */
    Optional<String> problem(String value) {
        if (type == Type.NETWORKS) {
            return problem(value, Cidr::parse);
        }
        if (type == Type.DERIVED) {
            return problem(value, DerivedRule::parse);
        }
        return isAllowed(value) ? Optional.empty() : Optional.of("must be " + allowed());
    }

    private boolean isAllowed(String value) {
        return switch (type) {
            case INTEGER ->
                NUMBER.matcher(value).matches() && Long.parseLong(value) >= min && Long.parseLong(value) <= max;
            case HOST -> HOST.matcher(value).matches();
            case DURATION ->
                duration(value).filter(d -> d.compareTo(longest()) <= 0).isPresent();
            case POSITIVE_DURATION ->
                duration(value)
                        .filter(d -> !d.isZero() && d.compareTo(LONGEST) <= 0)
                        .isPresent();
            case CHANNELS -> CHANNEL.matcher(value).matches();
            case BOOLEAN -> value.equals("true") || value.equals("false");
            case PATH -> isPath(value);
            case NETWORKS, DERIVED -> problem(value).isEmpty();
            case TRANSPORT, LEVEL, FORMAT -> choices().contains(value);
        };
    }

    private Duration longest() {
        return duration(longest).orElseThrow();
    }

    private static boolean isPath(String value) {
        try {
            return Path.of(value) != null;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Parsers throw an IllegalArgumentException with what is allowed. */
    private static Optional<String> problem(String value, Consumer<String> parser) {
        try {
            parser.accept(value);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** What is wrong with single values because of the others, by their index; each of them is fine by itself. */
    Map<Integer, String> conflicts(List<String> values) {
        return type == Type.DERIVED
                ? DerivedRule.conflicts(values.stream().map(DerivedRule::parse).toList())
                : Map.of();
    }

    /** The values of a list written as one text, as the environment and flags do. */
    List<String> split(String list) {
        Pattern between = type == Type.CHANNELS || type == Type.DERIVED ? COMMAS : SEPARATORS;
        return between.splitAsStream(list.strip())
                .filter(part -> !part.isEmpty())
                .toList();
    }

    static Optional<Duration> duration(String value) {
        Matcher matcher = SHORT_DURATION.matcher(value);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }
}
