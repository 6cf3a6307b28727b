package dev.baliza.server.config;

import dev.baliza.server.config.EffectiveConfig.Setting;
import dev.baliza.server.postfix.DerivedRule;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes records of settings that are right one by one, and checks what they mean together. */
final class ConfigBuilder {
    /** The launcher says so when stderr is a terminal; Java itself cannot tell. */
    static final String TERMINAL = "BALIZA_TERMINAL";

    private static final Path DEFAULT_DIRECTORY = Path.of("baliza-data");
    private final Map<Key, Setting> settings;
    private final Map<String, String> environment;
    private final ConfigLoader.Resolver resolver;
    private final Consumer<String> problems;

    ConfigBuilder(
            Map<Key, Setting> settings,
            Map<String, String> environment,
            ConfigLoader.Resolver resolver,
            Consumer<String> problems) {
        this.settings = settings;
        this.environment = environment;
        this.resolver = resolver;
        this.problems = problems;
    }

    /** Builds; if there are problems, the result must not be used. */
    ServerConfig build(String sources) {
        boolean insecure = flag(Key.INSECURE);
        checkHosts(insecure);
        checkPorts();
        checkTls();
        return new ServerConfig(
                new ServerConfig.Tcp(
                        value(Key.TCP_HOST),
                        integer(Key.TCP_PORT),
                        integer(Key.TCP_MAX_CONNECTIONS),
                        integer(Key.TCP_BACKLOG),
                        integer(Key.TCP_MAX_FRAME_BYTES),
                        flag(Key.TCP_TLS)),
                new ServerConfig.Udp(
                        value(Key.UDP_HOST),
                        integer(Key.UDP_PORT),
                        integer(Key.UDP_MAX_DATAGRAM_BYTES),
                        integer(Key.UDP_RECEIVE_BUFFER)),
                new ServerConfig.Access(networks(Key.ACCESS_ALLOW), networks(Key.ACCESS_DENY)),
                new ServerConfig.Http(
                        value(Key.HTTP_HOST), integer(Key.HTTP_PORT), flag(Key.HTTP_TLS), path(Key.HTTP_AUTH)),
                tls(),
                new ServerConfig.Loops(
                        integer(Key.LOOPS_COUNT), choice(ServerConfig.Transport.class, Key.LOOPS_TRANSPORT)),
                new ServerConfig.Limits(
                        integer(Key.LIMITS_MAX_DEVICES),
                        integer(Key.LIMITS_MAX_SERIES),
                        integer(Key.LIMITS_MAX_FAMILIES),
                        duration(Key.LIMITS_MAX_FUTURE),
                        duration(Key.LIMITS_DRAIN),
                        duration(Key.LIMITS_PING_INTERVAL)),
                new ServerConfig.Metrics(
                        duration(Key.METRICS_UNKNOWN_INTERVAL),
                        duration(Key.METRICS_WINDOW),
                        Key.METRICS_WINDOWED.split(value(Key.METRICS_WINDOWED)),
                        derived(),
                        duration(Key.METRICS_DERIVED_MAX_AGE)),
                store(),
                new ServerConfig.Files(
                        number(Key.FILES_MAX_BYTES),
                        number(Key.FILES_QUOTA_BYTES),
                        number(Key.FILES_DEVICE_QUOTA_BYTES),
                        number(Key.FILES_PUSH_BYTES_PER_SECOND)),
                new ServerConfig.Keys(path(Key.KEYS_FILE)),
                new ServerConfig.Operators(Boolean.parseBoolean(value(Key.OPERATORS_SHUTDOWN)), programs()),
                new ServerConfig.Log(value(Key.LOG_LEVEL), logFormat()),
                insecure,
                sources);
    }

    private void checkHosts(boolean insecure) {
        for (Key host : List.of(Key.TCP_HOST, Key.UDP_HOST, Key.HTTP_HOST)) {
            Optional<InetAddress> address = resolve(value(host));
            if (address.isEmpty()) {
                problems.accept(is(host) + " but no address is known for that name");
            } else if (!insecure && !address.get().isLoopbackAddress()) {
                advice(host)
                        .ifPresent(advice -> problems.accept(is(host) + ", which a network can reach, and " + advice));
            }
        }
    }

    /** Why an address that a network can reach is none for this port, and what to do; empty when it is fine. */
    private Optional<String> advice(Key host) {
        if (host != Key.HTTP_HOST) {
            return value(Key.KEYS_FILE).isEmpty()
                    ? Optional.of("devices have no keys; listen on 127.0.0.1"
                            + ", give them keys (keys.file) or accept it with insecure: true")
                    : Optional.empty();
        }
        boolean certificates = flag(Key.HTTP_TLS) && !value(Key.TLS_CLIENTS).isEmpty();
        return value(Key.HTTP_AUTH).isEmpty() && !certificates
                ? Optional.of("everybody may read there; listen on 127.0.0.1, name users (http.auth), ask for client"
                        + " certificates (http.tls and tls.clients) or accept it with insecure: true")
                : Optional.empty();
    }

