package dev.baliza.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** SPEC.md as tests need it. */
final class SpecText {
    private static final Pattern PARAGRAPH = Pattern.compile("- \\*\\*(\\d+(?:\\.\\d+)+)\\*\\* (.*)");

    private final List<String> lines;

    private SpecText(List<String> lines) {
        this.lines = lines;
    }

    static SpecText read() {
        try {
            return new SpecText(Files.readAllLines(root().resolve("protocol/SPEC.md")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The repository: the outermost directory with a pom.xml. */
    static Path root() {
        Path root = Path.of("").toAbsolutePath();
        for (Path at = root; at != null && Files.exists(at.resolve("pom.xml")); at = at.getParent()) {
            root = at;
        }
        return root;
    }

    /** Numbered paragraphs, without line breaks. */
    Map<String, String> paragraphs() {
        Map<String, String> paragraphs = new LinkedHashMap<>();
        String number = "";
        for (String line : lines) {
            Matcher start = PARAGRAPH.matcher(line);
            if (start.matches()) {
                number = start.group(1);
                if (paragraphs.put(number, start.group(2)) != null) {
                    throw new IllegalStateException("two paragraphs " + number);
                }
            } else if (line.startsWith("  ") && !number.isEmpty()) {
                paragraphs.merge(number, line.strip(), (text, more) -> text + ' ' + more);
            } else {
                number = "";
            }
        }
        return paragraphs;
    }

    /** Rows of the first table behind a heading, cells stripped, without its head. */
    List<List<String>> table(String heading) {
        int at = lines.indexOf(heading);
        if (at < 0) {
            throw new IllegalStateException("no heading " + heading);
        }
        while (!lines.get(at).startsWith("|---")) {
            at++;
        }
        List<List<String>> rows = new ArrayList<>();
        for (at++; lines.get(at).startsWith("|"); at++) {
            rows.add(Stream.of(lines.get(at).substring(1).split("\\|", -1))
                    .map(String::strip)
                    .toList());
        }
        return rows;
    }
}
