package dev.baliza.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A fault whose place in the source is gone would be found out by nobody. */
class MutantTextsTest {
    @Test
    void everyFaultHasItsPlace() throws IOException {
        for (Mutant mutant : Mutants.ALL) {
            String source = Files.readString(Path.of("src/main/java/dev/baliza/server", mutant.file() + ".java"));
            assertThat(List.of(source.split(Pattern.quote(mutant.original()), -1)))
                    .as("%s, in %s: %s", mutant.name(), mutant.file(), mutant.original())
                    .hasSize(2);
        }
    }
}
