package dev.baliza.server.simulation;

import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SeriesView;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Shard;
import dev.baliza.server.session.ShardBooks;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The laws of the ledger, looked at after every event. */
final class Checks {
    private static final int EVERY = 4;

    private final Truth truth;
    private final Map<String, Long> highest = new HashMap<>();
    private final Map<String, Long> happened = new TreeMap<>();
    private long looks;

    Checks(Truth truth) {
        this.truth = truth;
    }

    void count(String what) {
        happened.merge(what, 1L, Long::sum);
    }

    void spoiled(Exception e) {
        count(e.getClass().getSimpleName());
    }

    Map<String, Long> happened() {
        return happened;
    }

    private void mayNotFall(String what, long value) {
        Long before = highest.put(what, value);
        Broken.unless(before == null || before <= value, "I7", "%s fell from %d to %d", what, before, value);
    }

    /** I1 and what may not fall of one device. */
    void device(VirtualServer server, int shard, long id) {
        server.shard(shard).device(id).ifPresent(this::device);
    }

    void devices(VirtualServer server, int shard) {
        server.shard(shard).ids().forEach(id -> device(server, shard, id));
    }

    private void device(DeviceView view) {
        for (EpochView epoch : view.epochs()) {
            LedgerTotals of = epoch.ledger();
            long sum = of.accepted() + of.rejected() + of.lost() + of.missing() + of.outstanding();
            Broken.unless(of.imbalance() == 0 && sum == of.expected(), "I1", "%s", epoch);
            Broken.unless(of.missing() >= 0 && of.outstanding() >= 0, "I1", "%s", epoch);
        }
        LedgerTotals ledger = view.ledger();
        String id = Long.toString(view.id());
        mayNotFall(id + " expected", ledger.expected());
        mayNotFall(id + " accepted", ledger.accepted());
        mayNotFall(id + " rejected", ledger.rejected());
        mayNotFall(id + " lost", ledger.lost());
        mayNotFall(id + " readings", view.readings());
        mayNotFall(id + " talk", view.talk());
        for (SeriesView series : view.series()) {
            mayNotFall(id + " count of " + series.quantity(), series.count());
            mayNotFall(id + " skipped of " + series.quantity(), series.skipped());
        }
    }

    /** I2, and what may not fall of a shard; sometimes. */
    void shard(VirtualServer server, int number) {
        if (looks++ % EVERY == 0) {
            books(server, number);
        }
    }

    private void books(VirtualServer server, int number) {
        Shard shard = server.shard(number);
        ShardBooks books = shard.books(server.nowMicros());
        Broken.unless(books.residual() == 0, "I2", "residual %d", books.residual());
        Broken.unless(books.ledger().imbalance() == 0, "I1", "%s", books.ledger());
        long judged = books.pending();
        for (Transport transport : Transport.values()) {
            for (Map.Entry<Outcome, Long> one :
                    Objects.requireNonNull(books.outcomes().get(transport)).entrySet()) {
                judged += one.getValue();
            }
            mayNotFall(
                    number + " readings by " + transport,
                    Objects.requireNonNull(books.readings().get(transport)));
        }
        Broken.unless(judged == server.fed(number), "I2", "%d frames, %d outcomes", server.fed(number), judged);
        books.skipped().forEach((reason, count) -> mayNotFall(number + " skipped " + reason, count));
        books.rejected().forEach((reason, count) -> mayNotFall(number + " rejected " + reason, count));
    }

    /** A process is about to be gone: all that it exports now may have been seen. */
    void beforeEnd(VirtualServer server) {
        all(server);
    }

    private void all(VirtualServer server) {
        for (int shard = 0; shard < VirtualServer.SHARDS; shard++) {
            books(server, shard);
            devices(server, shard);
        }
    }

    /** I5 to I8: a new process has read what the disk holds. */
    void afterStart(VirtualServer server) throws IOException {
        all(server);
        compare(server);
    }

    /** The books are the sums of what the disk holds, and nothing that was acknowledged as stored is missing there. */
    void compare(VirtualServer server) throws IOException {
        Map<Issue.Identity, Issue> found = new HashMap<>();
        Map<Long, Truth.Sums> sums = truth.stored(server.disk, found);
        for (Issue issue : truth.issues()) {
            Broken.unless(
                    !issue.stored || found.containsKey(issue.identity),
                    "I5",
                    "%s was acknowledged as stored and is not",
                    issue.identity);
        }
        for (int shard = 0; shard < VirtualServer.SHARDS; shard++) {
            for (long id : server.shard(shard).ids()) {
                Truth.Sums sum = sums.remove(id);
                compare(server.shard(shard).device(id).orElseThrow(), sum == null ? new Truth.Sums() : sum);
            }
        }
        Broken.unless(sums.isEmpty(), "I8", "devices with records are not known: %s", sums.keySet());
    }

    private static void compare(DeviceView view, Truth.Sums sum) {
        same(view, "accepted", view.ledger().accepted(), sum.accepted);
        same(view, "rejected", view.ledger().rejected(), sum.rejected);
        same(view, "readings", view.readings(), sum.readings);
        same(view, "events", view.talk(), sum.events);
        Map<String, Truth.SeriesSum> left = new HashMap<>(sum.series);
        for (SeriesView series : view.series()) {
            Truth.SeriesSum truth = left.remove(series.quantity());
            if (truth == null) {
                same(view, series.quantity(), series.count(), 0);
                continue;
            }
            same(view, "count of " + series.quantity(), series.count(), truth.count);
            same(view, "sum of " + series.quantity(), series.rawSum(), truth.rawSum);
            same(view, "skipped of " + series.quantity(), series.skipped(), truth.skipped);
            if (truth.count > 0) {
                same(view, "newest time of " + series.quantity(), series.lastMicros(), truth.lastMicros());
                double scale = series.quantity().equals(Readings.SCALED) ? Readings.SCALE : 1;
                same(view, "last of " + series.quantity(), Math.round(series.last() / scale), truth.lastRaw());
            }
        }
        Broken.unless(left.isEmpty(), "I8", "device %d has no series of %s", view.id(), left.keySet());
    }

    private static void same(DeviceView view, String what, long shown, long stored) {
        Broken.unless(
                shown == stored, "I8", "device %d shows %s %d, and the disk says %d", view.id(), what, shown, stored);
    }
}
