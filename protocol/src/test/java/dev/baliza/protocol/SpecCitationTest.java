package dev.baliza.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every paragraph of SPEC.md that says MUST is cited by a test of some module. */
class SpecCitationTest {

    private static final Pattern CITATIONS = Pattern.compile("SPEC §\\d+(?:\\.\\d+)*(?:,\\s+§\\d+(?:\\.\\d+)*)*");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)*");

    @Test
    void everyMustIsCitedByATest() throws IOException {
        Set<String> wanted = required();
        Set<String> cited = cited();
        cited.retainAll(wanted);
        wanted.removeAll(cited);

        assertThat(wanted).as("paragraphs with MUST that no test cites").isEmpty();
    }

    @Test
    void testsCiteParagraphsThatExist() throws IOException {
        Set<String> threeDeep = cited().stream()
                .filter(number -> number.split("\\.").length == 3)
                .collect(Collectors.toSet());

        assertThat(SpecText.read().paragraphs().keySet()).containsAll(threeDeep);
    }

    private static Set<String> required() {
        return SpecText.read().paragraphs().entrySet().stream()
                .filter(paragraph -> paragraph.getValue().contains("MUST"))
                .map(paragraph -> paragraph.getKey())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Numbers behind {@code SPEC §} in all Java tests of the repository. */
    private static Set<String> cited() throws IOException {
        Set<String> cited = new TreeSet<>();
        Files.walkFileTree(SpecText.root(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = String.valueOf(directory.getFileName());
                boolean root = directory.equals(SpecText.root()); // a checkout may have any name
                return !root && (name.equals("target") || name.equals("main") || name.startsWith("."))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = file.toString().replace('\\', '/');
                if (path.contains("/src/test/java/") && path.endsWith(".java")) {
                    addCitations(Files.readString(file), cited);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return cited;
    }

    private static void addCitations(String text, Set<String> cited) {
        Matcher citations = CITATIONS.matcher(text);
        while (citations.find()) {
            Matcher numbers = NUMBER.matcher(citations.group());
            while (numbers.find()) {
                cited.add(numbers.group());
            }
        }
    }
}
