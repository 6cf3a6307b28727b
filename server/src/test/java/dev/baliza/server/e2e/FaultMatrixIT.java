package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.sim.scenario.Fault;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fault with both deliveries leaves the books exact. One seed on both transports at once by default;
 * {@code -Dbaliza.seeds=50 -Dbaliza.parallel=6} runs so many for each transport, {@code -Dbaliza.fault=burst} one fault only. It prints a table.
 */
class FaultMatrixIT {
    private static final int SEEDS = Integer.getInteger("baliza.seeds", 1);
    private static final int PARALLEL = Integer.getInteger("baliza.parallel", 2);
    private static final List<String> TRANSPORTS = SEEDS > 1 ? List.of("tcp", "udp") : List.of("mixed");
    private static final List<Fault> FAULTS = Stream.of(Fault.values())
            .filter(fault -> fault.label().matches(System.getProperty("baliza.fault", ".*")))
            .toList();
    private static final List<String> DELIVERIES = List.of("reliable", "best-effort");

    @TempDir
    Path dir;

    private final Deque<Run> todo = new ArrayDeque<>();
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Cell> table = new TreeMap<>();

    /** One run that is to be made. */
    private record Run(Fault fault, String transport, String delivery, int seed) {}

    /** What the runs of one kind came to. */
    private static final class Cell {
        private int balanced;
        private int runs;
        private long hits;
    }

    @Test
    @Timeout(7_200)
    void theVerdictStaysExact() throws Exception {
        for (int seed = 1; seed <= SEEDS; seed++) {
            for (Fault fault : FAULTS) {
                for (String transport : TRANSPORTS) {
                    for (String delivery : DELIVERIES) {
                        todo.add(new Run(fault, transport, delivery, seed));
                    }
                }
            }
        }
        ExecutorService pool = Executors.newFixedThreadPool(PARALLEL);
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < PARALLEL; i++) {
            workers.add(pool.submit(() -> {
                work();
                return null;
            }));
        }
        for (Future<?> worker : workers) {
            worker.get();
        }
        pool.shutdown();
        table.forEach((kind, cell) -> System.out.println(
                "fault " + kind + ": balanced " + cell.balanced + "/" + cell.runs + ", " + cell.hits + " hits"));
        wrong.forEach(System.out::println);
        assertThat(wrong).isEmpty();
        assertThat(table).hasSize(FAULTS.size() * TRANSPORTS.size() * DELIVERIES.size());
    }

    /** A server of its own for each worker: the verdict also judges the server's sums. */
    private void work() throws Exception {
        try (RunningServer server = new RunningServer()) {
            for (Run next = next(); next != null; next = next()) {
                note(next, run(server, next));
            }
            assertThat(server.get("/api/v1/ledger")).contains("\"imbalance\":0");
        }
    }

    private synchronized @Nullable Run next() {
        return todo.poll();
    }

    private synchronized void note(Run run, SimRun result) {
        Cell cell = table.computeIfAbsent(
                "%-9s %-5s %-11s".formatted(run.fault.label(), run.transport, run.delivery), key -> new Cell());
        cell.runs++;
        cell.balanced += result.text("verdict").equals("balanced") ? 1 : 0;
        cell.hits += result.number("datagramsDamaged")
                + result.number("connectionsCut")
                + result.number("boots")
                + result.number("framesDuplicate");
        if (!result.differences().isEmpty()) {
            wrong.add(run + ": " + result.differences());
        }
    }

    private SimRun run(RunningServer server, Run run) throws Exception {
        return SimRun.against(
                server.devices(),
                server.http(),
                dir,
                "--devices=8",
                "--channels=20",
                "--interval=5ms",
                "--duration=" + (run.fault.rate() == Fault.Rate.SECOND ? "2500ms" : "800ms"),
                "--batch=4",
                "--name-prefix=" + run.fault.label() + "-",
                "--transport=" + run.transport,
                "--delivery=" + run.delivery,
                "--seed=" + run.seed,
                "--faults=" + run.fault.label() + rate(run.fault));
    }

    /** Often enough for a short run of few devices. */
    private static String rate(Fault fault) {
        return switch (fault.rate()) {
            case SECOND -> "=0.6";
            case DEVICE -> "=0.4";
            default -> "";
        };
    }
}
