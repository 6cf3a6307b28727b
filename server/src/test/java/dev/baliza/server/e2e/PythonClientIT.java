package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Python client: its own tests, and devices over a wire that loses, against this server's books. */
class PythonClientIT {
    private static Python python;

    @BeforeAll
    static void needsPython() throws InterruptedException {
        python = Python.plain();
    }

    @Test
    void itsOwnTestsPass() throws Exception {
        assertThat(python.run("-m", "unittest", "test_baliza", "test_talk")).contains("OK");
    }

    @Test
    void whatItSentIsWhatWasCounted() throws Exception {
        try (RunningServer server = new RunningServer()) {
            List<String> lines =
                    python.run("lossy_run.py", server.devices()).lines().toList();
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
