package dev.baliza.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The control of the simulation: it must find planted faults. Eight of them in each build; {@code -Dbaliza.mutants=all} runs all, and
 * {@code -Dbaliza.mutants=TEXT} those whose name contains it. The figures are in server/docs/MUTANTS.md.
 */
class MutantsIT {
    private static final long SEEDS = 500;
    private static final int THREADS =
            Integer.getInteger("baliza.threads", Runtime.getRuntime().availableProcessors());

    /** Those of each build: of every kind one, and none that needs many seeds. */
    private static final Set<String> USUAL = Set.of(
            "a missing number is not noted",
            "next is one behind",
            "two copies inside one group",
            "acknowledged before the sync",
            "a frame that is lost for good is taken",
            "back taken as a count",
            "a repetition is a conflict",
            "an ACK of level counted says stored");

    static List<Mutant> some() {
        String wanted = System.getProperty("baliza.mutants", "");
        return Mutants.ALL.stream()
                .filter(mutant -> wanted.isEmpty()
                        ? USUAL.contains(mutant.name())
                        : wanted.equals("all") || mutant.name().contains(wanted))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("some")
    void theSimulationFindsOut(Mutant mutant) throws IOException, ReflectiveOperationException {
        Mutant.Verdict verdict = mutant.run(1, SEEDS, THREADS);
        System.out.println("| " + mutant.name() + " | " + verdict.law() + " | " + verdict.seeds() + " |");
        assertThat(verdict.law()).as(mutant.name()).isNotEmpty();
    }
}
