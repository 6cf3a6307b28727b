package dev.baliza.sim;

import dev.baliza.sim.report.Summary;
import dev.baliza.sim.scenario.Faults;
import dev.baliza.sim.scenario.Options;
import dev.baliza.sim.scenario.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code baliza sim}: a fleet of virtual devices against a running server, and a verdict on its books. */
@Command(
        name = "sim",
        description = "Simulate a fleet of devices, then compare the server's books with what was sent.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class SimCommand implements Callable<Integer> {
    private static final int UNBALANCED = 1;
    private static final int UNREACHABLE = 69;
    private static final int BROKEN = 70;
    private static final int INTERRUPTED = 130;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--server", paramLabel = "HOST:PORT", description = "Device port, TCP and UDP.")
    private String server = "127.0.0.1:7367";

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "HTTP port of the same server.")
    private String http = "127.0.0.1:7368";

    @Option(names = "--devices", description = "Virtual devices, 1 to 100000.")
    private int devices = 50;

    @Option(names = "--channels", description = "Channels of each device, 1 to 64.")
    private int channels = 3;

    @Option(names = "--interval", description = "Between two vectors, one reading of each channel.")
    private String interval = "1s";

    @Option(names = "--duration", description = "How long to measure.")
    private String duration = "30s";

    @Option(names = "--transport", description = "tcp, udp or mixed.")
    private String transport = "mixed";

    @Option(names = "--delivery", description = "reliable or best-effort.")
    private String delivery = "reliable";

    @Option(
            names = "--batch",
            description = "Vectors in a frame, 1 to 100; fewer where a datagram would be longer than 1200 bytes.")
    private int batch = 10;

    @Option(names = "--seed", description = "Makes signals and faults repeatable; random when left out.")
    private @Nullable Long seed;

    @Option(
            names = "--faults",
            description = "Such as loss=0.05,dup,reorder=0.05,reorder-span=50; a name alone takes its usual rate.")
    private @Nullable String faults;

    @Option(names = "--name-prefix", description = "Devices are named PREFIX0001 and so on.")
    private String namePrefix = "sim-";

    @Option(names = "--summary-json", paramLabel = "FILE", description = "Write the figures here.")
    private @Nullable Path summaryJson;

    @Override
    public Integer call() throws InterruptedException {
        Scenario scenario = scenario();
        boolean terminal = System.getenv("BALIZA_TERMINAL") != null;
        Simulation simulation = new Simulation(scenario, new Progress(System.err, terminal));
        try {
            Summary summary = simulation.runUntilSignal(this::report);
            return simulation.wasInterrupted() ? INTERRUPTED : summary.balanced() ? 0 : UNBALANCED;
        } catch (IOException e) {
            System.err.println("baliza sim: the server's HTTP port " + http + " cannot be read: " + e
                    + "; is it running? Start it with: baliza server");
            return UNREACHABLE;
        } catch (IllegalStateException e) {
            System.err.println("baliza sim: " + e.getMessage());
            return BROKEN;
        }
    }

    private void report(Summary summary) {
        summary.print(System.out);
        System.out.flush();
        if (summaryJson != null) {
            try {
                summary.writeJson(summaryJson);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + summaryJson, e);
            }
        }
    }

    private Scenario scenario() {
        try {
            return new Scenario(
                    Options.endpoint(server),
                    Options.endpoint(http),
                    devices,
                    channels,
                    duration(interval),
                    duration(duration),
                    choice(Scenario.TransportMix.class, "--transport", transport),
                    choice(Scenario.Delivery.class, "--delivery", delivery),
                    batch,
                    seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed,
                    faults == null ? Faults.NONE : Faults.parse(faults),
                    namePrefix);
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }

    private static Duration duration(String text) {
        return Options.duration(text);
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String option, String text) {
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            StringBuilder allowed = new StringBuilder();
            for (E one : type.getEnumConstants()) {
                allowed.append(' ').append(one.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            }
            throw new IllegalArgumentException(option + " must be one of" + allowed + ", not '" + text + "'", e);
        }
    }
}
