package dev.baliza.server.simulation;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.recovery.StoreDriver;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;
import dev.baliza.server.session.ShardJournal;
import dev.baliza.server.store.CommittedBatch;
import dev.baliza.server.store.Journal;
import dev.baliza.server.store.JournalDriver;
import dev.baliza.server.store.JournalEvents;
import dev.baliza.server.store.JournalLimits;
import dev.baliza.server.store.Platter;
import dev.baliza.server.store.Recovery;
import dev.baliza.server.store.Retention;
import dev.baliza.server.store.SimulatedDisk;
import dev.baliza.server.store.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** The core of a server, its loops and its writer played by one thread; it can die at any call of its disk. */
final class VirtualServer implements JournalEvents {
    static final int SHARDS = 2;

    private static final long TICK_NANOS = Schedule.SECOND;
    private static final long ACK_DELAY_NANOS = 5 * Schedule.MILLI;
    /** One in so many times that all is told, a restart is compared with what is. */
    private static final int LOSSES = 200;

    private static final long EVER_MICROS = 300_000_000_000_000L;

    private final SimulatedDisk disk;
    private final Schedule schedule;
    private final Random random;
    private final Checks checks;
    private final Runnable onFailure;
    private final Consumer<Boolean> onTick;

    private List<Shard> shards = List.of();
    private final List<Deque<CommittedBatch>> mailboxes = new ArrayList<>();
    private final long[] fed = new long[SHARDS];
    private final boolean[] ackTimers = new boolean[SHARDS];
    private Journal journal;
    private int life;
    private boolean up;
    private boolean failed;
    private long nextStepNanos;
    private long instance;
    private long slowNanos;
    private boolean hasResumed;
    private final JournalLimits limits;
    private final Platter platter;

    VirtualServer(
            Schedule schedule,
            Random random,
            SimulatedDisk disk,
            Platter platter,
            Checks checks,
            Consumer<Boolean> onTick,
            Runnable onFailure)
            throws IOException {
        this.schedule = schedule;
        this.random = random;
        this.disk = disk;
        this.checks = checks;
        this.onTick = onTick;
        this.onFailure = onFailure;
        this.platter = platter;
        long kept = random.nextInt(3) == 0 ? 30_000 : 1L << 40;
        limits = new JournalLimits(
                16_384,
                2_048,
                5 * Schedule.MILLI,
                131_072,
                8,
                Schedule.SECOND,
                1_000,
                new Retention(EVER_MICROS, kept));
        journal = start();
    }

    private Journal start() throws IOException {
        life++;
        instance++;
        shards = newShards();
        mailboxes.clear();
        for (int i = 0; i < SHARDS; i++) {
            mailboxes.add(new ArrayDeque<>());
            fed[i] = 0;
            ackTimers[i] = false;
        }
        Recovery recovery = Recovery.of(disk, checks::damaged);
        Broken.unless(
                recovery.committed() == platter.last(),
                "I5",
                "recovery ends at record %d, the disk at %d",
                recovery.committed(),
                platter.last());
        long unreadable = StoreDriver.restore(disk, recovery, shards, checks::damaged);
        Broken.unless(unreadable == 0, "I8", "%d records could not be applied", unreadable);
        Journal begun = new Journal(disk, recovery, limits, schedule, random::nextInt, this);
        for (int i = 0; i < SHARDS; i++) {
            int shard = i;
            shards.get(i)
                    .useJournal(new ShardJournal(begun.lane(batch -> committed(shard, batch)), recovery.committed()));
        }
        up = true;
        failed = false;
        nextStepNanos = Long.MAX_VALUE;
        for (int i = 0; i < SHARDS; i++) {
            tickLater(i, life);
        }
        journal = begun;
        stepLater(0);
        return begun;
    }

    private List<Shard> newShards() {
        List<Shard> made = new ArrayList<>();
        NameRegistry names = new NameRegistry();
        Families families = new Families(100, 1_000);
        SeriesRules rules = SeriesRules.of(100_000_000, 60_000_000, List.of());
        for (int i = 0; i < SHARDS; i++) {
            made.add(new Shard(
                    new ServerIdentity(instance, AckLevel.STORED, true, true, 65_535, 65_507, 60),
                    new Aggregator(families, rules, EVER_MICROS),
                    names,
                    new AddressTokens(new byte[32]),
                    () -> KeyRing.EMPTY,
                    1_000));
        }
        return made;
    }

