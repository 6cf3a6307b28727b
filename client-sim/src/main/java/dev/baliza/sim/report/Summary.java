package dev.baliza.sim.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baliza.sim.scenario.Scenario;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The figures of a run, for people and for programs. */
public record Summary(
        boolean balanced,
        long seed,
        int devices,
        long framesIssued,
        long framesAccepted,
        long framesRejected,
        long framesLost,
        long framesOutstanding,
        long framesDiedOnDevice,
        long framesDuplicate,
        long transmissions,
        long pathLoss,
        long damaged,
        long cuts,
        long boots,
        long readingsIssued,
        long readingsCounted,
        double ackP50Millis,
        double ackP99Millis,
        double ackMaxMillis,
        List<String> differences) {
    private static final int SHOWN_DIFFERENCES = 20;

    public Summary {
        differences = List.copyOf(differences);
    }

    public static Summary of(Scenario scenario, List<DeviceRun> runs, Verdict verdict, Histogram ackLatency) {
        long issued = 0;
        long transmissions = 0;
        long readings = 0;
        long damaged = 0;
        long cuts = 0;
        long boots = 0;
        for (DeviceRun run : runs) {
            transmissions += run.device().transmissions();
            issued += run.device().issued();
            readings += run.device().readingsIssued();
            damaged += run.damaged();
            cuts += run.cuts();
            boots += run.device().boots();
        }
        return new Summary(
                verdict.balanced(),
                scenario.seed(),
                scenario.devices(),
                issued,
                verdict.accepted(),
                verdict.rejected(),
                verdict.lost(),
                verdict.outstanding(),
                verdict.died(),
                verdict.duplicates(),
                transmissions,
                verdict.pathLoss(),
                damaged,
                cuts,
                boots,
                readings,
                verdict.readingsCounted(),
                ackLatency.getValueAtPercentile(50) / 1_000.0,
                ackLatency.getValueAtPercentile(99) / 1_000.0,
                ackLatency.getMaxValue() / 1_000.0,
                verdict.differences());
    }

    public String verdict() {
        return balanced ? "balanced" : "unbalanced";
    }

    /** Writes what {@code --summary-json} promises. */
    public void writeJson(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode();
        json.put("verdict", verdict());
        json.put("seed", seed);
        json.put("devices", devices);
        json.put("framesIssued", framesIssued);
        json.put("framesAccepted", framesAccepted);
        json.put("framesRejected", framesRejected);
        json.put("framesLost", framesLost);
        json.put("framesOutstanding", framesOutstanding);
        json.put("framesDiedOnDevice", framesDiedOnDevice);
        json.put("framesDuplicate", framesDuplicate);
        json.put("transmissions", transmissions);
        json.put("pathLoss", pathLoss);
        json.put("datagramsDamaged", damaged);
        json.put("connectionsCut", cuts);
        json.put("boots", boots);
        json.put("readingsIssued", readingsIssued);
        json.put("readingsCounted", readingsCounted);
        ObjectNode latency = json.putObject("ackLatencyMillis");
        latency.put("p50", ackP50Millis);
        latency.put("p99", ackP99Millis);
        latency.put("max", ackMaxMillis);
        ArrayNode texts = json.putArray("differences");
        differences.forEach(texts::add);
        mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
    }

    /** A dozen lines for people, the thresholds and the verdict. */
    public void print(PrintStream out, List<Threshold> thresholds) {
        out.printf("  devices .............. %,d%n", devices);
        out.printf("  frames issued ........ %,d (%,d transmissions)%n", framesIssued, transmissions);
        out.printf("  accepted ............. %,d%n", framesAccepted);
        out.printf("  rejected ............. %,d%n", framesRejected);
        out.printf("  lost or missing ...... %,d%n", framesLost);
        out.printf("  outstanding .......... %,d%n", framesOutstanding);
        out.printf("  died on device ....... %,d%n", framesDiedOnDevice);
        out.printf("  duplicates refused ... %,d%n", framesDuplicate);
        out.printf("  lost on the path ..... %,d (besides the faults asked for)%n", pathLoss);
        if (damaged + cuts + boots > 0) {
            out.printf(
                    "  faults in devices .... %,d damaged datagrams, %,d cut connections, %,d boots%n",
                    damaged, cuts, boots);
        }
        out.printf("  readings ............. %,d issued, %,d counted%n", readingsIssued, readingsCounted);
        out.printf(
                "  ack latency .......... p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                ackP50Millis, ackP99Millis, ackMaxMillis);
        differences.stream().limit(SHOWN_DIFFERENCES).forEach(text -> out.println("  ! " + text));
        if (differences.size() > SHOWN_DIFFERENCES) {
            out.printf("  ! and %,d more%n", differences.size() - SHOWN_DIFFERENCES);
        }
        thresholds.forEach(rule -> out.println("  threshold " + rule.line(this)));
        out.println("verdict: " + verdict());
    }
}
