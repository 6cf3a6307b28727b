package dev.baliza.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is wrong is said before anything is started. */
class BenchCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--scenario=sigle | there are: single, rows",
                "--seconds=0 | --seconds is 1 to 600",
                "--devices=100000 | --devices is 1 to 10000",
            })
    void refusesWhatItCannotMeasure(String argument, String says) {
        StringWriter err = new StringWriter();
        int status =
                new CommandLine(new BenchCommand()).setErr(new PrintWriter(err)).execute(argument);

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains(says);
    }

    @Test
    void scenariosHaveNamesOfTheirOwnAndFramesOfOneDatagram() {
        assertThat(Scenario.ALL).extracting(Scenario::name).doesNotHaveDuplicates();
        assertThat(Scenario.ALL).allSatisfy(one -> {
            int bytes = new Ring(one.batch(), one.level(), 0, 1, 1).frameBytes();
            assertThat(bytes).isLessThanOrEqualTo(1_400);
        });
    }
}
