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
    /** What only a server or a device can show: cited by the modules server and client-sim, or not yet. Must shrink. */
    private static final Set<String> EXPECTED_ELSEWHERE = Set.of(
            "1.3", "2.7", "3.3.1", "3.3.2", "4.1.3", "4.2.1", "4.2.2", "4.2.3", "4.2.4", "4.2.5", "4.3.1", "4.4.1",
            "4.4.2", "4.5.1", "5.1", "5.2", "5.3", "5.4", "5.5", "5.8", "5.10", "6.2.1", "6.4.1", "6.4.2", "6.5.1",
            "6.5.2", "6.6.1", "7.1.1", "7.2.2", "7.3.3", "8.1", "8.2", "9.1", "9.2", "10.1");

    private static final Pattern CITATIONS = Pattern.compile("SPEC §\\d+(?:\\.\\d+)*(?:,\\s+§\\d+(?:\\.\\d+)*)*");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)*");

    @Test
    void everyMustIsCitedByATest() throws IOException {
        Set<String> wanted = required();
        Set<String> cited = cited();
        cited.retainAll(wanted);
        wanted.removeAll(cited);
        wanted.removeAll(EXPECTED_ELSEWHERE);

        assertThat(wanted).as("paragraphs with MUST that no test cites").isEmpty();
    }

    @Test
    void whatIsCitedIsNoLongerExpectedElsewhere() throws IOException {
        System.out.println(
                "SPEC paragraphs still to be cited by server or client-sim: " + new TreeSet<>(EXPECTED_ELSEWHERE));

        Set<String> settled = cited();
        settled.retainAll(EXPECTED_ELSEWHERE);
        assertThat(settled).as("take these out of EXPECTED_ELSEWHERE").isEmpty();
        assertThat(required()).containsAll(EXPECTED_ELSEWHERE);
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
                return name.equals("target") || name.equals("main") || name.startsWith(".")
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
