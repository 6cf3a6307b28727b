package dev.baliza.server.simulation;

import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SeriesView;
import dev.baliza.server.books.Transport;
import dev.baliza.server.recovery.StoreDriver;
import dev.baliza.server.session.Shard;
import dev.baliza.server.session.ShardBooks;
import dev.baliza.server.store.Damage;
import dev.baliza.server.store.Disk;
import dev.baliza.server.store.JournalReader;
import dev.baliza.server.store.JournalRecord;
import dev.baliza.server.store.Platter;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The laws of the ledger, looked at after every event. */
final class Checks {
    private static final int EVERY = 4;

    private final Truth truth;
    private final Map<String, Long> highest = new HashMap<>();
    private final Map<String, Long> happened = new TreeMap<>();
    private long looks;
    /** What a process left when nothing of it was waiting. */
    private @Nullable State left;

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
        long all = ledger.accepted() + ledger.rejected() + ledger.lost() + ledger.missing() + ledger.outstanding();
        Broken.unless(all == ledger.expected(), "I1", "device %s: %s", id, ledger);
        Broken.unless(
                ledger.accepted() + ledger.rejected() <= truth.platter.frames(view.id()),
                "I6",
                "device %s shows %d frames, of which %d are on disk",
                id,
                ledger.accepted() + ledger.rejected(),
                truth.platter.frames(view.id()));
        mayNotFall(id + " expected", ledger.expected());
        mayNotFall(id + " accepted", ledger.accepted());
        mayNotFall(id + " rejected", ledger.rejected());
        mayNotFall(id + " lost", ledger.lost());
        mayNotFall(id + " late", ledger.late());
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

    /** A process is about to be gone: all that it exports now may have been seen, and if nothing waits it must come again. */
    void beforeEnd(VirtualServer server) {
        all(server);
        left = server.isIdle() ? State.of(server.shards()) : null;
        if (left == null) {
            truth.forgetWelcomes();
        }
    }

    /** I6 and the law of restarts: what is shown now follows from what a loss of power would leave. */
    void againstLoss(VirtualServer server) {
        List<Shard> restored = server.afterLoss(false);
        if (server.isIdle()) {
            State.of(server.shards()).mustEqual(State.of(restored));
            State.of(server.shards()).mustEqual(State.of(server.afterLoss(true)));
            truth.welcomed().forEach((device, epoch) -> {
                Shard shard = restored.get(StoreDriver.ownerOf(device, restored.size()));
                boolean begun = shard.device(device).isPresent();
                Broken.unless(
                        begun && !Impostor.isWelcome(shard, device, epoch, server.nowMicros()),
                        "epoch",
                        "after a restart any boot of device %d is welcome in epoch %d",
                        device,
                        epoch);
            });
        } else {
            State.of(server.shards()).mayNotExceed(State.of(restored));
        }
        count("restarts tried");
    }

    /** Of the files of a data directory; nothing that counts may be damaged by what happens here. */
    void damaged(Damage damage) {
        boolean torn = damage.reason() == Damage.Reason.TORN || damage.reason() == Damage.Reason.HEADER;
        Broken.unless(torn, "I5", "%s", damage);
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
        if (left != null) {
            left.mustEqual(State.of(server.shards()));
            count("comparisons over a restart");
        }
    }

    /** The books are the sums of what the disk holds, and nothing that was acknowledged as stored is missing there. */
    void compare(VirtualServer server) throws IOException {
        read(server.disk());
        Set<Issue.Identity> found = new HashSet<>();
        Map<Long, Truth.Sums> sums = truth.stored(found);
        for (Issue issue : truth.issues()) {
            Broken.unless(
                    !issue.stored || found.contains(issue.identity),
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

    /** Readers of the journal find what the platter holds, all of it from their first record on. */
    private void read(Disk disk) throws IOException {
        long last = 0;
        try (JournalReader reader = new JournalReader(disk, JournalReader.OLDEST, truth.platter::last, this::damaged)) {
            while (reader.next()) {
                JournalRecord record = reader.record();
                Platter.Kept kept = truth.platter.record(record.position());
                boolean next = last == 0 || record.position() == last + 1;
                boolean same = next
                        && kept != null
                        && kept.kind() == record.kind()
                        && kept.device() == record.device()
                        && kept.seq() == record.seq()
                        && kept.payload().equals(record.payload());
                Broken.unless(
                        same, "I8", "behind record %d is read %d, which is not what is there", last, record.position());
                last = record.position();
            }
        }
        Broken.unless(last == truth.platter.last(), "I8", "readers end at record %d of %d", last, truth.platter.last());
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
