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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every fault with both deliveries leaves the books exact, with open and with sealed frames. One seed on both transports at once by default;
 * {@code -Dbaliza.seeds=50 -Dbaliza.parallel=6} runs so many for each transport, {@code -Dbaliza.fault=burst} one fault only. It prints a table.
 */
class FaultMatrixIT {
    private static final int DEVICES = 8;
    private static final int SEEDS = Integer.getInteger("baliza.seeds", 1);
    private static final int PARALLEL = Integer.getInteger("baliza.parallel", 2);
    private static final List<String> TRANSPORTS = SEEDS > 1 ? List.of("tcp", "udp") : List.of("mixed");
    private static final List<Fault> FAULTS = Stream.of(Fault.values())
            .filter(fault -> fault.label().matches(System.getProperty("baliza.fault", ".*")))
            .toList();
    private static final List<String> DELIVERIES = List.of("reliable", "best-effort");

    @TempDir
    Path dir;

    private @Nullable Path keys;
    private final Deque<Run> todo = new ArrayDeque<>();
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Cell> table = new TreeMap<>();

    /** One run that is to be made. */
    private record Run(Fault fault, String transport, String delivery, int seed) {
        /** Devices of its own: boards that were written anew come back under packet numbers of the run before. */
        String prefix() {
            return "%s-%s-%s-%d-".formatted(fault.label(), transport, delivery, seed);
        }
    }

    /** What the runs of one kind came to. */
    private static final class Cell {
        private int balanced;
        private int runs;
        private long hits;
    }

    @ParameterizedTest(name = "sealed {0}")
    @ValueSource(booleans = {false, true})
    @Timeout(7_200)
    void theVerdictStaysExact(boolean sealed) throws Exception {
        for (int seed = 1; seed <= SEEDS; seed++) {
            for (Fault fault : FAULTS) {
                for (String transport : TRANSPORTS) {
                    for (String delivery : DELIVERIES) {
                        todo.add(new Run(fault, transport, delivery, seed));
                    }
                }
            }
        }
        if (sealed) {
            keys = FleetKeys.write(
                    dir,
                    todo.stream()
                            .flatMap(run -> FleetKeys.of(run.prefix(), DEVICES, 1).stream())
                            .toList());
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
        table.forEach((kind, cell) -> System.out.println((sealed ? "sealed, fault " : "fault ") + kind + ": balanced "
                + cell.balanced + "/" + cell.runs + ", " + cell.hits + " hits"));
        wrong.forEach(System.out::println);
        assertThat(wrong).isEmpty();
        assertThat(table).hasSize(FAULTS.size() * TRANSPORTS.size() * DELIVERIES.size());
    }

    /** A server of its own for each worker: the verdict also judges the server's sums. */
    private void work() throws Exception {
        Path file = keys;
        try (RunningServer server = file == null ? new RunningServer() : new RunningServer("keys.file=" + file)) {
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
        } else if (!result.text("verdict").equals("balanced")) {
            wrong.add(run + ": " + result.text("verdict") + " " + result.summary());
        }
    }

    private SimRun run(RunningServer server, Run run) throws Exception {
        List<String> options = new ArrayList<>(List.of(
                "--devices=" + DEVICES,
                "--channels=20",
                "--interval=5ms",
                "--duration=" + (run.fault.rate() == Fault.Rate.SECOND ? "2500ms" : "800ms"),
                "--batch=4",
                "--name-prefix=" + run.prefix(),
                "--transport=" + run.transport,
                "--delivery=" + run.delivery,
                "--seed=" + run.seed,
                "--faults=" + run.fault.label() + rate(run.fault)));
        if (keys != null) {
            options.add("--keys=" + keys);
        }
        return SimRun.against(server.devices(), server.http(), dir, options.toArray(String[]::new));
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