    /** A setting of TLS that has no effect would be believed in. */
    private void checkTls() {
        boolean used = flag(Key.TCP_TLS) || flag(Key.HTTP_TLS);
        for (Key key : List.of(Key.TLS_CERTIFICATE, Key.TLS_KEY, Key.TLS_CLIENTS)) {
            if (!used && !value(key).isEmpty()) {
                problems.accept(is(key) + " but no port uses TLS; set tcp.tls: true or http.tls: true");
            } else if (used && key != Key.TLS_CLIENTS && value(key).isEmpty()) {
                problems.accept(is(flag(Key.TCP_TLS) ? Key.TCP_TLS : Key.HTTP_TLS) + " but " + key.path()
                        + " is not set; name the file: " + key.help());
            }
        }
    }

    private ServerConfig.@Nullable TlsFiles tls() {
        Path certificate = path(Key.TLS_CERTIFICATE);
        Path key = path(Key.TLS_KEY);
        return certificate == null || key == null
                ? null
                : new ServerConfig.TlsFiles(certificate, key, path(Key.TLS_CLIENTS));
    }

    private Optional<InetAddress> resolve(String host) {
        try {
            return Optional.of(resolver.resolve(host));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private void checkPorts() {
        boolean same = integer(Key.HTTP_PORT) != 0 && integer(Key.HTTP_PORT) == integer(Key.TCP_PORT);
        if (same && value(Key.HTTP_HOST).equals(value(Key.TCP_HOST))) {
            boolean httpIsSet = settings.containsKey(Key.HTTP_PORT);
            problems.accept(is(httpIsSet ? Key.HTTP_PORT : Key.TCP_PORT) + " and so is "
                    + (httpIsSet ? Key.TCP_PORT : Key.HTTP_PORT).path() + "; devices and HTTP need a port each");
        }
    }

    /** Such as {@code baliza.yaml:2:3: tcp.host is '0.0.0.0'}. */
    private String is(Key key) {
        Setting setting = settings.get(key);
        return (setting == null ? EffectiveConfig.DEFAULT : setting.origin()) + ": " + key.path() + " is '" + value(key)
                + "'";
    }

    private String value(Key key) {
        Setting setting = settings.get(key);
        return setting == null ? key.fallback() : setting.value();
    }

    private boolean flag(Key key) {
        return Boolean.parseBoolean(value(key));
    }

    private @Nullable Path path(Key key) {
        return value(key).isEmpty() ? null : Path.of(value(key));
    }

    private int integer(Key key) {
        return Integer.parseInt(value(key));
    }

    private long number(Key key) {
        return Long.parseLong(value(key));
    }

    private Duration duration(Key key) {
        return Key.duration(value(key)).orElseThrow();
    }

    private List<Cidr> networks(Key key) {
        return key.split(value(key)).stream().map(Cidr::parse).toList();
    }

    private <E extends Enum<E>> E choice(Class<E> type, Key key) {
        return Enum.valueOf(type, value(key).toUpperCase(Locale.ROOT));
    }

    private List<Program> programs() {
        String file = value(Key.OPERATORS_PROGRAMS);
        return file.isEmpty() ? List.of() : ProgramFile.read(Path.of(file), problems);
    }

    private List<DerivedRule> derived() {
        return Key.METRICS_DERIVED.split(value(Key.METRICS_DERIVED)).stream()
                .map(DerivedRule::parse)
                .toList();
    }

    private ServerConfig.Store store() {
        String dir = value(Key.STORE_DIR);
        String state = environment.get("STATE_DIRECTORY");
        boolean enabled = flag(Key.STORE_ENABLED);
        if (!enabled && !value(Key.KEYS_FILE).isEmpty()) {
            problems.accept("keys.file is set, so store.enabled must be true: without a store, sealed frames that"
                    + " somebody recorded could be counted once more after a restart");
        }
        Path chosen = !dir.isEmpty() ? Path.of(dir) : state != null ? Path.of(state) : null;
        return new ServerConfig.Store(
                enabled,
                chosen == null && enabled ? DEFAULT_DIRECTORY : chosen,
                duration(Key.STORE_MAX_AGE),
                number(Key.STORE_MAX_BYTES));
    }

    private ServerConfig.Format logFormat() {
        return switch (value(Key.LOG_FORMAT)) {
            case "text" -> ServerConfig.Format.TEXT;
            case "json" -> ServerConfig.Format.JSON;
            default -> environment.containsKey(TERMINAL) ? ServerConfig.Format.TEXT : ServerConfig.Format.JSON;
        };
    }
}
