package dev.baliza.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads a configuration file into values with their places. Limits: 1 MiB, 20 levels. Confined to one thread. */
final class YamlFile {
    private static final int MAX_BYTES = 1 << 20;
    /** The composer recurses; a file has two levels. */
    private static final int MAX_DEPTH = 20;

    /** A piece of text and where it stands: {@code file:line:column}. */
    record Item(String text, String place) {}

    /** A key that is in the catalogue, and what the file says about it: one item, or those of a list. */
    record Entry(Key key, String place, List<Item> items) {}

    private final Path file;
    private final Consumer<String> problems;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> firstLines = new HashMap<>();

    private YamlFile(Path file, Consumer<String> problems) {
        this.file = file;
        this.problems = problems;
    }

    /**
     * Reads.
     *
     * @param problems is told what cannot be read or is not in the catalogue; values are not checked here
     */
    static List<Entry> read(Path file, Consumer<String> problems) {
        YamlFile yaml = new YamlFile(file, problems);
        yaml.text().flatMap(yaml::root).ifPresent(yaml::readRoot);
        return yaml.entries;
    }

    private Optional<String> text() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                problems.accept(file + ":1:1: is longer than 1 MiB; this is not a configuration");
                return Optional.empty();
            }
            return decode(bytes);
        } catch (NoSuchFileException e) {
            problems.accept(file + ": there is no such file");
        } catch (IOException e) {
            problems.accept(file + ": cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    private Optional<String> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            problems.accept(file + placeAfter(text) + ": is not UTF-8 text");
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static String placeAfter(String text) {
        int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
        int column = text.codePointCount(text.lastIndexOf('\n') + 1, text.length()) + 1;
        return ":" + line + ":" + column;
    }

    private Optional<Node> root(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setSchema(new CoreSchema()) // where ~ is nothing, too
                .setAllowNonScalarKeys(true) // refused here, with a place
                .build();
        try {
            return isTooDeep(settings, text) ? Optional.empty() : new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            String at = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(YamlFile::place)
                    .orElse(":1:1");
            problems.accept(file + at + ": not YAML: " + e.getProblem());
        } catch (ReaderException e) {
            int end = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
            problems.accept(file
                    + placeAfter(text.substring(0, end))
                    + ": not YAML: the character U+%04X is not allowed".formatted(e.getCodePoint()));
        } catch (YamlEngineException e) {
            problems.accept(file + ":1:1: not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    private boolean isTooDeep(LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                problems.accept(file + event.getStartMark().map(YamlFile::place).orElse("") + ": is nested more than "
                        + MAX_DEPTH + " levels deep; two are enough");
                return true;
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
        return false;
    }

    private void readRoot(Node root) {
        if (root instanceof MappingNode mapping) {
            readMapping("", mapping);
        } else if (!isNothing(root)) {
            problems.accept(place(root) + ": must be a mapping such as 'tcp: {port: 7367}'");
        }
    }

    private void readMapping(String section, MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            if (keyNode instanceof ScalarNode scalar) {
                String name = scalar.getValue();
                readEntry(
                        section.isEmpty() ? name : section + "." + name,
                        place(keyNode),
                        line(keyNode),
                        tuple.getValueNode());
            } else {
                problems.accept(place(keyNode) + ": a key must be a word, not a list or a mapping");
            }
        }
    }

    private void readEntry(String path, String place, int line, Node value) {
        Integer first = firstLines.putIfAbsent(path, line);
        if (first != null) {
            problems.accept(place + ": " + Quote.cut(path) + " is here twice; the first is in line " + first);
        }
        Optional<Key> key = Key.of(path);
        List<Key> section = Key.section(path);
        if (key.isPresent()) {
            readValue(key.get(), place, value);
        } else if (section.isEmpty() || path.isEmpty()) {
            problems.accept(place + ": " + unknown(path, value));
        } else if (value instanceof MappingNode mapping) {
            readMapping(path, mapping);
        } else if (!isNothing(value)) {
            Key example = section.get(0);
            problems.accept(place + ": " + path + " is a section and must hold keys, such as '" + path + ": {"
                    + example.lastPart() + ": " + example.fallback() + "}'");
        }
    }

    private static String unknown(String path, Node value) {
        boolean section = value instanceof MappingNode;
        List<String> known = Arrays.stream(Key.values())
                .map(section ? Key::section : Key::path)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        return "unknown " + (section ? "section" : "key") + " '" + Quote.cut(path) + "'"
                + Suggestion.closest(path, known)
                        .map(s -> "; did you mean '" + s + "'?")
                        .orElse("");
    }

    private void readValue(Key key, String place, Node value) {
        boolean isList = key.isList() && value instanceof SequenceNode;
        List<Node> nodes = isList ? ((SequenceNode) value).getValue() : List.of(value);
        List<Item> items = new ArrayList<>();
        for (Node node : nodes) {
            if (isNothing(node)) {
                problems.accept(place + ": " + key.path() + " has no value; it must be " + key.allowed()
                        + ", or remove the key for its default '" + key.fallback() + "'");
                return;
            }
            if (!(node instanceof ScalarNode scalar)) {
                problems.accept(place + ": " + key.path() + " must be " + (key.isList() ? "" : "a single value: ")
                        + key.allowed());
                return;
            }
            if (key.isList() && !isList) { // one text with commas, as in a variable
                key.split(scalar.getValue()).forEach(part -> items.add(new Item(part, place)));
            } else {
                items.add(new Item(scalar.getValue(), isList ? place(node) : place));
            }
        }
        entries.add(new Entry(key, place, items));
    }

    private static boolean isNothing(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private String place(Node node) {
        return file + node.getStartMark().map(YamlFile::place).orElse("");
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private static String place(Mark mark) {
        return ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
