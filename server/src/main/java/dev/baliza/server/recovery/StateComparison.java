package dev.baliza.server.recovery;

import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.SeriesView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One device as snapshot and journal give it, beside the same device by a replay of all records. What a replay may see otherwise is left
 * out: epochs may close a moment later, so that what is missing or outstanding here is lost there; and floors that change no count are
 * not stored. Thread: one.
 */
final class StateComparison {
    private final DeviceView restored;
    private final DeviceView replayed;
    private final List<String> differences;

    StateComparison(DeviceView restored, DeviceView replayed, List<String> differences) {
        this.restored = restored;
        this.replayed = replayed;
        this.differences = differences;
    }

    void run() {
        LedgerTotals a = restored.ledger();
        LedgerTotals b = replayed.ledger();
        same("frames expected", a.expected(), b.expected());
        same("frames accepted", a.accepted(), b.accepted());
        same("frames rejected", a.rejected(), b.rejected());
        same(
                "frames lost, missing or outstanding",
                a.lost() + a.missing() + a.outstanding(),
                b.lost() + b.missing() + b.outstanding());
        same(
                "epochs",
                restored.closedEpochs() + restored.epochs().size(),
                replayed.closedEpochs() + replayed.epochs().size());
        same("talk", restored.talk(), replayed.talk());
        epochs();
        if (restored.readings() > replayed.readings()) {
            return; // frames of epoch 0 count but are not stored (SPEC §4.2.3): only the snapshot has their readings
        }
        same("readings", restored.readings(), replayed.readings());
        series();
    }

    private void epochs() {
        Map<Long, EpochView> others = new HashMap<>();
        replayed.epochs().forEach(epoch -> others.put(epoch.epoch(), epoch));
        for (EpochView epoch : restored.epochs()) {
            EpochView other = others.get(epoch.epoch());
            if (other != null) {
                String where = "epoch " + epoch.epoch() + ": ";
                same(where + "base", epoch.base(), other.base());
                same(where + "next", epoch.next(), other.next());
                same(where + "lowest undecided number", epoch.cum(), other.cum());
                same(
                        where + "frames lost",
                        epoch.ledger().lost(),
                        other.ledger().lost());
            }
        }
    }

    private void series() {
        Map<String, SeriesView> others = new HashMap<>();
        replayed.series().forEach(one -> others.put(key(one), one));
        for (SeriesView one : restored.series()) {
            SeriesView other = others.get(key(one));
            String name =
                    one.quantity() + "/" + one.channel() + (one.component().isEmpty() ? "" : "." + one.component());
            if (other == null) {
                differences.add(restored.label() + ": series " + name + " is in no record");
                continue;
            }
            same(name + ": values", one.count() + one.skipped(), other.count() + other.skipped());
            // what is skipped depends on the limits and on who came first; the sums only where nothing differs there
            if (one.count() == other.count() && one.refusal() == null && other.refusal() == null) {
                same(name + ": sum of raw values", one.rawSum(), other.rawSum());
                same(name + ": newest event time", one.lastMicros(), other.lastMicros());
                same(name + ": sum", Double.doubleToLongBits(one.sum()), Double.doubleToLongBits(other.sum()));
                same(name + ": last value", Double.doubleToLongBits(one.last()), Double.doubleToLongBits(other.last()));
                if (!Objects.equals(one.text(), other.text())) {
                    differences.add(restored.label() + ": " + name + ": the last text differs");
                }
            }
        }
    }

    private static String key(SeriesView series) {
        return series.quantity() + "/" + series.channel() + "/" + series.component() + "/" + series.unit() + "/"
                + series.type();
    }

    private void same(String what, long one, long other) {
        if (one != other) {
            differences.add("%s: %s: %d with the snapshot, %d by replaying all records"
                    .formatted(restored.label(), what, one, other));
        }
    }
}
