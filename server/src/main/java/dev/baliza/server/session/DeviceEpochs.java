package dev.baliza.server.session;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lives of one device: which epoch is current, which older ones still take frames, and the sums of those that closed.
 *
 * <p>Thread: its shard's. Limits: 4 open epochs, 8 remembered boot nonces. Spec: SPEC §4.2.
 */
final class DeviceEpochs {
    /** How long older epochs drain after a newer one began. */
    static final long DRAIN_MICROS = 300_000_000L;

    private static final int MAX_NONCES = 8;

    /** An epoch given by WELCOME and what its HELLO said of older ones. */
    private record Assigned(long epoch, long lowestHeld) {}

    /** Only of devices that do not count their boots. */
    private Map<BootNonce, Assigned> assigned = Map.of();
    /** Epochs that are given as soon as that is written down. */
    private Map<BootNonce, Long> reserved = Map.of();

    /** Only of devices that say HELLO in epochs of their own. */
    private Map<Long, BootNonce> begunBy = Map.of();

    private final List<EpochLedger> open = new ArrayList<>(1);
    private long highestKnown;
    private long current;
    private long closedThrough;
    private long lowestHeld;
    private long drainDeadlineMicros;
    private long closedCount;
    private LedgerTotals closed = LedgerTotals.ZERO;

    /** 0 while there is none. */
    long current() {
        return current;
    }

    /** The highest that began or was given: what a device that has lost its count must go beyond. */
    long newest() {
        return highestKnown;
    }

    long closedCount() {
        return closedCount;
    }

    /** Open epochs, newest first. */
    List<EpochLedger> open() {
        return open;
    }

    /** The epoch for a device that does not know its own (SPEC §4.2.2): the same nonce, the same epoch. {@link #give} it, or take it back. */
    long assign(BootNonce nonce, long nowMicros) {
        Assigned known = assigned.get(nonce);
        if (known != null) {
            return known.epoch;
        }
        highestKnown = Math.max(highestKnown + 1, nowMicros / 1_000_000);
        if (reserved.isEmpty()) {
            reserved = new HashMap<>(2);
        }
        reserved.put(nonce, highestKnown);
        return highestKnown;
    }

    /** Whether the epoch of this boot is being written down. */
    boolean isBeingGiven(BootNonce nonce) {
        return reserved.containsKey(nonce);
    }

    /** The epoch that this boot was to get was not written down: it gets another. */
    void takeBack(BootNonce nonce) {
        if (!reserved.isEmpty()) {
            reserved.remove(nonce);
        }
    }

    /** Whether a HELLO may stand in this epoch: false when the device has lost its count (SPEC §4.2.6). */
    boolean continues(long epoch, BootNonce nonce) {
        if ((epoch < current && find(epoch) == null) || reserved.containsValue(epoch)) {
            return false;
        }
        Assigned given = givenByUs(epoch);
        if (given != null) {
            return given.equals(assigned.get(nonce));
        }
        return nonce.equals(begunBy.getOrDefault(epoch, nonce));
    }

    /** A boot has said HELLO in an epoch that is open. */
    void begunBy(long epoch, BootNonce nonce) {
        if (knows(epoch) && givenByUs(epoch) == null) {
            begin(epoch, nonce);
        }
    }

    private void begin(long epoch, BootNonce nonce) {
        if (begunBy.isEmpty()) {
            begunBy = new HashMap<>(2);
        }
        begunBy.putIfAbsent(epoch, nonce);
    }

    private void assign(BootNonce nonce, Assigned epoch) {
        if (assigned.isEmpty()) {
            assigned = new LinkedHashMap<>(2);
        }
        assigned.put(nonce, epoch);
    }

    /** Whether this boot has got its epoch. */
    boolean hasGiven(BootNonce nonce) {
        return assigned.containsKey(nonce);
    }

    /** A boot has its epoch: with a journal, when that is written down. */
    void give(BootNonce nonce, long epoch, long lowestHeldEpoch) {
        takeBack(nonce);
        highestKnown = Math.max(highestKnown, epoch);
        assign(nonce, new Assigned(epoch, lowestHeldEpoch));
        if (assigned.size() > MAX_NONCES) {
            assigned.remove(assigned.keySet().iterator().next());
        }
    }

    /** What a HELLO or HEARTBEAT in its current epoch says of older ones; 0: it holds none. Returns whether it was news. */
    boolean holdFrom(long epoch, long lowestHeldEpoch) {
        long before = lowestHeld;
        if (epoch == current) {
            lowestHeld = lowestHeldEpoch == 0 ? current : Math.min(lowestHeldEpoch, current);
        }
        return lowestHeld != before;
    }

    /** Whether frames of this epoch are stale. */
    boolean isClosed(long epoch, long nowMicros) {
        EpochLedger known = find(epoch);
        if (epoch >= current || known != null) {
            return known != null && known.isClosing();
        }
        boolean noRoom = open.size() == Limits.MAX_OPEN_EPOCHS
                && epoch < open.get(open.size() - 1).epoch();
        return noRoom || epoch <= closedThrough || (epoch < lowestHeld && nowMicros >= drainDeadlineMicros);
    }

    /** The ledger of an epoch that is not closed; made at its first frame, which makes a newer one current. */
    EpochLedger ledger(long epoch, long nowMicros) {
        EpochLedger known = find(epoch);
        return known != null ? known : create(epoch, nowMicros);
    }

    /** Whether the epoch is open. */
    boolean knows(long epoch) {
        return find(epoch) != null;
    }

