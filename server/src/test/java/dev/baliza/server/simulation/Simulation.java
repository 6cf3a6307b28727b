package dev.baliza.server.simulation;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs seed after seed, each in one thread; several at once when there are several threads. */
public final class Simulation {
    private final long firstSeed;
    private final long seeds;
    private final Map<String, Long> happened = new TreeMap<>();
    private long taken;
    private @Nullable Result first;
    private long firstBroken = Long.MAX_VALUE;

    /**
     * What became of some seeds.
     *
     * @param seeds up to the first that breaks a law, or all
     * @param law that did not hold; "" when all did
     * @param report for people, with the seed and the number of the event
     */
    public record Result(long seeds, String law, String report, Map<String, Long> happened) {}

    private Simulation(long firstSeed, long seeds) {
        this.firstSeed = firstSeed;
        this.seeds = seeds;
    }

    /** Stops at the first seed that breaks a law. */
    public static Result run(long firstSeed, long seeds, int threads) {
        Simulation simulation = new Simulation(firstSeed, seeds);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (Future<?> each : IntStream.range(0, threads)
                    .mapToObj(i -> pool.submit(simulation::takeSeeds))
                    .toList()) {
                each.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            pool.shutdownNow();
        }
        return simulation.result();
    }

    private synchronized Result result() {
        return first == null ? new Result(seeds, "", "", happened) : first;
    }

    private void takeSeeds() {
        for (long seed = nextSeed(); seed >= 0; seed = nextSeed()) {
            World world = null;
            try {
                world = new World(seed);
                world.run();
                ended(world);
            } catch (Broken e) {
                broken(seed, world, e.law(), e);
            } catch (RuntimeException | IOException e) {
                broken(seed, world, "exception", e);
            }
        }
    }

    /** −1 when there is none before the first that is broken. */
    private synchronized long nextSeed() {
        long seed = firstSeed + taken;
        if (taken == seeds || seed >= firstBroken) {
            return -1;
        }
        taken++;
        return seed;
    }

    private synchronized void ended(World world) {
        world.happened().forEach((what, count) -> happened.merge(what, count, Long::sum));
    }

    private synchronized void broken(long seed, @Nullable World world, String law, Exception e) {
        if (seed > firstBroken) {
            return;
        }
        StringBuilder report =
                new StringBuilder("seed " + seed + ", event " + (world == null ? 0 : world.number()) + ": " + e);
        StackTraceElement[] trace = e.getStackTrace();
        for (int i = 0; i < Math.min(14, trace.length); i++) {
            report.append("\n    at ").append(trace[i]);
        }
        report.append("\nagain: -Dbaliza.firstSeed=" + seed + " -Dbaliza.seeds=1");
        firstBroken = seed;
        first = new Result(seed - firstSeed + 1, law, report.toString(), Map.of());
    }
}
