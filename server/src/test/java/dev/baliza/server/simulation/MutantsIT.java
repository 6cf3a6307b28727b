package dev.baliza.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The control of the simulation: it must find planted faults. Eight of them in each build; {@code -Dbaliza.mutants=all} runs all and
 * {@code -Dbaliza.mutants=TEXT} those whose name contains it. The figures are in server/docs/MUTANTS.md.
 */
class MutantsIT {
    static final long SEEDS = 500;
    private static final int USUAL = 8;

    /** Those that were found out within the fewest seeds come first by themselves: every seventh of the table. */
    static List<Mutant> some() {
        String wanted = System.getProperty("baliza.mutants", "");
        if (wanted.equals("all")) {
            return Mutants.ALL;
        }
        Stream<Mutant> all = Mutants.ALL.stream();
        if (!wanted.isEmpty()) {
            return all.filter(mutant -> mutant.name().contains(wanted)).toList();
        }
        List<Mutant> some = new ArrayList<>();
        for (int i = 0; i < USUAL; i++) {
            some.add(Mutants.ALL.get(i * Mutants.ALL.size() / USUAL));
        }
        return some;
    }

    @ParameterizedTest
    @MethodSource("some")
    void theSimulationFindsOut(Mutant mutant) throws IOException, ReflectiveOperationException {
        Mutant.Verdict verdict = mutant.run(1, SEEDS);
        assertThat(verdict.law()).as(mutant.name()).isNotEmpty();
    }

    /** Prints the table of MUTANTS.md. */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        for (Mutant mutant : Mutants.ALL) {
            if (arguments.length == 0 || mutant.name().contains(arguments[0])) {
                Mutant.Verdict verdict = mutant.run(1, SEEDS);
                String law = verdict.law().isEmpty() ? "survives" : verdict.law();
                System.out.println("| " + mutant.name() + " | " + law + " | " + verdict.seeds() + " |");
            }
        }
    }
}