    /** Whether the epoch is open or can be without another one being closed for it. */
    boolean hasRoomFor(long epoch) {
        return knows(epoch) || open.size() < Limits.MAX_OPEN_EPOCHS;
    }

    /** The open epoch that is to close for a newer one. */
    EpochLedger oldest() {
        return open.get(open.size() - 1);
    }

    private @Nullable EpochLedger find(long epoch) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).epoch() == epoch) {
                return open.get(i);
            }
        }
        return null;
    }

    private EpochLedger create(long epoch, long nowMicros) {
        boolean knowsOlder = closedThrough > 0 || open.stream().anyMatch(e -> e.epoch() < epoch);
        Assigned given = givenByUs(epoch);
        EpochLedger ledger = given != null || knowsOlder ? EpochLedger.fromStart(epoch) : EpochLedger.fromFloor(epoch);
        if (epoch > current) {
            drainDeadlineMicros = nowMicros + DRAIN_MICROS;
            current = epoch;
            highestKnown = Math.max(highestKnown, epoch);
            lowestHeld = given == null || given.lowestHeld == 0 ? epoch : Math.min(given.lowestHeld, epoch);
        }
        open.add(ledger);
        open.sort((a, b) -> Long.compare(b.epoch(), a.epoch()));
        if (open.size() > Limits.MAX_OPEN_EPOCHS) {
            close(open.remove(open.size() - 1));
        }
        return ledger;
    }

    private @Nullable Assigned givenByUs(long epoch) {
        for (Assigned given : assigned.values()) {
            if (given.epoch == epoch) {
                return given;
            }
        }
        return null;
    }

    /** What has drained and is to be closed. */
    List<EpochLedger> drained(long nowMicros) {
        if (open.size() < 2 || nowMicros < drainDeadlineMicros) {
            return List.of();
        }
        return open.stream().filter(ledger -> ledger.epoch() < lowestHeld).toList();
    }

    /** Closes an epoch, if it is open: nothing of it waits for the store. */
    void close(long epoch) {
        EpochLedger ledger = find(epoch);
        if (ledger != null) {
            open.remove(ledger);
            close(ledger);
        }
    }

    private void close(EpochLedger ledger) {
        closedCount++;
        if (!begunBy.isEmpty()) {
            begunBy.remove(ledger.epoch());
        }
        closedThrough = Math.max(closedThrough, ledger.epoch());
        closed = closed.plus(ledger.closedTotals());
    }

    /**
     * Closes all epochs and forgets that they were: a later one may have any number. The sums stay. Only when it {@link #isIdle}.
     */
    void forget() {
        open.forEach(this::close);
        open.clear();
        assigned = Map.of();
        begunBy = Map.of();
        highestKnown = 0;
        current = 0;
        closedThrough = 0;
        lowestHeld = 0;
    }

    /** Whether no frame waits for the store. */
    boolean isIdle() {
        return open.stream().allMatch(ledger -> ledger.pendingCount() == 0);
    }

    /** Sum over all epochs, closed ones included. */
    LedgerTotals totals() {
        LedgerTotals sum = closed;
        for (int i = 0; i < open.size(); i++) {
            sum = sum.plus(open.get(i).totals());
        }
        return sum;
    }

    /** For a snapshot. */
    void save(DataOutput out) throws IOException {
        for (long field :
                new long[] {highestKnown, current, closedThrough, lowestHeld, drainDeadlineMicros, closedCount}) {
            out.writeLong(field);
        }
        for (long sum : new long[] {
            closed.expected(), closed.accepted(), closed.rejected(), closed.lost(), closed.late(), closed.imbalance()
        }) {
            out.writeLong(sum);
        }
        out.writeByte(assigned.size());
        for (Map.Entry<BootNonce, Assigned> one : assigned.entrySet()) {
            save(one.getKey(), out);
            out.writeLong(one.getValue().epoch);
            out.writeLong(one.getValue().lowestHeld);
        }
        out.writeByte(begunBy.size());
        for (Map.Entry<Long, BootNonce> one : begunBy.entrySet()) {
            out.writeLong(one.getKey());
            save(one.getValue(), out);
        }
        out.writeByte(open.size());
        for (EpochLedger ledger : open) {
            ledger.save(out);
        }
    }

    private static void save(BootNonce nonce, DataOutput out) throws IOException {
        out.writeLong(nonce.high());
        out.writeLong(nonce.low());
    }

    /** What {@link #save} wrote; only into one that is new. */
    void load(DataInput in) throws IOException {
        highestKnown = in.readLong();
        current = in.readLong();
        closedThrough = in.readLong();
        lowestHeld = in.readLong();
        drainDeadlineMicros = in.readLong();
        closedCount = in.readLong();
        long expected = in.readLong();
        long accepted = in.readLong();
        long rejected = in.readLong();
        long lost = in.readLong();
        closed = new LedgerTotals(expected, accepted, rejected, lost, 0, 0, in.readLong(), in.readLong());
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            BootNonce nonce = new BootNonce(in.readLong(), in.readLong());
            assign(nonce, new Assigned(in.readLong(), in.readLong()));
        }
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            begin(in.readLong(), new BootNonce(in.readLong(), in.readLong()));
        }
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            open.add(EpochLedger.load(in));
        }
    }

    List<EpochView> views() {
        return open.stream()
                .map(e -> e.view(
                        e.epoch() == current
                                ? EpochView.State.CURRENT
                                : e.epoch() >= lowestHeld ? EpochView.State.HELD : EpochView.State.DRAINING))
                .toList();
    }
}
