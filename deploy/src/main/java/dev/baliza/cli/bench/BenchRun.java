package dev.baliza.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures scenarios, each with a server and a sink of its own. Thread: one.
 *
 * @param warmUp before the first trial: compilers do most of their work in it
 * @param length of one trial
 * @param steps most of them on the way to the highest rate
 * @param options more for the server's JVM
 */
record BenchRun(Cpus cpus, int devices, Duration warmUp, Duration length, int steps, List<String> options) {
    /** Who is as fast as the sink over TCP is limited by the load. */
    private static final double NEARLY = 0.95;

    /** Server and sink, beside each other, the one idle while the other works. */
    Result measure(Scenario scenario) throws IOException, InterruptedException {
        Path directory = scenario.isStored() ? Files.createTempDirectory("baliza-bench") : null;
        try (ServerTarget server = ServerTarget.start(scenario, devices, cpus, options, directory);
                SinkTarget sink = SinkTarget.start(scenario, devices, cpus)) {
            if (scenario.readingsPerSecond() > 0) {
                return moderate(scenario, server, sink);
            }
            return scenario.isReliable() ? reliable(scenario, server, sink) : fastest(scenario, server, sink);
        } finally {
            if (directory != null) {
                delete(directory);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Result fastest(Scenario scenario, ServerTarget server, SinkTarget sink)
            throws IOException, InterruptedException {
        RateSearch.Found found = new RateSearch(server, warmUp, length, steps).run();
        Trial best = found.best() == null ? found.flatOut() : found.best();
        RateSearch.Found limit = new RateSearch(sink, warmUp, length, steps).run();
        Trial ofSink = sink.trial(best.offered().rate(), length);
        Trial sinkBest = limit.best() == null ? limit.flatOut() : limit.best();
        double rate = found.best() == null ? 0 : best.rate();
        return result(
                scenario,
                server,
                best,
                0,
                ofSink,
                new Result.Rate(
                        rate,
                        scenario.tcp() ? rate > limit.flatOut().rate() * NEARLY : found.ofGenerator(),
                        limit.flatOut().offered().rate(),
                        sinkBest.rate()),
                null);
    }

    private Result moderate(Scenario scenario, ServerTarget server, SinkTarget sink)
            throws IOException, InterruptedException {
        double rate = (double) scenario.readingsPerSecond() / scenario.batch().readings();
        server.trial(rate * 100, warmUp);
        sink.trial(rate * 100, warmUp);
        double before = server.process().cpuSeconds();
        TimeUnit.MILLISECONDS.sleep(length.toMillis());
        double idle = (server.process().cpuSeconds() - before) / (length.toMillis() / 1e3);
        Duration longer = length.multipliedBy(2);
        Trial trial = server.trial(rate, longer);
        Trial ofSink = sink.trial(rate, longer);
        return result(scenario, server, trial, idle * trial.offered().seconds(), ofSink, null, null);
    }

    private Result reliable(Scenario scenario, ServerTarget server, SinkTarget sink)
            throws IOException, InterruptedException {
        AckedTrial.run(server, Double.POSITIVE_INFINITY, warmUp);
        AckedTrial fastest = AckedTrial.run(server, Double.POSITIVE_INFINITY, length);
        AckedTrial half = AckedTrial.run(server, fastest.trial().rate() / 2, length);
        sink.trial(fastest.trial().rate(), warmUp);
        Trial ofSink = sink.trial(fastest.trial().rate(), length);
        Result.Acks acks = new Result.Acks(half.p50Millis(), half.p99Millis(), fastest.resent() + half.resent());
        return result(scenario, server, fastest.trial(), 0, ofSink, null, acks);
    }

    private static Result result(
            Scenario scenario,
            ServerTarget server,
            Trial trial,
            double idleSeconds,
            Trial ofSink,
            Result.@Nullable Rate rate,
            Result.@Nullable Acks acks)
            throws IOException, InterruptedException {
        return new Result(
                scenario,
                server.generator().frameBytes(),
                trial,
                idleSeconds,
                ofSink,
                rate,
                acks,
                server.process().residentBytes(),
                server.prove());
    }
}
