package dev.baliza.cli.bench;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code baliza bench}: a server under load beside a sink that only counts. */
@Command(
        name = "bench",
        description = "Measure the server on this machine: rates without loss, processor time, acknowledgements and"
                + " memory, beside a sink that only counts the same datagrams.",
        footer = {
            "",
            "Each scenario starts a server and a sink as processes of their own on free loopback ports. Frames are"
                    + " encoded before; only numbers, time and checksum are written anew.",
            "Exit status: 0 done, 1 the books of a run do not balance or it failed, 2 usage."
        },
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final List<String> QUICK = List.of("single", "rows", "tcp-rows");
    private static final int STEPS = 8;
    private static final int QUICK_STEPS = 1;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration QUICK_RUN = Duration.ofMillis(500);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            split = ",",
            description = "Only these; --scenario list names them.")
    private List<String> names = List.of();

    @Option(names = "--seconds", defaultValue = "3", description = "Of one run, 1–600; default ${DEFAULT-VALUE}.")
    private int seconds = 3;

    @Option(names = "--devices", defaultValue = "1000", description = "1–10000; default ${DEFAULT-VALUE}.")
    private int devices = 1_000;

    @Option(names = "--quick", description = "Three scenarios, short runs: under half a minute, and rough.")
    private boolean quick;

    @Option(
            names = "--curves",
            paramLabel = "DIR",
            description =
                    "Instead: grow a server to 100,000 devices, a million series and 15,000 connections, and write"
                            + " scale.csv and pictures of its memory and scrapes there. Takes some minutes.")
    private @Nullable Path curves;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = "--server-cpus",
            paramLabel = "LIST",
            defaultValue = "1",
            description = "Processors of server and sink, as taskset -c takes them; default ${DEFAULT-VALUE}.")
    private String serverCpus = "1";

    @Option(
            names = "--load-cpus",
            paramLabel = "LIST",
            defaultValue = "0",
            description = "Processors of the load; default ${DEFAULT-VALUE}.")
    private String loadCpus = "0";

    @Option(
            names = "--server-java",
            paramLabel = "OPTION",
            description = "One more option for the server's JVM, such as -Xmx512m; may be repeated.")
    private List<String> serverJava = List.of();

    @Override
    public Integer call() throws InterruptedException {
        if (names.equals(List.of("list"))) {
            Scenario.ALL.forEach(one -> System.out.printf("%-13s %s%n", one.name(), one.text()));
            return 0;
        }
        List<Scenario> chosen = chosen();
        check();
        Cpus cpus = Cpus.choose(serverCpus, loadCpus);
        try {
            cpus.pinSelf();
            if (curves != null) {
                new Curves(cpus, serverJava, curves).draw(System.out);
                return 0;
            }
            return run(chosen, cpus);
        } catch (IOException e) {
            System.err.println("baliza bench: " + e.getMessage());
            return FAILED;
        }
    }

    private List<Scenario> chosen() {
        List<String> wanted = names.isEmpty() && quick ? QUICK : names;
        for (String name : wanted) {
            if (Scenario.ALL.stream().noneMatch(one -> one.name().equals(name))) {
                String all = Scenario.ALL.stream().map(Scenario::name).collect(Collectors.joining(", "));
                throw usage("no scenario '" + name + "'; there are: " + all);
            }
        }
        return Scenario.ALL.stream()
                .filter(one -> wanted.isEmpty() || wanted.contains(one.name()))
                .toList();
    }

    private void check() {
        if (seconds < 1 || seconds > 600) {
            throw usage("--seconds is 1 to 600");
        }
        if (devices < 1 || devices > 10_000) {
            throw usage("--devices is 1 to 10000");
        }
        if (!Epoll.isAvailable()) {
            throw usage("needs Linux with epoll, which does not work here: " + Epoll.unavailabilityCause());
        }
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw usage("needs two processors, one for the server and one for the load; here is one");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec == null ? new CommandLine(this) : spec.commandLine(), message);
    }

    private int run(List<Scenario> chosen, Cpus cpus) throws IOException, InterruptedException {
        BenchRun run = new BenchRun(
                cpus,
                devices,
                quick ? QUICK_RUN : WARM_UP,
                quick ? QUICK_RUN : Duration.ofSeconds(seconds),
                quick ? QUICK_STEPS : STEPS,
                serverJava);
        if (!json) {
            System.out.println(Report.setting(cpus, devices));
            Report.head(System.out);
        }
        List<Result.Figures> all = new ArrayList<>();
        for (Scenario scenario : chosen) {
            Result.Figures figures = run.measure(scenario).figures();
            all.add(figures);
            if (!json) {
                Report.line(System.out, figures);
            }
        }
        if (json) {
            System.out.println(Report.json(cpus, devices, all));
        } else {
            Report.foot(System.out, all);
        }
        return all.stream().allMatch(of -> of.wrong().isEmpty()) ? 0 : FAILED;
    }
}
