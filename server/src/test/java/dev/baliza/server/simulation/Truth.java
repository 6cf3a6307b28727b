package dev.baliza.server.simulation;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.MessageType;
import dev.baliza.server.store.Disk;
import dev.baliza.server.store.JournalReader;
import dev.baliza.server.store.JournalRecord;
import dev.baliza.server.store.Recovery;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What devices issued, and what of it the disk holds. */
final class Truth {
    /** What the records of one device add up to. */
    static final class Sums {
        long accepted;
        long rejected;
        long readings;
        long events;
        final Map<String, SeriesSum> series = new HashMap<>();
    }

    /** What a series must show. */
    static final class SeriesSum {
        long count;
        long rawSum;
        long skipped;
        private long lastRaw;
        private long lastMicros = Long.MIN_VALUE;
        private long lastEpoch;
        private long lastSeq;

        void add(Issue.Sample sample, Issue.Identity of, long arrivalMicros) {
            if (sample.skipped()) {
                skipped++;
                return;
            }
            count++;
            rawSum += sample.raw();
            long micros = sample.eventMicros() == Issue.ON_ARRIVAL ? arrivalMicros : sample.eventMicros();
            boolean newest = micros > lastMicros
                    || (micros == lastMicros
                            && (of.epoch() > lastEpoch || (of.epoch() == lastEpoch && of.seq() >= lastSeq)));
            if (newest) {
                lastRaw = sample.raw();
                lastMicros = micros;
                lastEpoch = of.epoch();
                lastSeq = of.seq();
            }
        }

        long lastRaw() {
            return lastRaw;
        }

        long lastMicros() {
            return lastMicros;
        }
    }

    private final Map<Issue.Identity, Issue> issued = new LinkedHashMap<>();
    private final Map<Long, Map<Long, BootNonce>> granted = new HashMap<>();

    void issue(Issue issue) {
        Broken.unless(issued.put(issue.identity, issue) == null, "epoch", "%s was given twice", issue.identity);
    }

    /** A WELCOME has named an epoch to a boot. */
    void granted(long device, long epoch, BootNonce nonce) {
        BootNonce other = granted.computeIfAbsent(device, id -> new HashMap<>()).putIfAbsent(epoch, nonce);
        Broken.unless(
                other == null || other.equals(nonce), "epoch", "%d of device %d was given to two boots", epoch, device);
    }

    Iterable<Issue> issues() {
        return issued.values();
    }

    /** What the disk holds, device by device; each identity once, each as it was sent. */
    Map<Long, Sums> stored(Disk disk, Map<Issue.Identity, Issue> found) throws IOException {
        Map<Long, Sums> sums = new HashMap<>();
        long committed = Recovery.of(disk, damage -> {}).committed();
        try (JournalReader reader = new JournalReader(disk, JournalReader.OLDEST, () -> committed, damage -> {})) {
            while (reader.next()) {
                take(reader.record(), sums, found);
            }
        }
        return sums;
    }

    private void take(JournalRecord record, Map<Long, Sums> sums, Map<Issue.Identity, Issue> found) {
        switch (record.kind()) {
            case FRAME, DESCRIPTION, REJECTED -> {}
            default -> {
                return;
            }
        }
        Issue.Identity identity = new Issue.Identity(record.device(), record.epoch(), record.seq());
        Issue issue = issued.get(identity);
        if (issue == null) {
            throw new Broken("I8", identity + " is stored and was never issued");
        }
        Broken.unless(found.put(identity, issue) == null, "once", "%s is stored twice", identity);
        Sums of = sums.computeIfAbsent(record.device(), id -> new Sums());
        if (issue.isToBeRejected()) {
            of.rejected++;
            return;
        }
        Broken.unless(
                record.code() == issue.message.type().code(), "I8", "%s is stored as type %d", identity, record.code());
        of.accepted++;
        of.readings += issue.samples.size();
        of.events += issue.message.type() == MessageType.EVENT ? 1 : 0;
        for (Issue.Sample sample : issue.samples) {
            of.series
                    .computeIfAbsent(sample.quantity(), name -> new SeriesSum())
                    .add(sample, identity, record.arrivalMicros());
        }
    }
}
