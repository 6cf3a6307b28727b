package dev.baliza.server.simulation;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A device after the book of the protocol: all it sends is in the {@link Truth}, and it believes what it is told. */
final class VirtualDevice {
    private static final long FIRST_RETRY_NANOS = 400 * Schedule.MILLI;
    private static final int MAX_DOUBLINGS = 4;
    private static final long HELLO_NANOS = Schedule.SECOND;
    private static final int MAX_LIVES = 3;
    private static final int BURST = 24;
    private static final int OVERRUN = 1_400;

    final long id;
    private final Profile profile;
    private final Antenna antenna;
    private final Schedule schedule;
    private final Truth truth;
    private final Random random;
    private final Readings readings;

    /** In flash, if it has some. */
    private final List<Life> lives = new ArrayList<>();

    private long boots;
    private int power;
    private BootNonce nonce = new BootNonce(0, 0);
    private boolean welcomed;
    private long nextHelloNanos;
    private long instance = -1;
    private long helloPn;
    private int version;
    private boolean toDescribe;
    private boolean overruns;
    private boolean finishing;
    private boolean ponged;
    private long issuedNanos;
    /** Its next epoch has begun long before. */
    private boolean midLife;

    VirtualDevice(
            long id, Profile profile, Antenna antenna, Schedule schedule, Truth truth, Random random, long firstEpoch) {
        this.id = id;
        this.profile = profile;
        this.antenna = antenna;
        this.schedule = schedule;
        this.truth = truth;
        this.random = random;
        readings = new Readings(random);
        midLife = random.nextInt(3) == 0;
        antenna.listen(this::receive, message -> truth.told(this, message));
        boot(firstEpoch + 1);
    }

    Profile profile() {
        return profile;
    }

    /** Whether it names its epochs itself. */
    boolean countsBoots() {
        return profile.memory() != Profile.Memory.NONE;
    }

    private Life now() {
        return lives.get(lives.size() - 1);
    }

    private boolean lives() {
        return welcomed && !lives.isEmpty();
    }

    /** @param epoch it takes by itself, if it counts them */
    private void boot(long epoch) {
        power++;
        if (profile.memory() != Profile.Memory.QUEUE) {
            lives.forEach(Life::bury);
            lives.clear();
        }
        nonce = new BootNonce(random.nextLong(), random.nextLong());
        welcomed = false;
        nextHelloNanos = 0;
        helloPn = 0;
        instance = -1;
        toDescribe = profile.rows();
        if (countsBoots()) {
            boots = epoch;
            begin(epoch);
        }
        tickLater(power);
    }

    private void begin(long epoch) {
        Life life = new Life(epoch, random.nextInt(1_000));
        life.nextSeq = midLife && countsBoots() ? random.nextInt(5_000) : 0;
        midLife = false;
        lives.add(life);
        toDescribe = profile.rows();
        while (lives.size() > MAX_LIVES) {
            lives.remove(0).bury();
        }
    }

    /** Switched off and on; what is not in flash is gone. */
    void reboot() {
        boot(truth.unusedEpoch(id, boots + 1));
    }

    /** Its flash is what it was before the last boot, of which the server has something on disk. */
    void restoreBackup() {
        if (countsBoots() && welcomed && now().proven) {
            long again = now().epoch;
            lives.forEach(Life::bury);
            lives.clear();
            boot(again);
        }
    }

    /** Written anew, it counts from anywhere, and no life of it has been known for long. */
    void writeAnew() {
        truth.forgotten(id);
        lives.forEach(Life::bury);
        lives.clear();
        midLife = true;
        boot(truth.unusedEpoch(id, 1 + random.nextInt(60)));
    }

    /** Makes no more, and ends with PING. */
    void finish() {
        finishing = true;
        issuedNanos = schedule.nanos();
        nextHelloNanos = Math.min(nextHelloNanos, schedule.nanos());
    }

    /** Whether nothing is left to be settled. */
    boolean isDone() {
        return lives() && ponged && lives.stream().allMatch(life -> life.held.isEmpty());
    }

    /** Of its present boot. */
    BootNonce nonce() {
        return nonce;
    }

    /** The epoch it is in and the next number there. */
    Life current() {
        return now();
    }

    private void tickLater(int of) {
        long period = Math.max(profile.periodNanos(), finishing ? FIRST_RETRY_NANOS : 0);
        schedule.in(period + random.nextInt((int) (20 * Schedule.MILLI)), () -> {
            if (of == power && !(finishing && isDone())) {
                tick();
                tickLater(of);
            }
        });
    }

