package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.sim.scenario.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every fault on both transports and with both deliveries leaves the books exact. {@code -Dbaliza.seeds=50} for more than one seed
 * each; it prints a table.
 */
class FaultMatrixIT {
    private static final int SEEDS = Integer.getInteger("baliza.seeds", 1);
    private static final List<String> TRANSPORTS = List.of("tcp", "udp");
    private static final List<String> DELIVERIES = List.of("reliable", "best-effort");
    private static final Map<String, String> TABLE = new TreeMap<>();
    private static RunningServer server;

    @TempDir
    Path dir;

    @BeforeAll
    static void start() throws Exception {
        server = new RunningServer();
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(server.get("/api/v1/ledger")).contains("\"imbalance\":0");
        server.close();
        TABLE.forEach((row, cells) -> System.out.println("fault " + row + ": " + cells));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void theVerdictStaysExact(Fault fault) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (String transport : TRANSPORTS) {
            for (String delivery : DELIVERIES) {
                int balanced = 0;
                long hits = 0;
                for (int seed = 1; seed <= SEEDS; seed++) {
                    SimRun run = run(fault, transport, delivery, seed);
                    balanced += run.text("verdict").equals("balanced") ? 1 : 0;
                    hits += run.number("datagramsDamaged") + run.number("connectionsCut") + run.number("boots");
                    run.differences().forEach(d -> wrong.add(transport + " " + delivery + " " + d));
                }
                TABLE.merge(
                        fault.label(),
                        transport + " " + delivery + " " + balanced + "/" + SEEDS
                                + (hits > 0 ? " (" + hits + " hits)" : ""),
                        (a, b) -> a + ", " + b);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private SimRun run(Fault fault, String transport, String delivery, int seed) throws Exception {
        return SimRun.against(
                server.devices(),
                server.http(),
                dir,
                "--devices=8",
                "--channels=18",
                "--interval=10ms",
                "--duration=2500ms",
                "--batch=4",
                "--name-prefix=" + fault.label() + "-",
                "--transport=" + transport,
                "--delivery=" + delivery,
                "--seed=" + seed,
                "--faults=" + fault.label() + rate(fault));
    }

    /** Of those that happen once a second: often enough for a short run. */
    private static String rate(Fault fault) {
        return switch (fault) {
            case REBOOT, REBIND -> "=0.5";
            case REFLASH, CLONE, SKEW, STUCK -> "=0.4";
            default -> "";
        };
    }
}
