package dev.baliza.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table. Rates are without loss; times are user and system time of the process.
 *
 * @param server the run whose times are told
 * @param idleSeconds processor time that the server would have taken without load; subtracted
 * @param sink the same load for the sink
 * @param rate what else was found of a best-effort load; null: the load was given, or closed
 * @param acks of a reliable load
 * @param residentBytes of the server at the end
 * @param wrong what does not balance in the server's books
 */
record Result(
        Scenario scenario,
        int frameBytes,
        Trial server,
        double idleSeconds,
        Trial sink,
        @Nullable Rate rate,
        @Nullable Acks acks,
        long residentBytes,
        List<String> wrong) {
    /**
     * Highest rates.
     *
     * @param framesPerSecond without loss; 0: every run lost something
     * @param limitedByGenerator whether the server would have taken more
     * @param generatorFramesPerSecond most that the generator offered
     * @param sinkFramesPerSecond of the sink without loss
     */
    record Rate(
            double framesPerSecond,
            boolean limitedByGenerator,
            double generatorFramesPerSecond,
            double sinkFramesPerSecond) {}

    /** From when a frame was due to its acknowledgement, at half the highest rate. */
    record Acks(double p50Millis, double p99Millis, long resentFrames) {}

    /** What is printed and written as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Figures(
            String scenario,
            String text,
            int frameBytes,
            int frameReadings,
            double framesPerSecond,
            double readingsPerSecond,
            double cpuMicrosPerFrame,
            double cpuSecondsPerMillionReadings,
            double sinkCpuSecondsPerMillionReadings,
            double cpuRatio,
            @Nullable Rate rate,
            @Nullable Double rateRatio,
            @Nullable Acks acks,
            long residentBytes,
            List<String> wrong) {}

    Figures figures() {
        int readings = scenario.batch().readings();
        double cpuMicros = Math.max(0, server.cpuSeconds() - idleSeconds) * 1e6 / Math.max(1, server.taken());
        double sinkMicros = sink.cpuMicrosPerFrame();
        double frames = rate == null ? server.rate() : rate.framesPerSecond();
        return new Figures(
                scenario.name(),
                scenario.text(),
                frameBytes,
                readings,
                frames,
                frames * readings,
                cpuMicros,
                cpuMicros / readings,
                sinkMicros / readings,
                sinkMicros == 0 ? 0 : cpuMicros / sinkMicros,
                rate,
                rate == null ? null : rate.framesPerSecond() / rate.sinkFramesPerSecond(),
                acks,
                residentBytes,
                wrong);
    }
}
