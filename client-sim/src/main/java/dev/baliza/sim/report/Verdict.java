package dev.baliza.sim.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.sim.device.Life;
import dev.baliza.sim.device.Tally;
import dev.baliza.sim.device.VirtualDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was sent with what the server counted, device by device and series by series. Every difference is a sentence. Used
 * once.
 */
public final class Verdict {
    private final boolean reliable;
    private final List<DeviceRun> runs;
    private final Map<Long, ServerBooks.Device> before;
    private final List<String> differences = new ArrayList<>();

    private long accepted;
    private long rejected;
    private long lost;
    private long outstanding;
    private long died;
    private long duplicates;
    private long readingsCounted;
    private long pathLoss;

    /** @param before the server's devices before the run: only differences count */
    public Verdict(boolean reliable, List<DeviceRun> runs, Map<Long, ServerBooks.Device> before) {
        this.reliable = reliable;
        this.runs = runs;
        this.before = before;
    }

    /** Judges the server's books, read after the run. */
    public Verdict judge(Map<Long, ServerBooks.Device> after, long imbalance) {
        if (imbalance != 0) {
            differences.add("server: its own laws are off by " + imbalance + " (baliza_ledger_imbalance)");
        }
        for (DeviceRun run : runs) {
            judge(run, after.get(run.device().id()));
        }
        return this;
    }

    private void judge(DeviceRun run, ServerBooks.@Nullable Device now) {
        VirtualDevice device = run.device();
        device.complaints().forEach(text -> differences.add(device.name() + ": " + text));
        if (!device.wasWelcomed()) {
            differences.add(device.name() + ": never got a WELCOME");
            return;
        }
        if (now == null) {
            differences.add(device.name() + ": the server does not know it (" + Names.hex(device.id()) + ")");
            return;
        }
        ServerBooks.Device then = before.getOrDefault(device.id(), ServerBooks.Device.NONE);
        if (device.phase() != VirtualDevice.Phase.DONE) {
            differences.add(device.name() + ": the last PING was not answered; it is still " + device.phase());
        }
        boolean whole = judgeFrames(run, then, now);
        List<Life> lives = device.lives();
        for (Life life : lives) {
            boolean last = life == lives.get(lives.size() - 1);
            judgeLife(device, life, last && device.phase() == VirtualDevice.Phase.DONE, now, whole);
        }
        judgeReadings(device, then, now, whole);
        for (int c = 0; c < device.set().channels().size(); c++) {
            judgeSeries(device, c, then, now, whole);
        }
    }

    /**
     * I2 and I4, frames: every one that was written arrived and became something.
     *
     * @return whether nothing got lost that the faults did not take: only then is everything exact
     */
    private boolean judgeFrames(DeviceRun run, ServerBooks.Device then, ServerBooks.Device now) {
        String name = run.device().name();
        long arrived = now.allFrames() - then.allFrames();
        long missing = run.framesWritten() - arrived;
        if (missing < 0) {
            differences.add("%s: %d frames written but %d arrived (I2)".formatted(name, run.framesWritten(), arrived));
        }
        pathLoss += Math.max(0, missing);
        long repeated =
                now.frames("duplicate") - then.frames("duplicate") + now.frames("too_old") - then.frames("too_old");
        duplicates += now.frames("duplicate") - then.frames("duplicate");
        long copies = 0;
        for (Life life : run.device().lives()) {
            copies += life.copiesOnWire() - life.framesOnWire();
        }
        boolean whole = missing == 0;
        if (whole ? repeated != copies : repeated > copies) {
            differences.add("%s: %d copies beyond the first were written but %d counted as duplicate or too old (I2)"
                    .formatted(name, copies, repeated));
        }
        return whole;
    }

