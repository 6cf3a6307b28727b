package dev.baliza.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the file of {@code operators.programs}: a mapping of names to {@code command}, {@code timeout}, {@code outputBytes} and {@code
 * arguments}. Limits: 64 KiB, 64 programs. Confined to one thread.
 */
final class ProgramFile {
    private static final int MAX_BYTES = 1 << 16;
    private static final int MAX_PROGRAMS = 64;
    private static final int MAX_ARGUMENTS = 16;
    private static final long MAX_OUTPUT_BYTES = 131_072;
    private static final int DEFAULT_OUTPUT_BYTES = 16_384;
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern PLACE = Pattern.compile("\\{([a-z][a-z0-9-]{0,31})\\}");

    private final Path file;
    private final Consumer<String> problems;

    private ProgramFile(Path file, Consumer<String> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** Reads; if there are problems, the result must not be used. */
    static List<Program> read(Path file, Consumer<String> problems) {
        return new ProgramFile(file, problems).programs();
    }

    private void problem(String where, String what) {
        problems.accept(file + ": " + (where.isEmpty() ? "" : where + " ") + what);
    }

    private List<Program> programs() {
        List<Program> programs = new ArrayList<>();
        Object root = root();
        if (root == null) {
            return programs;
        }
        if (!(root instanceof Map<?, ?> map) || map.size() > MAX_PROGRAMS) {
            problem("", "must be a mapping of at most " + MAX_PROGRAMS + " names to programs");
            return programs;
        }
        map.forEach((name, value) -> {
            if (!NAME.matcher(String.valueOf(name)).matches()) {
                problem(Quote.cut(String.valueOf(name)), "must be 1 to 32 of a-z 0-9 - and start with a letter");
            } else if (value instanceof Map<?, ?> body) {
                programs.add(program(String.valueOf(name), body));
            } else {
                problem(String.valueOf(name), "must be a mapping with command, timeout, outputBytes and arguments");
            }
        });
        return programs;
    }

    private @Nullable Object root() {
        try (InputStream in = Files.newInputStream(file)) {
            checkOwner();
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                problem("", "is longer than 64 KiB");
                return null;
            }
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setMaxAliasesForCollections(0)
                    .build();
            return new Load(settings).loadFromString(new String(bytes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            problem("", "there is no such file; it is named by operators.programs");
        } catch (IOException e) {
            problem("", "cannot be read: " + e.getMessage());
        } catch (YamlEngineException e) {
            problem(
                    "",
                    "not YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return null;
    }

    private void checkOwner() throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> have = Files.getPosixFilePermissions(file);
        if (have.contains(PosixFilePermission.GROUP_WRITE) || have.contains(PosixFilePermission.OTHERS_WRITE)) {
            problem("", "others than its owner may write it; run: chmod go-w " + file);
        }
    }

    private Program program(String name, Map<?, ?> body) {
        for (Object key : body.keySet()) {
            if (!Set.of("command", "timeout", "outputBytes", "arguments").contains(String.valueOf(key))) {
                problem(
                        name,
                        "has command, timeout, outputBytes and arguments, not '" + Quote.cut(String.valueOf(key))
                                + "'");
            }
        }
        Map<String, Program.Argument> arguments = arguments(name, body.get("arguments"));
        return new Program(
                name,
                command(name, body.get("command"), arguments.keySet()),
                timeout(name, body.get("timeout")),
                outputBytes(name, body.get("outputBytes")),
                arguments);
    }

    private List<String> command(String name, @Nullable Object value, Set<String> arguments) {
        List<String> command = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(part -> command.add(String.valueOf(part)));
        }
        if (command.isEmpty()
                || command.get(0).contains("{")
                || !Path.of(command.get(0)).isAbsolute()) {
            problem(name, "needs a command: a list that begins with an absolute path, such as [/usr/bin/uptime]");
            return List.of();
        }
        if (!Files.isExecutable(Path.of(command.get(0)))) {
            problem(name, "cannot be started: " + Quote.cut(command.get(0)) + " is no file that this user may execute");
        }
        Set<String> used = new HashSet<>();
        for (String part : command) {
            Matcher place = PLACE.matcher(part);
            if (place.matches()) {
                used.add(place.group(1));
            } else if (part.indexOf('\0') >= 0) {
                problem(name, "has a part with a zero character");
            }
        }
        if (!used.equals(arguments)) {
            problem(
                    name,
                    "must use each of its arguments, and no others, as a part {argument} of its command; used " + used
                            + ", described " + arguments);
        }
        return command;
    }

    private Duration timeout(String name, @Nullable Object value) {
        Duration timeout = value == null
                ? Duration.ofSeconds(30)
                : Key.duration(String.valueOf(value)).orElse(Duration.ZERO);
        if (timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            problem(name, "needs a timeout such as 30s, above 0 and at most 1h");
        }
        return timeout;
    }

    private int outputBytes(String name, @Nullable Object value) {
        long bytes = value == null ? DEFAULT_OUTPUT_BYTES : value instanceof Integer whole ? whole : -1;
        if (bytes < 0 || bytes > MAX_OUTPUT_BYTES) {
            problem(name, "needs outputBytes from 0 to " + MAX_OUTPUT_BYTES);
        }
        return (int) bytes;
    }

    private Map<String, Program.Argument> arguments(String name, @Nullable Object value) {
        Map<String, Program.Argument> arguments = new LinkedHashMap<>();
        if (value == null) {
            return arguments;
        }
        if (!(value instanceof Map<?, ?> map) || map.size() > MAX_ARGUMENTS) {
            problem(name, "may have arguments: a mapping of at most " + MAX_ARGUMENTS + " names");
            return arguments;
        }
        map.forEach((key, body) -> {
            String argument = String.valueOf(key);
            if (!NAME.matcher(argument).matches() || !(body instanceof Map<?, ?> described)) {
                problem(name, advice(argument));
            } else if (described.keySet().equals(Set.of("choices"))
                    && described.get("choices") instanceof List<?> choices
                    && !choices.isEmpty()) {
                arguments.put(
                        argument,
                        new Program.Argument(
                                choices.stream().map(String::valueOf).toList(), 0, 0));
            } else if (described.keySet().equals(Set.of("from", "to"))
                    && described.get("from") instanceof Integer from
                    && described.get("to") instanceof Integer to
                    && from <= to) {
                arguments.put(argument, new Program.Argument(List.of(), from, to));
            } else {
                problem(name, advice(argument));
            }
        });
        return arguments;
    }

    private static String advice(String argument) {
        return "has an argument '" + Quote.cut(argument)
                + "' that is not described as {choices: [a, b]} or {from: 0, to: 9}";
    }
}
