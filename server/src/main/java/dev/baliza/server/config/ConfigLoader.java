package dev.baliza.server.config;

import dev.baliza.server.config.EffectiveConfig.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the configuration from its sources and reports all problems together. Confined to one thread. */
public final class ConfigLoader {
    private static final String PREFIX = "BALIZA_";
    /** Variables of the launcher and of other commands, not of the server. */
    private static final List<String> NOT_OURS = List.of(
            "BALIZA_JAVA_OPTS", "BALIZA_CLASSPATH", "BALIZA_ARCHIVES", "BALIZA_PASSWORD_FILE", ConfigBuilder.TERMINAL);

    private static final int MOST_PROBLEMS = 100;

    /** Finds the address of a host name. */
    @FunctionalInterface
    interface Resolver {
        InetAddress resolve(String host) throws UnknownHostException;
    }

    private final Map<Key, Setting> settings = new EnumMap<>(Key.class);
    private final List<String> problems = new ArrayList<>();

    private ConfigLoader() {}

    /**
     * Loads.
     *
     * @param file YAML, or null for none
     * @param environment variables; those that start with BALIZA_ are read
     * @param flags {@code key=value}, in order; later ones win
     * @throws ConfigException with all problems
     */
    public static ServerConfig load(@Nullable Path file, Map<String, String> environment, List<String> flags)
            throws ConfigException {
        return read(file, environment, flags).values();
    }

    /** Loads as {@link #load} does, and keeps where each value came from. */
    public static EffectiveConfig read(@Nullable Path file, Map<String, String> environment, List<String> flags)
            throws ConfigException {
        return read(file, environment, flags, InetAddress::getByName);
    }

    static EffectiveConfig read(
            @Nullable Path file, Map<String, String> environment, List<String> flags, Resolver resolver)
            throws ConfigException {
        ConfigLoader loader = new ConfigLoader();
        if (file != null) {
            YamlFile.read(file, loader.problems::add).forEach(loader::set);
        }
        loader.readEnvironment(environment);
        loader.readFlags(flags);
        ServerConfig config = new ConfigBuilder(loader.settings, environment, resolver, loader.problems::add)
                .build(file == null ? "built-in defaults" : file.toString());
        if (!loader.problems.isEmpty()) {
            throw new ConfigException(shown(loader.problems));
        }
        return new EffectiveConfig(config, loader.settings);
    }

    private static List<String> shown(List<String> problems) {
        List<String> shown = new ArrayList<>(
                problems.stream().limit(MOST_PROBLEMS).map(Quote::printable).toList());
        if (problems.size() > MOST_PROBLEMS) {
            shown.add("and " + (problems.size() - MOST_PROBLEMS) + " more problems");
        }
        return shown;
    }

    private void readEnvironment(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!name.startsWith(PREFIX) || NOT_OURS.contains(name)) {
                return;
            }
            String place = "environment " + name;
            if (isFromKubernetes(name, value)) {
                problems.add(place + ": is not a setting; Kubernetes adds it for a Service of that name."
                        + " Set enableServiceLinks: false in the pod");
                return;
            }
            Arrays.stream(Key.values())
                    .filter(k -> k.environmentName().equals(name))
                    .findFirst()
                    .ifPresentOrElse(
                            key -> set(key, value, place),
                            () -> problems.add(place + ": unknown variable" + environmentHint(name)));
        });
    }

    /** As {@code BALIZA_SERVICE_HOST}, {@code BALIZA_PORT=tcp://10.0.0.1:7367} and {@code BALIZA_UDP_PORT=udp://…}. */
    private static boolean isFromKubernetes(String name, String value) {
        return name.endsWith("_SERVICE_HOST")
                || name.contains("_SERVICE_PORT")
                || name.matches(".*_PORT_[0-9]+_(TCP|UDP)(_.*)?")
                || value.startsWith("tcp://")
                || value.startsWith("udp://");
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
                problems.add("--set " + Quote.cut(flag) + ": must be key=value, such as tcp.port=7367");
                continue;
            }
            String path = flag.substring(0, equals);
            String place = "--set " + Quote.cut(path);
            Optional<Key> key = Key.of(path);
            if (key.isPresent()) {
                set(key.get(), flag.substring(equals + 1), place);
            } else {
                String hint = Suggestion.closest(
                                path, Arrays.stream(Key.values()).map(Key::path).toList())
                        .map(s -> "; did you mean '" + s + "'?")
                        .orElse("");
                problems.add(place + ": unknown key" + hint);
            }
        }
    }

    private void set(Key key, String value, String place) {
        List<String> values = key.isList() ? key.split(value) : List.of(value);
        set(new YamlFile.Entry(
                key,
                place,
                values.stream().map(v -> new YamlFile.Item(v, place)).toList()));
    }

    private void set(YamlFile.Entry entry) {
        Key key = entry.key();
        boolean fine = true;
        List<String> values = new ArrayList<>();
        for (YamlFile.Item item : entry.items()) {
            Optional<String> problem = key.problem(item.text());
            problem.ifPresent(text -> problems.add(
                    item.place() + ": " + key.path() + " is '" + Quote.cut(item.text()) + "' but " + text));
            fine &= problem.isEmpty();
            values.add(item.text());
        }
        if (fine) {
            key.conflicts(values).forEach((index, text) -> {
                YamlFile.Item item = entry.items().get(index);
                problems.add(item.place() + ": " + key.path() + " is '" + Quote.cut(item.text()) + "' but " + text);
            });
            settings.put(key, new Setting(String.join(", ", values), entry.place()));
        }
    }
}
