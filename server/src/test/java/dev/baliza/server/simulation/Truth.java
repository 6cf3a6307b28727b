package dev.baliza.server.simulation;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.store.Platter;
import dev.baliza.server.store.RecordKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** Code of the record by which a device's epochs are forgotten: its numbers may come again. STORE §4.1. */
    private static final int FORGOTTEN = 6;

    final Platter platter;
    private final Map<Issue.Identity, Issue> issued = new LinkedHashMap<>();
    private final Map<Long, Set<Long>> used = new HashMap<>();
    private final Map<BootNonce, Long> given = new HashMap<>();
    private final Map<Long, Long> welcomed = new HashMap<>();
    private final Map<Long, Map<Long, BootNonce>> granted = new HashMap<>();

    Truth(Platter platter) {
        this.platter = platter;
    }

    void issue(Issue issue) {
        Broken.unless(issued.put(issue.identity, issue) == null, "epoch", "%s was given twice", issue.identity);
        used.computeIfAbsent(issue.identity.device(), id -> new HashSet<>()).add(issue.identity.epoch());
    }

    /** The first epoch from this one on in which the device has made no frame. */
    long unusedEpoch(long device, long from) {
        Set<Long> of = used.getOrDefault(device, Set.of());
        long epoch = from;
        while (of.contains(epoch)) {
            epoch++;
        }
        return epoch;
    }

    /** An answer leaves the server, and may never arrive: what it calls stored or given is on the platter. */
    void told(VirtualDevice device, Message message) {
        if (message instanceof Message.Ack ack && ack.level().compareTo(AckLevel.STORED) >= 0) {
            toldStored(device, ack.epoch(), ack.next(), ack.settled());
            Life life = device.life(ack.epoch());
            ack.rejected().stream()
                    .filter(rejected -> life != null && life.held.containsKey(rejected.seq()))
                    .forEach(rejected -> toldStored(new Issue.Identity(device.id, ack.epoch(), rejected.seq())));
        } else if (message instanceof Message.Welcome welcome) {
            toldWelcome(device, welcome);
            for (Message.Welcome.Known known : welcome.known()) {
                toldStored(device, known.epoch(), known.next(), List.of(known.settled()));
            }
        }
    }

    private void toldStored(VirtualDevice device, long epoch, long next, List<Long> words) {
        Life life = device.life(epoch);
        if (life != null) {
            life.covered(next, words, AckLevel.STORED).forEach(issue -> toldStored(issue.identity));
        }
    }

    private void toldStored(Issue.Identity frame) {
        Broken.unless(
                platter.holds(frame.device(), frame.epoch(), frame.seq()),
                "I5",
                "%s is told to be stored, and a loss of power would take it",
                frame);
    }

    private void toldWelcome(VirtualDevice device, Message.Welcome welcome) {
        long epoch = welcome.epoch();
        boolean present = welcome.bootNonce().equals(device.nonce()); // a server remembers eight of older ones
        if (device.countsBoots()) {
            if (present) {
                welcomed.put(device.id, epoch);
            }
            return;
        }
        Broken.unless(
                welcome.bootNonce().equals(platter.boot(device.id, epoch)),
                "epoch",
                "%d of device %d is given to a boot, and a loss of power would take it back",
                epoch,
                device.id);
        Long other = present ? given.putIfAbsent(welcome.bootNonce(), epoch) : null;
        Broken.unless(
                other == null || other == epoch, "epoch", "one boot is given %s and %d", String.valueOf(other), epoch);
    }

    /** An operator has all epochs of the device forgotten. */
    void forgotten(long device) {
        welcomed.remove(device);
    }

    /** A process ends that may not have written down whom it has welcomed. */
    void forgetWelcomes() {
        welcomed.clear();
    }

    /** Devices that count their epochs, and the one in which each was welcomed last. */
    Map<Long, Long> welcomed() {
        return welcomed;
    }

    /** A WELCOME leaves the server: that this boot has the epoch is on the platter. */
    void toldGiven(long device, long epoch, BootNonce nonce) {
        Broken.unless(
                nonce.equals(platter.boot(device, epoch)),
                "epoch",
                "%d of device %d is given to a boot, and a loss of power would take it back",
                epoch,
                device);
    }

    /** The same, and the boot is the one that the device is in. */
    void toldPresent(long epoch, BootNonce nonce) {
        Long other = given.putIfAbsent(nonce, epoch);
        Broken.unless(
                other == null || other == epoch, "epoch", "one boot is given %s and %d", String.valueOf(other), epoch);
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

    /** What the disk holds, device by device; each number once, each as it was sent. */
    Map<Long, Sums> stored(Set<Issue.Identity> found) {
        Map<Long, Sums> sums = new HashMap<>();
        Map<Long, Set<Issue.Identity>> once = new HashMap<>();
        for (Platter.Kept record : platter.records()) {
            switch (record.kind()) {
                case FRAME, DESCRIPTION, REJECTED -> {
                    Issue issue = issue(record);
                    Broken.unless(
                            once.computeIfAbsent(record.device(), id -> new HashSet<>())
                                    .add(issue.identity),
                            "once",
                            "%s is stored twice",
                            issue.identity);
                    found.add(issue.identity);
                    add(record, issue, sums.computeIfAbsent(record.device(), id -> new Sums()));
                }
                case DEVICE -> {
                    if (record.code() == FORGOTTEN) {
                        once.remove(record.device());
                    }
                }
                default -> {}
            }
        }
        return sums;
    }

    /** The frame of which this is the record. */
    private Issue issue(Platter.Kept record) {
        Issue.Identity identity = new Issue.Identity(record.device(), record.epoch(), record.seq());
        Issue issue = issued.get(identity);
        if (issue == null) {
            throw new Broken("I8", identity + " is stored and was never issued");
        }
        boolean same = issue.isToBeRejected()
                ? record.payload().getInt(0) == Frame.contentHash(issue.typeCode, issue.payload())
                : record.code() == issue.message.type().code()
                        && record.payload().equals(issue.payload());
        boolean kind = issue.isToBeRejected() == (record.kind() == RecordKind.REJECTED);
        Broken.unless(same && kind, "I8", "%s is not stored as it was sent", identity);
        return issue;
    }

    private static void add(Platter.Kept record, Issue issue, Sums of) {
        if (issue.isToBeRejected()) {
            of.rejected++;
            return;
        }
        of.accepted++;
        of.readings += issue.samples.size();
        of.events += issue.message.type() == MessageType.EVENT ? 1 : 0;
        for (Issue.Sample sample : issue.samples) {
            of.series
                    .computeIfAbsent(sample.quantity(), name -> new SeriesSum())
                    .add(sample, issue.identity, record.arrivalMicros());
        }
    }
}
