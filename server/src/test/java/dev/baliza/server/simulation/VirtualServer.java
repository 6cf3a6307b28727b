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
import dev.baliza.server.store.Recovery;
import dev.baliza.server.store.Retention;
import dev.baliza.server.store.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** The core of a server, its loops and its writer played by one thread; it can die at any call of its disk. */
final class VirtualServer implements JournalEvents {
    static final int SHARDS = 2;

    private static final long TICK_NANOS = Schedule.SECOND;
    private static final long ACK_DELAY_NANOS = 5 * Schedule.MILLI;
    private static final long EVER_MICROS = 300_000_000_000_000L;
    private static final JournalLimits LIMITS = new JournalLimits(
            16_384,
            2_048,
            5 * Schedule.MILLI,
            131_072,
            8,
            Schedule.SECOND,
            1_000,
            new Retention(EVER_MICROS, 1L << 40));

    final SimulatedDisk disk;
    private final Schedule schedule;
    private final Random random;
    private final Checks checks;
    private final Runnable onFailure;

    private final List<Shard> shards = new ArrayList<>();
    private final List<Deque<CommittedBatch>> mailboxes = new ArrayList<>();
    private final long[] fed = new long[SHARDS];
    private final boolean[] ackTimers = new boolean[SHARDS];
    private Journal journal;
    private int life;
    private boolean up;
    private boolean failed;
    private long nextStepNanos;
    private long instance;

    VirtualServer(Schedule schedule, Random random, SimulatedDisk disk, Checks checks, Runnable onFailure)
            throws IOException {
        this.schedule = schedule;
        this.random = random;
        this.disk = disk;
        this.checks = checks;
        this.onFailure = onFailure;
        journal = start();
    }

    private Journal start() throws IOException {
        life++;
        instance++;
        shards.clear();
        mailboxes.clear();
        NameRegistry names = new NameRegistry();
        Families families = new Families(100, 1_000);
        SeriesRules rules = SeriesRules.of(100_000_000, 60_000_000, List.of());
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new Shard(
                    new ServerIdentity(instance, AckLevel.STORED, true, true, 65_535, 65_507, 60),
                    new Aggregator(families, rules, EVER_MICROS),
                    names,
                    new AddressTokens(new byte[32]),
                    () -> KeyRing.EMPTY,
                    1_000));
            mailboxes.add(new ArrayDeque<>());
            fed[i] = 0;
            ackTimers[i] = false;
        }
        Recovery recovery = Recovery.of(disk, damage -> {});
        long unreadable = StoreDriver.restore(disk, recovery, shards, damage -> {});
        Broken.unless(unreadable == 0, "I8", "%d records could not be applied", unreadable);
        Journal begun = new Journal(disk, recovery, LIMITS, schedule, random::nextInt, this);
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
            shards.get(shard).tick(nowMicros());
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

    private void stepLater(long delayNanos) {
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
        mailboxes.get(shard).add(batch);
        int millis = random.nextInt(random.nextInt(8) == 0 ? 60 : 3); // sometimes the loop has much to do
        at(millis * Schedule.MILLI, () -> takeMail(shard));
    }

    private void takeMail(int shard) {
        CommittedBatch batch;
        while ((batch = mailboxes.get(shard).poll()) != null) {
            shards.get(shard).committed(batch, nowMicros());
            endOfBurst(shard);
        }
        checks.shard(this, shard);
        checks.devices(this, shard);
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
        throw new UncheckedIOException(new IOException("nothing is old enough to be deleted"));
    }

    @Override
    public void retentionFailed(IOException cause) {
        checks.count("retention failures");
    }
}
