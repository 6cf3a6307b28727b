package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Python client: its own tests, and devices over a wire that loses, against this server's books. */
class PythonClientIT {
    private static final Path CLIENT =
            Path.of("../protocol/clients/python").toAbsolutePath().normalize();

    @BeforeAll
    static void needsPython() throws InterruptedException {
        boolean found = false;
        try {
            found = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            // not installed
        }
        if (!found && "true".equals(System.getenv("CI"))) {
            throw new IllegalStateException("python3 is missing, and CI=true allows no skipping");
        }
        if (!found) {
            System.out.println("skipped: python3 is not installed");
        }
        assumeTrue(found, "python3 is not installed");
    }

    private static String python(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-B"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(CLIENT.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void itsOwnTestsPass() throws Exception {
        assertThat(python("-m", "unittest", "test_baliza")).contains("OK");
    }

    @Test
    void whatItSentIsWhatWasCounted() throws Exception {
        try (RunningServer server = new RunningServer()) {
            List<String> lines =
                    python("lossy_run.py", server.devices()).lines().toList();
            assertThat(lines).hasSize(8);
            for (String line : lines) {
                String[] fields = line.split(" ", -1);
                JsonNode device = new ObjectMapper().readTree(server.get("/api/v1/devices/" + fields[0]));
                assertThat(device.path("ledger").path("accepted").asLong())
                        .as(line)
                        .isEqualTo(Long.parseLong(fields[1]));
                assertThat(device.path("ledger").path("lost").asLong()
                                + device.path("ledger").path("missing").asLong()
                                + device.path("ledger").path("outstanding").asLong())
                        .isZero();
                assertThat(device.path("readings").asLong()).as(line).isEqualTo(Long.parseLong(fields[2]));
            }
            assertThat(server.get("/api/v1/ledger")).contains("\"imbalance\":0");
        }
    }
}
