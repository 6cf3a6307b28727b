package dev.baliza.sim;

import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.sim.report.Summary;
import dev.baliza.sim.report.Threshold;
import dev.baliza.sim.scenario.Fault;
import dev.baliza.sim.scenario.Faults;
import dev.baliza.sim.scenario.Options;
import dev.baliza.sim.scenario.Scenario;
import dev.baliza.sim.scenario.ScenarioFile;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code baliza sim}: a fleet of virtual devices against a running server, and a verdict on its books. */
@Command(
        name = "sim",
        description = "Simulate a fleet of devices, then compare the server's books with what was sent.",
        footer = {
            "",
            "Exit codes: 0 balanced; 1 unbalanced; 2 wrong options; 69 server not reachable; 70 the simulator broke;",
            "73 the summary cannot be written; 99 a threshold was missed; 130 stopped by a signal."
        },
        mixinStandardHelpOptions = true)
public final class SimCommand implements Callable<Integer> {
    private static final long TLS_MILLIS = 3_000;
    private static final int UNBALANCED = 1;
    private static final int UNREACHABLE = 69;
    private static final int BROKEN = 70;
    private static final int CANNOT_WRITE = 73;
    private static final int THRESHOLD_MISSED = 99;
    private static final int INTERRUPTED = 130;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "Device port, TCP and UDP (${DEFAULT-VALUE}).",
            defaultValue = "127.0.0.1:7367")
    private String server = "";

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|URL",
            description = "HTTP port of the same server (${DEFAULT-VALUE}); https://HOST:PORT where it has http.tls.",
            defaultValue = "127.0.0.1:7368")
    private String http = "";

    @Option(
            names = "--scenario",
            paramLabel = "NAME|FILE",
            description = "Options from a YAML file, or one of steady, burst, storm-reconnect, lossy-field, sleepy;"
                    + " options given here win.")
    private @Nullable String scenarioFile;

    @Option(names = "--devices", paramLabel = "N", description = "Virtual devices, 1 to 100000 (50).")
    private @Nullable String devices;

    @Option(
            names = "--channels",
            paramLabel = "N",
            description = "Channels of each device, 1 to 64 (3); 20 have every type of value.")
    private @Nullable String channels;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            description = "Between two vectors, one reading of each channel (1s).")
    private @Nullable String interval;

    @Option(names = "--duration", paramLabel = "TIME", description = "How long to measure (30s).")
    private @Nullable String duration;

    @Option(names = "--transport", paramLabel = "KIND", description = "tcp, udp or mixed (mixed).")
    private @Nullable String transport;

    @Option(names = "--delivery", paramLabel = "KIND", description = "reliable or best-effort (reliable).")
    private @Nullable String delivery;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Vectors in a frame, 1 to 100 (10); fewer where a datagram would be longer than 1200 bytes.")
    private @Nullable String batch;

    @Option(
            names = "--encoding",
            paramLabel = "KIND",
            description = "rows, columns or mixed (mixed): how the described channels are sent.")
    private @Nullable String encoding;

    @Option(
            names = "--events",
            paramLabel = "RATE",
            description = "Texts and events (text and JSON) of each device per second, 0 to 1000; 0.1 is one in ten"
                    + " seconds (0).")
    private @Nullable String events;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Makes signals and faults repeatable; random when left out.")
    private @Nullable String seed;

    @Option(
            names = "--faults",
            paramLabel = "LIST",
            description = "Such as loss=0.05,dup,reorder=0.05,reorder-span=50; a name alone takes its usual rate."
                    + " --faults help lists them.")
    private @Nullable String faults;

    @Option(
            names = "--threshold",
            arity = "1..*",
            paramLabel = "RULE",
            description = "A figure the run must reach, such as 'ack.p99<50ms' or 'lost==0'; else exit code 99.")
    private List<String> thresholds = new ArrayList<>();

    @Option(names = "--name-prefix", paramLabel = "TEXT", description = "Devices are named TEXT0001 and so on (sim-).")
    private @Nullable String namePrefix;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "Device keys: devices named in it seal their frames, as the server's keys.file asks.")
    private @Nullable Path keys;

    @Mixin
    private TlsChoice tls = new TlsChoice();

    @Mixin
    private WebOptions webOptions = new WebOptions();

    @Option(names = "--summary-json", paramLabel = "FILE", description = "Write the figures here.")
    private @Nullable Path summaryJson;

    @Override
    public Integer call() throws InterruptedException {
        if ("help".equals(faults)) {
            printFaults();
            return 0;
        }
        List<Threshold> rules = new ArrayList<>();
        Scenario scenario = scenario(rules);
        String tlsProblem = tlsProblem(scenario);
        if (tlsProblem != null) {
            System.err.println("baliza sim: " + server + ": " + tlsProblem);
            return UNREACHABLE;
        }
        boolean terminal = System.getenv("BALIZA_TERMINAL") != null;
        Simulation simulation = new Simulation(scenario, new Progress(System.err, terminal));
        try {
            AtomicBoolean written = new AtomicBoolean(true);
            Summary summary = simulation.runUntilSignal(one -> {
                one.print(System.out, rules);
                written.set(summaryJson == null || write(one, summaryJson)); // a signal ends the process behind this
            });
            if (!written.get()) {
                return CANNOT_WRITE;
            }
            if (simulation.wasInterrupted()) {
                return INTERRUPTED;
            }
            boolean reached = rules.stream().allMatch(rule -> rule.holds(summary));
            return !summary.balanced() ? UNBALANCED : reached ? 0 : THRESHOLD_MISSED;
        } catch (IOException e) {
            System.err.println("baliza sim: the books on the server's HTTP port " + http + " cannot be read: "
                    + (e instanceof ConnectException ? "connection refused" : e)
                    + "; is the server running? Start it with: baliza server; look closer with: baliza doctor " + server
                    + " --http " + http);
            return UNREACHABLE;
        } catch (IllegalStateException e) {
            System.err.println("baliza sim: " + e.getMessage());
            return BROKEN;
        }
    }

    /** Why no device would come up; better said at once than by each of them for as long as the run takes. */
    private static @Nullable String tlsProblem(Scenario scenario) throws InterruptedException {
        TlsContext context = scenario.tls();
        if (context == null || scenario.transport() == Scenario.TransportMix.UDP) {
            return null;
        }
        try (StationLink link = new StationLink(scenario.server(), true, context)) {
            return link.awaitUp(TLS_MILLIS) ? null : link.tlsProblem();
        }
    }

    private static boolean write(Summary summary, Path file) {
        try {
            summary.writeJson(file);
            return true;
        } catch (IOException e) {
            System.err.println("baliza sim: cannot write --summary-json " + file + ": " + e);
            return false;
        }
    }

    private static void printFaults() {
        for (Fault fault : Fault.values()) {
            System.out.println(fault.help());
        }
        System.out.println("burst-length=N: frames in a burst on average (20)");
        System.out.println("reorder-span=N: later frames that overtake one (50)");
        System.out.println("delay-time=TIME: longest delay (200ms)");
    }

    private Scenario scenario(List<Threshold> rules) {
        try {
            ScenarioFile file = scenarioFile == null ? ScenarioFile.NONE : ScenarioFile.load(scenarioFile);
            Map<String, String> preset = file.options();
            file.thresholds().forEach(text -> rules.add(Threshold.parse(text)));
            thresholds.forEach(text -> rules.add(Threshold.parse(text)));
            String seedText = pick(seed, preset, "seed", "");
            String faultText = pick(faults, preset, "faults", "");
            return new Scenario(
                    Options.endpoint(server),
                    webOptions.server(http, tls.options()),
                    Options.whole("--devices", pick(devices, preset, "devices", "50"), 1, 100_000),
                    Options.whole("--channels", pick(channels, preset, "channels", "3"), 1, 64),
                    Options.duration(pick(interval, preset, "interval", "1s")),
                    Options.duration(pick(duration, preset, "duration", "30s")),
                    choice(Scenario.TransportMix.class, "--transport", pick(transport, preset, "transport", "mixed")),
                    choice(Scenario.Delivery.class, "--delivery", pick(delivery, preset, "delivery", "reliable")),
                    Options.whole("--batch", pick(batch, preset, "batch", "10"), 1, 100),
                    choice(Scenario.EncodingMix.class, "--encoding", pick(encoding, preset, "encoding", "mixed")),
                    seedText.isEmpty()
                            ? ThreadLocalRandom.current().nextInt(1_000_000)
                            : Options.whole("--seed", seedText, Integer.MIN_VALUE, Integer.MAX_VALUE),
                    faultText.isEmpty() ? Faults.NONE : Faults.parse(faultText),
                    pick(namePrefix, preset, "name-prefix", "sim-"),
                    keys == null ? KeyRing.EMPTY : KeyFile.ring(keys),
                    Options.rate("--events", pick(events, preset, "events", "0")),
                    tls.context(false));
        } catch (IllegalArgumentException | KeyFile.KeyFileException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }

    private static String pick(@Nullable String given, Map<String, String> preset, String key, String usual) {
        return given != null ? given : preset.getOrDefault(key, usual);
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
