package dev.baliza.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The short form of the benchmark: its books balance and its table is filled. {@code -Dbaliza.bench=NAME,…}: other scenarios. */
class BenchIT {
    @Test
    void booksBalanceUnderLoadAndEveryFigureIsThere() throws Exception {
        Assumptions.assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor: skipped");
        String scenarios = System.getProperty("baliza.bench", "rows,counted");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream usual = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        int status;
        try { // this process is the load, and must not keep the other tests to one processor
            status = new CommandLine(new BenchCommand())
                    .execute("--quick", "--json", "--devices", "100", "--scenario", scenarios, "--load-cpus", "0-1");
        } finally {
            System.setOut(usual);
        }

        assertThat(status).as(out.toString(StandardCharsets.UTF_8)).isZero();
        JsonNode found = new ObjectMapper().readTree(out.toByteArray()).path("scenarios");
        assertThat(found).hasSize(scenarios.split(",", -1).length);
        for (JsonNode one : found) {
            assertThat(one.path("wrong")).as(one.toString()).isEmpty();
            assertThat(one.path("cpuSecondsPerMillionReadings").asDouble()).isPositive();
            assertThat(one.path("sinkCpuSecondsPerMillionReadings").asDouble()).isPositive();
            assertThat(one.path("residentBytes").asLong()).isPositive();
        }
    }
}
