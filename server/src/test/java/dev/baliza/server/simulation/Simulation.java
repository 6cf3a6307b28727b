package dev.baliza.server.simulation;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs seed after seed. */
public final class Simulation {
    private Simulation() {}

    /**
     * What became of some seeds.
     *
     * @param law that did not hold; "" when all did
     * @param report for people, with the seed and the number of the event
     */
    public record Result(long seeds, String law, String report, Map<String, Long> happened) {}

    /** Stops at the first seed that breaks a law. */
    public static Result run(long firstSeed, long seeds) {
        Map<String, Long> happened = new TreeMap<>();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            World world = null;
            try {
                world = new World(seed);
                world.run();
                world.happened().forEach((what, count) -> happened.merge(what, count, Long::sum));
            } catch (Broken e) {
                return broken(firstSeed, seed, world, e.law(), e);
            } catch (RuntimeException | IOException e) {
                return broken(firstSeed, seed, world, "exception", e);
            }
        }
        return new Result(seeds, "", "", happened);
    }

    private static Result broken(long first, long seed, @Nullable World world, String law, Exception e) {
        StringBuilder report =
                new StringBuilder("seed " + seed + ", event " + (world == null ? 0 : world.number()) + ": " + e);
        StackTraceElement[] trace = e.getStackTrace();
        for (int i = 0; i < Math.min(14, trace.length); i++) {
            report.append("\n    at ").append(trace[i]);
        }
        report.append("\nagain: -Dbaliza.firstSeed=" + seed + " -Dbaliza.seeds=1");
        return new Result(seed - first + 1, law, report.toString(), Map.of());
    }

    /** First seed and number of seeds. */
    public static void main(String[] arguments) {
        long seeds = Long.parseLong(arguments[1]);
        Result result = run(Long.parseLong(arguments[0]), seeds);
        System.out.println(result);
    }
}
