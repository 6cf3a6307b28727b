package dev.baliza.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The small tables of SPEC.md and their enums say the same. */
class CalcAndFileCodesTest {
    private static final SpecText SPEC = SpecText.read();

    /** SPEC §14.2: a refusal of a later version has no name here. SPEC §14.2.4. */
    @Test
    void refusalsAreThoseOfTheSpecification() {
        assertThat(SPEC.table("### 14.2 FILE_ACCEPT (both)").stream().map(row -> String.join(" ", row.subList(0, 3))))
                .containsExactlyElementsOf(Stream.of(FileRefusal.values())
                        .map(one -> one.code() + " " + one + (one.retriable() ? " yes" : " no"))
                        .toList());
        assertThat(FileRefusal.of(FileRefusal.values().length)).isNull();
    }

    /** SPEC §14.4.3. */
    @Test
    void statesAreThoseOfTheSpecification() {
        assertThat(SPEC.table("### 14.4 FILE_DONE (both)").stream().map(row -> row.get(0) + ' ' + row.get(1)))
                .containsExactlyElementsOf(Stream.of(FileState.values())
                        .map(one -> one.code() + " " + one)
                        .toList());
        assertThat(FileState.of(FileState.values().length)).isNull();
    }

    /** SPEC §15.2. */
    @Test
    void resultsOfTokensAreThoseOfTheSpecification() {
        assertThat(SPEC.table("### 15.2 CALC_ANSWER (server → device)").stream()
                        .map(row -> row.get(0) + ' ' + row.get(1)))
                .containsExactlyElementsOf(Stream.of(CalcResult.values())
                        .map(one -> one.code() + " " + one)
                        .toList());
        assertThat(CalcResult.of(-1)).isNull();
    }
}
