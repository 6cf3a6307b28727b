package dev.baliza.server.config;

import dev.baliza.server.config.EffectiveConfig.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes records of settings that are right one by one, and checks what they mean together. */
final class ConfigBuilder {
    /** The launcher says so when stderr is a terminal; Java itself cannot tell. */
    static final String TERMINAL = "BALIZA_TERMINAL";

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
        boolean insecure = Boolean.parseBoolean(value(Key.INSECURE));
        checkHosts(insecure);
        checkPorts();
        return new ServerConfig(
                new ServerConfig.Tcp(
                        value(Key.TCP_HOST),
                        integer(Key.TCP_PORT),
                        integer(Key.TCP_MAX_CONNECTIONS),
                        integer(Key.TCP_MAX_FRAME_BYTES)),
                new ServerConfig.Udp(
                        value(Key.UDP_HOST),
                        integer(Key.UDP_PORT),
                        integer(Key.UDP_MAX_DATAGRAM_BYTES),
                        integer(Key.UDP_RECEIVE_BUFFER)),
                new ServerConfig.Access(networks(Key.ACCESS_ALLOW), networks(Key.ACCESS_DENY)),
                new ServerConfig.Http(value(Key.HTTP_HOST), integer(Key.HTTP_PORT)),
                new ServerConfig.Loops(
                        integer(Key.LOOPS_COUNT), choice(ServerConfig.Transport.class, Key.LOOPS_TRANSPORT)),
                new ServerConfig.Limits(
                        integer(Key.LIMITS_MAX_DEVICES),
                        integer(Key.LIMITS_MAX_SERIES),
                        integer(Key.LIMITS_MAX_FAMILIES),
                        duration(Key.LIMITS_MAX_FUTURE),
                        duration(Key.LIMITS_DRAIN)),
                new ServerConfig.Metrics(
                        duration(Key.METRICS_UNKNOWN_INTERVAL),
                        duration(Key.METRICS_WINDOW),
                        Key.METRICS_WINDOWED.split(value(Key.METRICS_WINDOWED))),
                store(),
                new ServerConfig.Keys(value(Key.KEYS_FILE).isEmpty() ? null : Path.of(value(Key.KEYS_FILE))),
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
            } else if (host != Key.HTTP_HOST
                    && !insecure
                    && value(Key.KEYS_FILE).isEmpty()
                    && !address.get().isLoopbackAddress()) {
                problems.accept(is(host) + ", which a network can reach, and devices have no keys; listen on 127.0.0.1"
                        + ", give them keys (keys.file) or accept it with insecure: true");
            }
        }
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

    private int integer(Key key) {
        return Integer.parseInt(value(key));
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

    private ServerConfig.Store store() {
        String dir = value(Key.STORE_DIR);
        String state = environment.get("STATE_DIRECTORY");
        return new ServerConfig.Store(!dir.isEmpty() ? Path.of(dir) : state != null ? Path.of(state) : null);
    }

    private ServerConfig.Format logFormat() {
        return switch (value(Key.LOG_FORMAT)) {
            case "text" -> ServerConfig.Format.TEXT;
            case "json" -> ServerConfig.Format.JSON;
            default -> environment.containsKey(TERMINAL) ? ServerConfig.Format.TEXT : ServerConfig.Format.JSON;
        };
    }
}
