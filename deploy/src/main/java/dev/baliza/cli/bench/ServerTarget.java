package dev.baliza.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baliza.sim.report.ServerBooks;
import dev.baliza.sim.scenario.Options;
import dev.baliza.sim.scenario.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code baliza server} in a process of its own on free ports of the loopback, with the devices of a scenario. */
final class ServerTarget implements Target {
    private static final Pattern READY =
            Pattern.compile("ready in .*: (?:tcp ([^,]+), udp|tcp\\+udp) (\\S+) .*http://([^/]+)/");
    /** What does not come within it after the last that came, does not come. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private static final long DRAIN_MILLIS = 50;

    private final Child server;
    private final ServerBooks books;
    private final Generator generator;
    private final Scenario scenario;
    private final int describes;
    private final InetSocketAddress devicePort;
    private final String http;

    private ServerTarget(
            Child server,
            Generator generator,
            Scenario scenario,
            int describes,
            InetSocketAddress devicePort,
            String http) {
        this.server = server;
        this.devicePort = devicePort;
        this.http = http;
        books = new ServerBooks(WebServer.of(http, null, null));
        this.generator = generator;
        this.scenario = scenario;
        this.describes = describes;
    }

    /**
     * Starts it and has the devices describe themselves.
     *
     * @param options more for its JVM
     * @param directory for its data; null: it stores nothing
     */
    static ServerTarget start(Scenario scenario, int devices, Cpus cpus, List<String> options, @Nullable Path directory)
            throws IOException, InterruptedException {
        List<String> command = cpus.java(options);
        command.addAll(List.of("dev.baliza.cli.Main", "server"));
        List<String> settings = new ArrayList<>(List.of(
                "log.format=text",
                "tcp.port=0",
                "udp.port=0",
                "http.port=0",
                "tcp.maxConnections=100000",
                "limits.maxDevices=200000",
                "limits.maxSeries=2000000"));
        settings.add(directory == null ? "store.enabled=false" : "store.dir=" + directory);
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        Child server = Child.start(command);
        try {
            Matcher ready = READY.matcher(server.line("ready in "));
            if (!ready.find()) {
                throw new IOException("the server's ready line is not understood");
            }
            server.ignoreRest();
            String udp = ready.group(2);
            String tcp = ready.group(1) == null ? udp : ready.group(1);
            InetSocketAddress port = Options.endpoint(scenario.tcp() ? tcp : udp);
            Generator generator = new Generator(scenario, devices, port);
            generator.describe();
            int describes = devices * scenario.batch().variants();
            ServerTarget target = new ServerTarget(server, generator, scenario, describes, port, ready.group(3));
            long accepted = target.settled().path("ledger").path("accepted").asLong();
            if (accepted != describes) {
                long closed = generator.closedConnections();
                generator.close();
                throw new IOException(
                        "%,d of %,d descriptions were not accepted, %d connections were closed; is the machine busy?"
                                .formatted(describes - accepted, describes, closed));
            }
            return target;
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    Generator generator() {
        return generator;
    }

    /** Where the devices of the scenario send to. */
    InetSocketAddress devicePort() {
        return devicePort;
    }

    /** Host and port. */
    String http() {
        return http;
    }

    Scenario scenario() {
        return scenario;
    }

    Child process() {
        return server;
    }

    /** The server's ledger once all that was sent is in it. */
    JsonNode settled() throws IOException, InterruptedException {
        JsonNode ledger = books.ledger();
        long before = -1;
        long since = System.nanoTime();
        while (arrived(ledger) < generator.frames()
                || ledger.at("/gauges/pending_frames").asLong() > 0) {
            long now = System.nanoTime();
            if (arrived(ledger) > before) {
                before = arrived(ledger);
                since = now;
            } else if (now - since > PATIENCE_NANOS) {
                return ledger;
            }
            TimeUnit.MILLISECONDS.sleep(DRAIN_MILLIS);
            ledger = books.ledger();
        }
        return ledger;
    }

    /** What the server knows to have been sent. */
    private long arrived(JsonNode ledger) {
        return scenario.tcp()
                ? ledger.at("/received/framed/tcp").asLong()
                : ledger.at("/received/datagrams").asLong()
                        + ledger.path("kernelDrops").asLong();
    }

    @Override
    public Trial trial(double framesPerSecond, Duration length) throws IOException, InterruptedException {
        long before = accepted(books.ledger());
        double cpuBefore = server.cpuSeconds();
        Offered offered = generator.offer(framesPerSecond, length);
        TimeUnit.MILLISECONDS.sleep(DRAIN_MILLIS);
        double cpu = server.cpuSeconds() - cpuBefore;
        return new Trial(offered, accepted(settled()) - before, cpu);
    }

    private static long accepted(JsonNode ledger) {
        return ledger.at("/ledger/accepted").asLong();
    }

    /** Has the devices say how many frames there were, and checks the books; what is wrong, or nothing. */
    List<String> prove() throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(DRAIN_MILLIS);
        generator.ping();
        JsonNode ledger = settled();
        long accepted = accepted(ledger);
        List<String> wrong = new ArrayList<>();
        same(
                wrong,
                "frames expected",
                generator.sequenced(),
                ledger.at("/ledger/expected").asLong());
        long sum = 0;
        for (String state : List.of("accepted", "rejected", "lost", "missing", "outstanding")) {
            sum += ledger.path("ledger").path(state).asLong();
        }
        same(wrong, "accepted + rejected + lost + missing + outstanding", generator.sequenced(), sum);
        same(wrong, "frames rejected", 0, ledger.at("/ledger/rejected").asLong());
        same(wrong, "imbalance", 0, ledger.path("imbalance").asLong(-1));
        long readings = (accepted - describes) * scenario.batch().readings();
        same(
                wrong,
                "readings",
                readings,
                ledger.path("readings").path(scenario.tcp() ? "tcp" : "udp").asLong());
        same(wrong, scenario.tcp() ? "frames read" : "datagrams read or dropped", generator.frames(), arrived(ledger));
        return wrong;
    }

    private static void same(List<String> wrong, String what, long expected, long found) {
        if (expected != found) {
            wrong.add("%s: %,d should be %,d".formatted(what, found, expected));
        }
    }

    @Override
    public void close() {
        generator.close();
        server.close();
    }
}
