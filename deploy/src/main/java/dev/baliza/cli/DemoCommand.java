package dev.baliza.cli;

import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.BalizaServer;
import dev.baliza.server.StartException;
import dev.baliza.server.config.ConfigException;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.ServerConfig;
import dev.baliza.sim.Progress;
import dev.baliza.sim.Simulation;
import dev.baliza.sim.report.Summary;
import dev.baliza.sim.scenario.Faults;
import dev.baliza.sim.scenario.Options;
import dev.baliza.sim.scenario.Scenario;
import dev.baliza.sim.scenario.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code baliza demo}: a server and a fleet with a little loss, in one process, until Ctrl-C. */
@Command(
        name = "demo",
        description = "Run a server and 50 virtual devices in one process; Ctrl-C prints the verdict.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final int UNBALANCED = 1;
    private static final int BAD_CONFIG = 78;
    /** The verdict takes up to 40 s, the drain a few. */
    private static final long END_SECONDS = 60;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "As of baliza server, such as http.port=8080.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--duration", description = "End by itself after so long, such as 20s.")
    private @Nullable String duration;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Instant begin = Instant.now();
        Duration length = length();
        if (settings.stream().anyMatch(setting -> setting.startsWith("store."))) {
            return run(begin, length);
        }
        Path directory = Files.createTempDirectory("baliza-demo");
        CountDownLatch deleted = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitEnd(deleted), "baliza-demo-stop"));
        try {
            settings.add("store.dir=" + directory);
            return run(begin, length);
        } finally {
            delete(directory);
            deleted.countDown();
        }
    }

    /** After a signal the process lasts until the server has drained and its directory is gone, for so long at most. */
    private static void awaitEnd(CountDownLatch deleted) {
        try {
            deleted.await(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private int run(Instant begin, Duration length) throws IOException, InterruptedException {
        try (BalizaServer server = BalizaServer.start(config())) {
            System.out.println(server.readyLine(Duration.between(begin, Instant.now())));
            String http = server.httpUrl();
            System.out.println("page     " + http + "/");
            System.out.println("metrics  " + http + "/metrics");
            System.out.println("try      baliza send --device lab-1 temperature=21.5Cel    (Ctrl-C here: the verdict)");
            System.out.flush();
            Scenario scenario = new Scenario(
                    Options.endpoint(BalizaServer.text(server.udpAddress())),
                    WebServer.of(http, null, null),
                    50,
                    3,
                    Duration.ofMillis(500),
                    length,
                    server.tcpAddress().equals(server.udpAddress())
                            ? Scenario.TransportMix.MIXED
                            : Scenario.TransportMix.UDP,
                    Scenario.Delivery.RELIABLE,
                    2,
                    Scenario.EncodingMix.MIXED,
                    ThreadLocalRandom.current().nextInt(1_000_000),
                    Faults.parse("loss=0.02,dup=0.01,reorder=0.02,reorder-span=50"),
                    "demo-",
                    KeyRing.EMPTY,
                    0.05,
                    null);
            return simulate(scenario);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> System.err.println("baliza: " + problem));
            return BAD_CONFIG;
        } catch (StartException e) {
            System.err.println("baliza: " + e.getMessage());
            return e.exitStatus();
        }
    }

    private ServerConfig config() throws ConfigException {
        ServerConfig config = ConfigLoader.load(null, System.getenv(), settings);
        if (config.tls() != null || config.http().auth() != null) {
            throw usage("the demo has neither TLS nor users; use baliza server and baliza sim");
        }
        return config;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec == null ? new CommandLine(this) : spec.commandLine(), message);
    }

    private Duration length() {
        try {
            return duration == null ? Duration.ofDays(365) : Options.duration(duration);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private static int simulate(Scenario scenario) throws IOException, InterruptedException {
        Simulation simulation =
                new Simulation(scenario, new Progress(System.err, System.getenv("BALIZA_TERMINAL") != null));
        Summary summary = simulation.runUntilSignal(done -> {
            done.print(System.out, List.of());
            System.out.flush();
        });
        return summary.balanced() ? 0 : UNBALANCED;
    }
}