    /**
     * The shards of a process that would begin if the power had gone just now.
     *
     * @param lateSnapshot whether it finds a snapshot of now, which holds more than its position says
     */
    List<Shard> afterLoss(boolean lateSnapshot) {
        try {
            SimulatedDisk left = disk.afterLoss();
            if (lateSnapshot) {
                Snapshot newest = Recovery.of(left, checks::damaged).snapshot();
                StoreDriver.snapshotAt(left, newest == null ? 0 : newest.position(), shards);
            }
            List<Shard> restored = newShards();
            StoreDriver.restore(left, Recovery.of(left, checks::damaged), restored, checks::damaged);
            return restored;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new process begins with what is on the disk. */
    void restart() throws IOException {
        start();
        checks.afterStart(this); // by what it has restored, before the first frame
    }

    boolean isUp() {
        return up;
    }

    /** Whether the shards have heard of all that is on disk. */
    boolean isIdle() {
        return up && shards.stream().allMatch(shard -> shard.waitingRecords() == 0);
    }

    List<Shard> shards() {
        return shards;
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** The shard of a device. */
    Shard of(long device) {
        return shards.get(StoreDriver.ownerOf(device, SHARDS));
    }

    Shard shard(int number) {
        return shards.get(number);
    }

    long fed(int shard) {
        return fed[shard];
    }

    long nowMicros() {
        return schedule.wallMicros();
    }

    private void at(long delayNanos, Runnable action) {
        int born = life;
        schedule.in(delayNanos, () -> {
            if (up && born == life) {
                action.run();
            }
        });
    }

    private void tickLater(int shard, int born) {
        at(TICK_NANOS, () -> {
            int waiting = shards.get(shard).waitingRecords();
            shards.get(shard).tick(nowMicros());
            boolean decides = shards.get(shard).waitingRecords() > waiting;
            if (decides) {
                checks.againstLoss(this); // what a clock decides is not shown before it is on disk
            }
            onTick.accept(decides);
            endOfBurst(shard);
            checks.shard(this, shard);
            tickLater(shard, born);
        });
    }

    /** A datagram, or a piece of a stream that is whole frames. */
    void receive(byte[] bytes, Peer peer) {
        if (!up) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int touched = -1;
        try {
            for (int at = 0; at < bytes.length; ) {
                int length = FrameCodec.frameLengthInDatagram(buffer, at, bytes.length - at);
                Frame frame = new Frame().wrap(buffer, at, length);
                if (frame.version() != Frame.VERSION || !frame.checksumMatches()) {
                    break;
                }
                touched = StoreDriver.ownerOf(frame.device(), SHARDS);
                fed[touched]++;
                shards.get(touched).onFrame(frame, peer, nowMicros());
                checks.device(this, touched, frame.device());
                at += length;
            }
        } catch (ProtocolException e) {
            checks.spoiled(e); // the rest of the datagram is dropped
        }
        if (touched >= 0) {
            endOfBurst(touched);
            checks.shard(this, touched);
        }
    }

    private void endOfBurst(int shard) {
        boolean othersWait = shards.get(shard).endOfBurst();
        if (othersWait && !ackTimers[shard]) {
            ackTimers[shard] = true;
            at(ACK_DELAY_NANOS, () -> {
                ackTimers[shard] = false;
                shards.get(shard).sendWaitingAcks();
            });
        }
        stepLater(0);
    }

    /** From now on each call of the disk takes so long. */
    void slow(long nanos) {
        slowNanos = nanos;
    }

    private void stepLater(long nanos) {
        long delayNanos = Math.max(nanos, slowNanos);
        long due = schedule.nanos() + delayNanos;
        if (due < nextStepNanos) {
            nextStepNanos = due;
            at(delayNanos, () -> {
                if (schedule.nanos() >= nextStepNanos) {
                    nextStepNanos = Long.MAX_VALUE;
                    step();
                }
            });
        }
    }

    private void step() {
        try {
            long wait = JournalDriver.step(journal);
            if (failed) {
                onFailure.run();
            } else {
                stepLater(Math.max(wait, 10_000));
            }
        } catch (SimulatedDisk.PowerCut e) {
            onFailure.run();
        }
    }

    /** The writer tells what is on disk; the shard hears of it in a turn of its own. */
    private void committed(int shard, CommittedBatch batch) {
        Broken.unless(
                platter.last() >= batch.position(),
                "I5",
                "record %d is told to be on disk, which holds %d",
                batch.position(),
                platter.last());
        mailboxes.get(shard).add(batch);
        int busy = random.nextInt(40); // sometimes the loop has much to do
        long nanos = random.nextInt(busy == 0 ? 1_500 : busy < 5 ? 60 : 3) * Schedule.MILLI;
        at(nanos + (long) (random.nextDouble() * slowNanos), () -> takeMail(shard));
    }

    private void takeMail(int shard) {
        CommittedBatch batch;
        while ((batch = mailboxes.get(shard).poll()) != null) {
            shards.get(shard).committed(batch, nowMicros());
            endOfBurst(shard);
        }
        checks.shard(this, shard);
        checks.devices(this, shard);
        if (isIdle() && (hasResumed || random.nextInt(LOSSES) == 0)) {
            hasResumed = false;
            checks.againstLoss(this);
        }
    }

    /** As the thread for snapshots does, while the loops and the writer go on. */
    void takeSnapshot() {
        if (!up || failed) {
            return;
        }
        try {
            StoreDriver.snapshot(disk, journal, shards, this::turnBefore, this::nowMicros);
        } catch (SimulatedDisk.PowerCut e) {
            onFailure.run();
        } catch (IOException e) {
            checks.spoiled(e); // the next one may be written
        }
        if (failed) {
            onFailure.run();
        }
    }

    private void turnBefore(int shard) {
        if (random.nextBoolean()) {
            JournalDriver.step(journal);
        }
        takeMail(shard);
    }

    /** The process is gone, as it stands. */
    void die() {
        checks.beforeEnd(this);
        up = false;
        life++;
    }

    /** It stops in order. */
    void stop() {
        for (int i = 0; i < 200 && shards.stream().anyMatch(shard -> shard.waitingRecords() > 0); i++) {
            step();
            if (!up) {
                return;
            }
            for (int shard = 0; shard < SHARDS; shard++) {
                takeMail(shard);
            }
        }
        takeSnapshot();
        if (up) {
            journal.close();
            journal.run();
            if (failed) {
                onFailure.run();
            } else {
                die();
            }
        }
    }

    @Override
    public void stalled(String reason) {
        checks.count("stalls");
    }

    @Override
    public void resumed() {
        hasResumed = true;
        checks.count("resumptions");
    }

    @Override
    public void failed(Throwable cause) {
        if (cause instanceof Broken broken) {
            throw broken;
        }
        if (!(cause instanceof IOException || cause instanceof SimulatedDisk.PowerCut)) {
            throw new IllegalStateException(cause);
        }
        failed = true;
    }

    @Override
    public void deleted(String segment) {
        checks.count("deleted segments");
    }

    @Override
    public void retentionFailed(IOException cause) {
        checks.count("retention failures");
    }
}
