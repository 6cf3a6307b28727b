package dev.baliza.sim.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Options of a run in YAML: one of those that come with Baliza, by name, or a file. What the command line says wins.
 *
 * @param options by the name of the option without its dashes
 * @param thresholds as for {@code --threshold}
 */
public record ScenarioFile(Map<String, String> options, List<String> thresholds) {
    public static final ScenarioFile NONE = new ScenarioFile(Map.of(), List.of());
    public static final List<String> BUILT_IN = List.of("steady", "burst", "storm-reconnect", "lossy-field", "sleepy");

    private static final Set<String> KEYS = Set.of(
            "devices",
            "channels",
            "interval",
            "duration",
            "transport",
            "delivery",
            "batch",
            "encoding",
            "seed",
            "faults",
            "name-prefix",
            "events");
    private static final String THRESHOLDS = "thresholds";

    public ScenarioFile {
        options = Map.copyOf(options);
        thresholds = List.copyOf(thresholds);
    }

    /**
     * Reads a built-in scenario or a file.
     *
     * @throws IllegalArgumentException with the place and what to write instead
     */
    public static ScenarioFile load(String nameOrFile) {
        if (BUILT_IN.contains(nameOrFile)) {
            try (InputStream in = ScenarioFile.class.getResourceAsStream(nameOrFile + ".yaml")) {
                if (in == null) {
                    throw new IllegalStateException("scenario " + nameOrFile + " is not in this jar");
                }
                return parse(nameOrFile, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new IllegalStateException("scenario " + nameOrFile, e);
            }
        }
        try {
            return parse(nameOrFile, Files.readString(Path.of(nameOrFile)));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--scenario " + nameOrFile + ": no such file; built in are " + String.join(", ", BUILT_IN), e);
        }
    }

    static ScenarioFile parse(String source, String yaml) {
        LoadSettings settings = LoadSettings.builder().setLabel(source).build();
        Node root;
        try {
            root = new Compose(settings).composeString(yaml).orElse(null);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
        }
        if (root == null) {
            return NONE;
        }
        if (!(root instanceof MappingNode mapping)) {
            throw wrong(source, root, "expected 'name: value' lines, such as devices: 100");
        }
        Map<String, String> options = new LinkedHashMap<>();
        List<String> thresholds = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode());
            Node value = tuple.getValueNode();
            if (THRESHOLDS.equals(key)) {
                thresholds.addAll(list(source, value));
            } else if (key != null && KEYS.contains(key)) {
                options.put(key, "faults".equals(key) ? faults(source, value) : scalar(source, value));
            } else {
                String known = KEYS.stream().sorted().collect(Collectors.joining(", "));
                throw wrong(
                        source,
                        tuple.getKeyNode(),
                        "unknown key '" + key + "'; there are " + known + ", " + THRESHOLDS);
            }
        }
        return new ScenarioFile(options, thresholds);
    }

    private static @Nullable String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }

    private static String scalar(String source, Node node) {
        String text = text(node);
        if (text == null) {
            throw wrong(source, node, "expected one value");
        }
        return text;
    }

    private static List<String> list(String source, Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            return List.of(scalar(source, node));
        }
        return sequence.getValue().stream().map(one -> scalar(source, one)).toList();
    }

    /** As on the command line, or as a map of names and numbers. */
    private static String faults(String source, Node node) {
        if (!(node instanceof MappingNode mapping)) {
            return scalar(source, node);
        }
        return mapping.getValue().stream()
                .map(one -> scalar(source, one.getKeyNode()) + "=" + scalar(source, one.getValueNode()))
                .collect(Collectors.joining(","));
    }

    private static IllegalArgumentException wrong(String source, Node node, String advice) {
        String place = node.getStartMark()
                .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                .orElse("");
        return new IllegalArgumentException(source + place + ": " + advice);
    }
}