    /** @param finished the server was told at the end how many frames there were */
    private void judgeLife(VirtualDevice device, Life life, boolean finished, ServerBooks.Device now, boolean whole) {
        String place = device.name() + " epoch " + life.epoch();
        JsonNode epoch = now.epoch(life.epoch());
        if (epoch.isMissingNode()) {
            differences.add(place + ": the server has no ledger of it");
            return;
        }
        JsonNode ledger = epoch.path("ledger");
        long ok = ledger.path("accepted").asLong();
        long bad = ledger.path("rejected").asLong();
        long gone = ledger.path("lost").asLong() + ledger.path("missing").asLong();
        long open = ledger.path("outstanding").asLong();
        long span = epoch.path("next").asLong() - epoch.path("base").asLong();
        long unheard = life.issued() - span;
        accepted += ok;
        rejected += bad;
        lost += gone;
        outstanding += open;
        died += Math.max(0, unheard);
        if (span != ok + bad + gone + open) {
            differences.add("%s: next - base = %d but accepted + rejected + lost + missing + outstanding = %d (I1)"
                    .formatted(place, span, ok + bad + gone + open));
        }
        if (unheard < 0 || (unheard > 0 && finished)) {
            differences.add(
                    "%s: %d frames issued but the server expects %d (I4)".formatted(place, life.issued(), span));
        } else if (whole && span != life.heardNext()) {
            differences.add("%s: frames up to %d were announced but the server expects %d (I4)"
                    .formatted(place, life.heardNext(), span));
        }
        if (bad != 0) {
            differences.add("%s: %d frames rejected; ACKs named %d".formatted(place, bad, device.rejected()));
        }
        long wanted = reliable && finished ? life.issued() : life.framesOnWire();
        if (ok > wanted || ((whole || reliable) && ok != wanted)) {
            differences.add("%s: %d frames reached the wire but %d were accepted (I4)".formatted(place, wanted, ok));
        }
        if (reliable && finished && gone + open != 0) {
            differences.add(
                    "%s: reliable, yet %d lost or missing and %d outstanding (I4)".formatted(place, gone, open));
        }
    }

    private void judgeReadings(VirtualDevice device, ServerBooks.Device then, ServerBooks.Device now, boolean whole) {
        Tally expected = device.tally();
        long counted = now.readings() - then.readings();
        long wanted = expected.vectors() * device.set().channels().size();
        readingsCounted += counted;
        if (isWrong(counted, wanted, whole)) {
            differences.add("%s: %d readings reached the wire but %d were counted (I8)"
                    .formatted(device.name(), wanted, counted));
        }
    }

    /** Exact for what must arrive; with loss on the path of best-effort frames only "not more". */
    private boolean isWrong(long counted, long wanted, boolean whole) {
        boolean exact = whole || reliable;
        return exact ? counted != wanted : counted > wanted;
    }

    private void judgeSeries(
            VirtualDevice device, int index, ServerBooks.Device then, ServerBooks.Device now, boolean whole) {
        Tally expected = device.tally();
        ChannelDescription channel = device.set().channels().get(index);
        String place = device.name() + " series " + channel.quantity() + "/" + channel.label();
        JsonNode was = then.series(channel.quantity(), channel.label());
        JsonNode is = now.series(channel.quantity(), channel.label());
        long count = is.path("count").asLong() - was.path("count").asLong();
        if (isWrong(count, expected.vectors(), whole)) {
            differences.add("%s: %d values reached the wire but %d were counted (I8)"
                    .formatted(place, expected.vectors(), count));
            return;
        }
        if (count != expected.vectors() || count == 0) {
            return; // which of them were lost on the path is not known here
        }
        judgeSums(place, channel, expected.rawSum(index), expected.sum(index), was, is);
        double last = is.path("last").asDouble(Double.NaN);
        if (!(Math.abs(last - expected.newest(index)) <= 1e-12 * Math.max(1, Math.abs(last)))) {
            differences.add("%s: the newest value sent is %s but the server shows %s (I8)"
                    .formatted(place, expected.newest(index), last));
        }
    }

    private void judgeSums(
            String place, ChannelDescription channel, long rawSum, double sum, JsonNode was, JsonNode is) {
        if (channel.type().form() == SensorType.Form.INTEGER) {
            long counted = Long.parseLong(is.path("rawSum").asText("0"))
                    - Long.parseLong(was.path("rawSum").asText("0"));
            if (counted != rawSum) {
                differences.add("%s: the raw sum is %d but the server has %d (I8)".formatted(place, rawSum, counted));
            }
        }
        double counted = is.path("sum").asDouble() - was.path("sum").asDouble();
        double scale = Math.max(Math.abs(sum), Math.abs(is.path("sum").asDouble()));
        if (Math.abs(counted - sum) > 1e-9 * Math.max(1, scale)) {
            differences.add("%s: the sum is %s but the server has %s (I8)".formatted(place, sum, counted));
        }
    }

    public boolean balanced() {
        return differences.isEmpty();
    }

    /** One sentence each; empty when balanced. */
    public List<String> differences() {
        return List.copyOf(differences);
    }

    public long accepted() {
        return accepted;
    }

    public long rejected() {
        return rejected;
    }

    /** Lost and missing. */
    public long lost() {
        return lost;
    }

    public long outstanding() {
        return outstanding;
    }

    /** Frames above the last number that the server heard of. */
    public long died() {
        return died;
    }

    public long duplicates() {
        return duplicates;
    }

    public long readingsCounted() {
        return readingsCounted;
    }

    /** Frames written that never arrived, besides the faults: dropped by a kernel or by a broken connection. */
    public long pathLoss() {
        return pathLoss;
    }
}
