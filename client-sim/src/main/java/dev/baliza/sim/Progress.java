package dev.baliza.sim;

import dev.baliza.sim.scenario.Scenario;
import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** One line a second while a run goes on; rewritten on a terminal, every fifth line elsewhere. Thread: the run's. */
public final class Progress {
    private static final int BAR = 20;

    private final PrintStream out;
    private final boolean terminal;
    private long lines;
    private long lastSent;
    private String server = "";
    private int devices;
    private long seconds;

    public Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void begin(Scenario scenario) {
        devices = scenario.devices();
        seconds = scenario.duration().toSeconds();
        server = scenario.server().getHostString() + ":" + scenario.server().getPort();
        out.printf(
                "%d devices to %s over %s, %s, seed %d%n",
                devices,
                server,
                scenario.transport().name().toLowerCase(Locale.ROOT),
                scenario.delivery().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                scenario.seed());
    }

    void line(long greeted, long sent, Histogram ackLatency) {
        lines++;
        if (terminal || lines % 5 == 0) {
            out.printf(
                    "%s%s%4d s  %d/%d devices  %,d frames sent (%,d/s)  ack p99 %.1f ms%s",
                    terminal ? "\r" : "",
                    terminal ? bar() : "",
                    lines,
                    greeted,
                    devices,
                    sent,
                    terminal ? sent - lastSent : (sent - lastSent) / 5,
                    ackLatency.getValueAtPercentile(99) / 1_000.0,
                    terminal ? "   " : System.lineSeparator());
            out.flush();
            lastSent = sent;
        }
    }

    private String bar() {
        int full = (int) Math.min(BAR, lines * BAR / Math.max(1, seconds));
        return "[" + "=".repeat(full) + " ".repeat(BAR - full) + "]";
    }

    void end() {
        if (terminal && lines > 0) {
            out.println();
        }
    }
}
