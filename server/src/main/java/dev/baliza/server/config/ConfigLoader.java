package dev.baliza.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads the configuration from its sources and reports all problems together. Used once at a start; confined to one thread. */
public final class ConfigLoader {
    private static final String PREFIX = "BALIZA_";
    /** The launcher says so when stderr is a terminal; Java itself cannot tell. */
    private static final String TERMINAL = "BALIZA_TERMINAL";
    /** Variables of the launcher, not of the server. */
    private static final List<String> NOT_OURS = List.of("BALIZA_JAVA_OPTS", "BALIZA_JAVA", TERMINAL);

    private record Setting(String value, String place) {}

    private final Map<Key, Setting> settings = new EnumMap<>(Key.class);
    private final List<String> problems = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();

    private ConfigLoader() {}

    /**
     * Loads.
     *
     * @param file YAML, or null for none
     * @param environment variables; those that start with BALIZA_ are read
     * @param flags {@code key=value}, in order; later ones win
     */
    public static ServerConfig load(@Nullable Path file, Map<String, String> environment, List<String> flags)
            throws ConfigException {
        ConfigLoader loader = new ConfigLoader();
        if (file != null) {
            loader.readFile(file);
        }
        loader.readEnvironment(environment);
        loader.readFlags(flags);
        ServerConfig config = loader.problems.isEmpty() ? loader.build(environment) : null;
        if (config == null || !loader.problems.isEmpty()) {
            throw new ConfigException(loader.problems);
        }
        return config;
    }

    private void readFile(Path file) {
        sources.add(file.toString());
        try {
            LoadSettings settings =
                    LoadSettings.builder().setLabel(file.toString()).build();
            Optional<Node> root = new Compose(settings).composeString(Files.readString(file));
            root.ifPresent(node -> readNode(file, "", node));
        } catch (NoSuchFileException e) {
            problems.add(file + ": there is no such file");
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + e.getMessage());
        } catch (MarkedYamlEngineException e) {
            String at = e.getProblemMark()
                    .map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
                    .orElse("");
            problems.add(file + at + ": not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.add(file + ": not YAML: " + e.getMessage());
        }
    }

    private void readNode(Path file, String path, Node node) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                Node valueNode = entry.getValueNode();
                boolean section = valueNode instanceof MappingNode;
                String full = path.isEmpty() ? key : path + "." + key;
                if (section) {
                    readNode(file, full, valueNode);
                } else {
                    String place = file + mark(entry.getKeyNode());
                    set(full, valueNode instanceof ScalarNode scalar ? scalar.getValue() : null, place);
                }
            }
        } else if (path.isEmpty()) {
            problems.add(file + mark(node) + ": must be a mapping such as 'tcp: {port: 7367}'");
        }
    }

    private static String mark(Node node) {
        return node.getStartMark()
                .map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
                .orElse("");
    }

    private void readEnvironment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !NOT_OURS.contains(name)) {
                Optional<Key> key = Arrays.stream(Key.values())
                        .filter(k -> k.environmentName().equals(name))
                        .findFirst();
                key.ifPresentOrElse(
                        k -> set(k.path(), value, "environment " + name),
                        () -> problems.add("environment " + name + ": unknown variable" + environmentHint(name)));
            }
        });
    }

    private static String environmentHint(String name) {
        return Suggestion.closest(
                        name,
                        Arrays.stream(Key.values()).map(Key::environmentName).toList())
                .map(s -> "; did you mean " + s + "?")
                .orElse("");
    }

    private void readFlags(List<String> flags) {
        for (String flag : flags) {
            int equals = flag.indexOf('=');
            if (equals < 1) {
                problems.add("--set " + flag + ": must be key=value, such as tcp.port=7367");
            } else {
                set(flag.substring(0, equals), flag.substring(equals + 1), "--set " + flag.substring(0, equals));
            }
        }
    }

    private void set(String path, @Nullable String value, String place) {
        Optional<Key> key = Key.of(path);
        if (key.isEmpty()) {
            String hint = Suggestion.closest(
                            path, Arrays.stream(Key.values()).map(Key::path).toList())
                    .map(s -> "; did you mean '" + s + "'?")
                    .orElse("");
            problems.add(place + ": unknown key '" + path + "'" + hint);
            return;
        }
        if (value == null) {
            problems.add(place + ": " + path + " must be a single value");
            return;
        }
        Optional<String> problem = key.get().problem(value);
        problem.ifPresentOrElse(
                text -> problems.add(place + ": " + path + " is '" + value + "' but " + text),
                () -> settings.put(key.get(), new Setting(value, place)));
    }

    private String value(Key key) {
        Setting setting = settings.get(key);
        return setting == null ? key.fallback() : setting.value;
    }

    private int integer(Key key) {
        return Integer.parseInt(value(key));
    }

    private Duration duration(Key key) {
        return Key.duration(value(key)).orElseThrow();
    }

    /** What stands between commas. */
    private List<String> words(Key key) {
        return Arrays.stream(value(key).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private <E extends Enum<E>> E choice(Class<E> type, Key key) {
        return Enum.valueOf(type, value(key).toUpperCase(Locale.ROOT));
    }

    private ServerConfig build(Map<String, String> environment) {
        boolean insecure = Boolean.parseBoolean(value(Key.INSECURE));
        for (Key host : List.of(Key.TCP_HOST, Key.UDP_HOST)) {
            if (!insecure && value(Key.KEYS_FILE).isEmpty() && !isLoopback(value(host))) {
                Setting setting = settings.get(host);
                problems.add(
                        (setting == null ? host.path() : setting.place) + ": " + host.path() + " is '" + value(host)
                                + "', which a network can reach, and devices have no keys; listen on 127.0.0.1 or accept it with"
                                + " insecure: true");
            }
        }
        String dir = value(Key.STORE_DIR);
        String state = environment.get("STATE_DIRECTORY");
        Path store = !dir.isEmpty() ? Path.of(dir) : state != null ? Path.of(state) : null;
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
                        words(Key.METRICS_WINDOWED)),
                new ServerConfig.Store(store),
                new ServerConfig.Keys(value(Key.KEYS_FILE).isEmpty() ? null : Path.of(value(Key.KEYS_FILE))),
                new ServerConfig.Log(value(Key.LOG_LEVEL), logFormat(environment)),
                insecure,
                sources.isEmpty() ? "built-in defaults" : String.join(", ", sources));
    }

    private ServerConfig.Format logFormat(Map<String, String> environment) {
        return switch (value(Key.LOG_FORMAT)) {
            case "text" -> ServerConfig.Format.TEXT;
            case "json" -> ServerConfig.Format.JSON;
            default -> environment.containsKey(TERMINAL) ? ServerConfig.Format.TEXT : ServerConfig.Format.JSON;
        };
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