    private void tick() {
        if (!welcomed) {
            if (schedule.nanos() >= nextHelloNanos) {
                hello();
            }
            return;
        }
        lives.removeIf(life -> life != now() && life.held.isEmpty());
        if (!finishing && random.nextInt(4) != 0) {
            measure();
        }
        if (toDescribe) {
            toDescribe = false;
            now().keepWithinWindow();
            issue(Readings.Made.of(new Message.Describe(Readings.set(version))));
        }
        sendAgain();
        if (random.nextInt(20) == 0) {
            control(now(), new Message.Heartbeat(0, lives.get(0).epoch, 1, 0, 0, 0));
        }
        if (finishing ? !ponged : random.nextInt(20) == 0) {
            control(now(), new Message.Ping(schedule.nanos(), ByteBuffer.allocate(12)));
        }
        antenna.flush();
    }

    private void measure() {
        if (profile.rows() && random.nextInt(15) == 0) {
            version = readings.anotherVersion();
            toDescribe = false;
            issue(Readings.Made.of(new Message.Describe(Readings.set(version))));
        }
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            issue(readings.any(profile.rows(), version, schedule.trueMicros()));
        }
    }

    /** So many best-effort frames at once, or one that is bulky. */
    void burst(int frames, int bytes) {
        for (int i = 0; i < frames && lives() && !finishing; i++) {
            issue(bytes > 0 ? readings.bulky(bytes) : readings.named());
        }
        antenna.flush();
    }

    /** It does not know the window: more frames at once than the server may look at. */
    void overrun() {
        overruns = true;
        burst(Limits.WINDOW + random.nextInt(OVERRUN - Limits.WINDOW), 0);
        overruns = false;
    }

    /** Numbers that are never sent, as when a buffer overflows. */
    void skip(int numbers) {
        if (lives() && !finishing && profile.level() == AckLevel.NONE) {
            Life life = now();
            for (int i = 0; i < numbers; i++) {
                Readings.Made made = readings.named();
                truth.issue(new Issue(
                        new Issue.Identity(id, life.epoch, life.nextSeq++),
                        AckLevel.NONE,
                        made.message(),
                        -1,
                        List.of()));
            }
        }
    }

    private void issue(Readings.Made made) {
        Life life = now();
        int most = overruns ? OVERRUN : Math.min(profile.queue(), Limits.WINDOW - 1);
        if (profile.level() != AckLevel.NONE && life.held.size() >= most) {
            Life oldest = lives.get(0);
            life = oldest.held.isEmpty() ? life : oldest;
            life.held.pollFirstEntry().getValue().abandoned = true;
            life = now();
        }
        Issue issue = new Issue(
                new Issue.Identity(id, life.epoch, life.nextSeq++),
                profile.level(),
                made.message(),
                made.typeCode(),
                made.samples());
        truth.issue(issue);
        ponged = false;
        issuedNanos = schedule.nanos();
        if (issue.reliable()) {
            life.held.put(issue.identity.seq(), issue);
        }
        send(life, issue);
    }

    private void send(Life life, Issue issue) {
        issue.nextNanos = schedule.nanos() + (FIRST_RETRY_NANOS << Math.min(issue.tries++, MAX_DOUBLINGS));
        long floor = issue.reliable() ? life.floor() : Math.min(life.floor(), issue.identity.seq());
        int back = (int) (issue.identity.seq() - floor);
        int flags = FrameHeader.flags(issue.level, random.nextInt(10) == 0);
        antenna.send(
                new FrameHeader(id, life.epoch, issue.identity.seq(), life.pn++, back, flags),
                issue.reliable() ? Limits.MIN_RELIABLE_BYTES : 0,
                issue.message,
                issue.typeCode);
    }

    private void control(Life life, Message message) {
        int back = random.nextInt(4) == 0 ? Limits.BACK_UNSET : (int) Math.min(life.nextSeq - life.floor(), 65_000);
        antenna.send(new FrameHeader(id, life.epoch, life.nextSeq, life.pn++, back, 0), 0, message, Issue.OWN_TYPE);
    }

    private void sendAgain() {
        int left = BURST;
        for (Life life : lives) {
            for (Issue issue : life.held.values()) {
                if (issue.nextNanos <= schedule.nanos() && left > 0) {
                    left--;
                    send(life, issue);
                }
            }
        }
    }

    private void hello() {
        nextHelloNanos = schedule.nanos() + HELLO_NANOS;
        Life life = countsBoots() || !lives.isEmpty() ? now() : null;
        long lowest = life == null ? 0 : lives.get(0).epoch;
        Message hello = new Message.Hello(nonce, 0, lowest, 65_535, 1);
        FrameHeader header = life == null
                ? new FrameHeader(id, 0, 0, helloPn++, Limits.BACK_UNSET, 0)
                : new FrameHeader(id, life.epoch, life.nextSeq, life.pn++, (int) (life.nextSeq - life.floor()), 0);
        antenna.send(header, Limits.MIN_HELLO_BYTES, hello, Issue.OWN_TYPE);
        antenna.flush();
    }

    private void receive(Frame frame, Message message) {
        if (instance != frame.epoch()) {
            boolean another = instance >= 0;
            instance = frame.epoch();
            if (another && welcomed) {
                hello();
            }
        }
        if (message instanceof Message.Welcome welcome) {
            onWelcome(welcome);
        } else if (message instanceof Message.Ack ack) {
            onAck(ack);
        } else if (message instanceof Message.Nack nack) {
            onNack(nack);
        } else if (message instanceof Message.Pong pong) {
            ponged |= finishing && pong.t1() >= issuedNanos;
        }
    }

    private void onWelcome(Message.Welcome welcome) {
        if (!welcome.bootNonce().equals(nonce)) {
            return;
        }
        if (!countsBoots()) {
            truth.granted(id, welcome.epoch(), nonce);
        }
        if (lives.isEmpty()) {
            begin(welcome.epoch());
        } else if (now().epoch != welcome.epoch()) {
            return;
        }
        welcomed = true;
        antenna.token(welcome.token());
        for (Message.Welcome.Known known : welcome.known()) {
            settle(known.epoch(), known.next(), List.of(known.settled()), AckLevel.STORED);
        }
    }

    private void onAck(Message.Ack ack) {
        settle(ack.epoch(), ack.next(), ack.settled(), ack.level());
        Life life = life(ack.epoch());
        if (life == null) {
            return;
        }
        for (Message.Ack.Rejected rejected : ack.rejected()) {
            Issue issue = life.held.get(rejected.seq());
            if (issue != null && issue.level.compareTo(ack.level()) <= 0) {
                Broken.unless(issue.isToBeRejected(), "I8", "%s was rejected", issue.identity);
                settled(life, issue, ack.level());
            }
        }
    }

    /** What it holds of an epoch, or null. */
    @Nullable
    Life life(long epoch) {
        return lives.stream().filter(life -> life.epoch == epoch).findFirst().orElse(null);
    }

    private void settle(long epoch, long next, List<Long> words, AckLevel level) {
        Life life = life(epoch);
        if (life != null) {
            life.covered(next, words, level).forEach(issue -> settled(life, issue, level));
        }
    }

    private static void settled(Life life, Issue issue, AckLevel level) {
        issue.stored |= level.compareTo(AckLevel.STORED) >= 0;
        life.proven |= issue.stored;
        life.held.remove(issue.identity.seq());
    }

    private void onNack(Message.Nack nack) {
        if (nack.code() == ErrorCode.STALE_EPOCH.number()) {
            stale(nack);
            return;
        }
        Life life = life(nack.epoch());
        Issue issue = life == null ? null : life.held.get(nack.seq());
        if (nack.code() == ErrorCode.UNKNOWN_SCHEMA.number()) {
            version = Readings.version(nack.argument());
            toDescribe = true;
        } else if (issue != null && !nack.retriable()) {
            throw new Broken("I8", "%s got NACK %d: %s".formatted(issue.identity, nack.code(), nack.text()));
        }
    }

    private void stale(Message.Nack nack) {
        Life stale = life(nack.epoch());
        if (stale == null) {
            return;
        }
        if (now() != stale) {
            stale.bury();
            return;
        }
        lives.forEach(Life::bury);
        lives.clear();
        nonce = new BootNonce(random.nextLong(), random.nextLong());
        welcomed = false;
        nextHelloNanos = 0;
        if (countsBoots()) {
            boots = truth.unusedEpoch(id, Math.max(boots, nack.argument() + 1));
            begin(boots);
        }
    }

    @Override
    public String toString() {
        return "device %d (%s), welcomed %s, ponged %s, holds %s"
                .formatted(
                        id,
                        profile,
                        welcomed,
                        ponged,
                        lives.stream()
                                .map(life -> life.epoch + ":" + life.held.keySet())
                                .toList());
    }
}
