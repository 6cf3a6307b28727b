package dev.baliza.sim.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baliza.protocol.Names;
import dev.baliza.sim.device.Life;
import dev.baliza.sim.device.Tally;
import dev.baliza.sim.device.VirtualDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    private boolean sameProcess;

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
    public Verdict judge(ServerBooks.Totals then, ServerBooks.Totals now, Map<Long, ServerBooks.Device> after) {
        sameProcess = then.instance().equals(now.instance());
        if (now.imbalance() != 0) {
            differences.add("server: its own laws are off by " + now.imbalance() + " (baliza_ledger_imbalance)");
        }
        Map<Long, List<DeviceRun>> byId = new LinkedHashMap<>();
        runs.forEach(run ->
                byId.computeIfAbsent(run.device().id(), id -> new ArrayList<>()).add(run));
        byId.forEach((id, boards) -> judge(boards, after.get(id)));
        long ours = runs.stream().mapToLong(DeviceRun::datagrams).sum();
        if (sameProcess
                && now.datagrams() - then.datagrams()
                        <= ours) { // else others send too, and whose is whose cannot be told
            judgeDamaged(now.badDatagrams() - then.badDatagrams());
            judgeReplays(now.replays() - then.replays());
        }
        return this;
    }

    /** Every bad datagram in exactly one counter. */
    private void judgeDamaged(long counted) {
        long written = runs.stream().mapToLong(DeviceRun::damaged).sum();
        if (counted > written || (pathLoss == 0 && counted != written)) {
            differences.add(
                    "server: %d damaged datagrams were written but %d were counted".formatted(written, counted));
        }
    }

    private void judgeReplays(long counted) {
        long written = runs.stream().mapToLong(DeviceRun::replays).sum();
        if (counted > written || (pathLoss == 0 && counted != written)) {
            differences.add(
                    "server: %d sealed control frames were replayed but %d were counted".formatted(written, counted));
        }
    }

    /** One identity: one board, or clones of it. */
    private void judge(List<DeviceRun> boards, ServerBooks.@Nullable Device now) {
        VirtualDevice first = boards.get(0).device();
        if (now == null) {
            differences.add(first.name() + ": the server does not know it (" + Names.hex(first.id()) + ")");
            return;
        }
        boolean finished = true;
        Tally expected = new Tally(first.channels());
        for (DeviceRun board : boards) {
            VirtualDevice device = board.device();
            device.complaints().forEach(text -> differences.add(device.name() + ": " + text));
            if (!device.wasWelcomed()) {
                differences.add(device.name() + ": never got a WELCOME");
                return;
            }
            if (device.phase() != VirtualDevice.Phase.DONE) {
                differences.add(device.name() + ": the last PING was not answered; it is still " + device.phase());
            }
            finished &= device.phase() == VirtualDevice.Phase.DONE && device.gaveUp() == 0;
            expected.add(device.tally());
        }
        ServerBooks.Device then = before.getOrDefault(first.id(), ServerBooks.Device.NONE);
        boolean whole = judgeFrames(boards, then, now);
        judgeLives(boards, then, now, whole);
        ReadingsVerdict readings = new ReadingsVerdict(
                first, expected, whole || (reliable && finished), boards.size() == 1 && first.tellsTime(), differences);
        readingsCounted += readings.judge(then, now);
    }

    /**
     * I2 and I4, frames: every one that was written arrived and became something.
     *
     * @return whether nothing got lost that the faults did not take: only then is everything exact
     */
    private boolean judgeFrames(List<DeviceRun> boards, ServerBooks.Device then, ServerBooks.Device now) {
        if (!sameProcess) {
            return false; // how many frames arrived is what a process knows; the ledger is what outlives it
        }
        String name = boards.get(0).device().name();
        long arrived = now.allFrames() - then.allFrames();
        long written = boards.stream().mapToLong(DeviceRun::framesWritten).sum();
        long missing = written - arrived;
        if (missing < 0) {
            differences.add("%s: %d frames written but %d arrived (I2)".formatted(name, written, arrived));
        }
        pathLoss += Math.max(0, missing);
        long again = now.frames("duplicate") - then.frames("duplicate");
        long repeated = again + now.frames("too_old") - then.frames("too_old");
        duplicates += again;
        long copies = 0;
        for (DeviceRun board : boards) {
            for (Life life : board.device().lives()) {
                copies += life.copiesOnWire() - life.framesOnWire();
            }
        }
        boolean whole = missing == 0;
        long refused = now.frames("refused") - then.frames("refused"); // the copy behind it is judged as the first
        if (repeated > copies || (whole && repeated < copies - refused)) {
            differences.add("%s: %d copies beyond the first were written but %d counted as duplicate or too old (I2)"
                    .formatted(name, copies, repeated));
        }
        return whole;
    }

    /** Epoch by epoch; those that the server has closed already, together. */
    private void judgeLives(List<DeviceRun> boards, ServerBooks.Device then, ServerBooks.Device now, boolean whole) {
        LedgerSums open = LedgerSums.ZERO;
        LedgerSums total = LedgerSums.of(now.totals()).minus(LedgerSums.of(then.totals()));
        String name = boards.get(0).device().name();
        long closedIssued = 0;
        long closedHeard = 0;
        long closedOnWire = 0;
        for (DeviceRun board : boards) {
            List<Life> lives = board.device().lives();
            for (Life life : lives) {
                JsonNode epoch = now.epoch(life.epoch());
                if (epoch.isMissingNode()) {
                    closedIssued += life.issued();
                    closedHeard += life.heardNext();
                    closedOnWire += life.framesOnWire();
                    continue;
                }
                boolean last = life == lives.get(lives.size() - 1);
                boolean told = last && board.device().phase() == VirtualDevice.Phase.DONE;
                LedgerSums sums = LedgerSums.of(epoch.path("ledger"));
                long span = epoch.path("next").asLong() - epoch.path("base").asLong();
                open = open.plus(sums);
                judgeSums(
                        name + " epoch " + life.epoch(),
                        sums,
                        new Expected(
                                span,
                                life.issued(),
                                life.heardNext(),
                                life.framesOnWire(),
                                life.waitingFrames(),
                                told,
                                whole));
            }
        }
        LedgerSums closed = total.minus(open);
        if (closedIssued > 0 || !closed.equals(LedgerSums.ZERO)) {
            judgeSums(
                    name + " closed epochs",
                    closed,
                    new Expected(closed.all(), closedIssued, closedHeard, closedOnWire, 0, false, whole));
        }
    }

    /**
     * What the ledger of one epoch, or of several, should say.
     *
     * @param span next - base, as the server has it
     * @param waiting frames of which the device knows nothing at the end
     * @param told whether the server was told at the end how many frames there were
     */
    private record Expected(
            long span, long issued, long heardNext, long onWire, long waiting, boolean told, boolean whole) {}

    private void judgeSums(String place, LedgerSums sums, Expected expected) {
        long unheard = expected.issued - expected.span;
        accepted += sums.accepted();
        rejected += sums.rejected();
        lost += sums.lost();
        outstanding += sums.outstanding();
        died += Math.max(0, unheard);
        if (expected.span != sums.all()) {
            differences.add("%s: next - base = %d but accepted + rejected + lost + missing + outstanding = %d (I1)"
                    .formatted(place, expected.span, sums.all()));
        }
        if (unheard < 0 || (unheard > 0 && expected.told)) {
            differences.add("%s: %d frames issued but the server expects %d (I4)"
                    .formatted(place, expected.issued, expected.span));
        } else if (expected.whole && expected.span != expected.heardNext) {
            differences.add("%s: frames up to %d were announced but the server expects %d (I4)"
                    .formatted(place, expected.heardNext, expected.span));
        }
        if (sums.rejected() != 0) {
            differences.add("%s: %d frames rejected".formatted(place, sums.rejected()));
        }
        boolean complete = reliable && expected.told;
        long wanted = complete ? expected.issued : expected.onWire;
        if (sums.accepted() > wanted || ((expected.whole || complete) && sums.accepted() != wanted)) {
            differences.add("%s: %d frames reached the wire but %d were accepted (I4)"
                    .formatted(place, wanted, sums.accepted()));
        }
        if (complete && sums.lost() + sums.outstanding() != 0) {
            differences.add(
                    "%s: reliable, yet %d lost or missing and %d outstanding; the device still waits for %d (I4)"
                            .formatted(place, sums.lost(), sums.outstanding(), expected.waiting));
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
