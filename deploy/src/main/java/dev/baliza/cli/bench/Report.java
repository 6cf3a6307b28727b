package dev.baliza.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table, and the same as JSON. */
final class Report {
    private Report() {}

    /** What is measured with what. */
    static String setting(Cpus cpus, int devices) {
        return ("Java %s, %d devices, %s. Sink: one Netty epoll loop, recvmmsg of 64, counts datagrams and bytes, decodes"
                        + " nothing.")
                .formatted(Runtime.version(), devices, cpus);
    }

    static void head(PrintStream out) {
        out.printf(
                "%-13s %7s %10s %14s %9s %11s %11s %8s %16s %8s%n",
                "scenario",
                "B/frame",
                "frames/s",
                "readings/s",
                "of sink",
                "CPU s/M",
                "sink s/M",
                "x sink",
                "ack p50/p99 ms",
                "RSS MiB");
    }

    static void line(PrintStream out, Result.Figures of) {
        Result.Rate rate = of.rate();
        Result.Acks acks = of.acks();
        out.printf(
                Locale.ROOT,
                "%-13s %,7d %,10d %,14.0f %9s %11.4f %11.4f %8.1f %16s %,8d%n",
                of.scenario(),
                of.frameBytes(),
                Math.round(of.framesPerSecond()),
                of.readingsPerSecond(),
                of.rateRatio() == null ? "-" : "%.0f %%%s".formatted(of.rateRatio() * 100, mark(rate)),
                of.cpuSecondsPerMillionReadings(),
                of.sinkCpuSecondsPerMillionReadings(),
                of.cpuRatio(),
                acks == null ? "-" : "%.2f / %.2f".formatted(acks.p50Millis(), acks.p99Millis()),
                of.residentBytes() >> 20);
        for (String wrong : of.wrong()) {
            out.println("  the books do not balance: " + wrong);
        }
    }

    private static String mark(Result.@Nullable Rate rate) {
        return rate != null && rate.limitedByGenerator() ? "*" : "";
    }

    static void foot(PrintStream out, List<Result.Figures> all) {
        out.println("CPU s/M: processor seconds of the process per million readings, at the rate of the line.");
        if (all.stream().anyMatch(of -> !mark(of.rate()).isEmpty())) {
            out.println("* the generator was the limit: the server would have taken more.");
        }
        all.stream()
                .filter(of -> of.framesPerSecond() == 0)
                .forEach(of -> out.printf(
                        "%s: every run lost something; is the machine busy? Try --seconds 5.%n", of.scenario()));
    }

    static String json(Cpus cpus, int devices, List<Result.Figures> all) throws IOException {
        return new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(Map.of("setting", setting(cpus, devices), "scenarios", all));
    }
}
