package dev.baliza.sim.device;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A device as SPEC.md wants it: asks for its epoch, describes its channels, numbers its frames, sends again what is not
 * acknowledged, and at the end makes sure that the server knows how many there were. Time is an argument. Confined to one thread.
 */
public final class VirtualDevice {
    /** What it is busy with. */
    public enum Phase {
        GREETING,
        DESCRIBING,
        MEASURING,
        FLUSHING,
        CLOSING,
        DONE
    }

    private static final long CONTROL_MICROS = 300_000;
    private static final int MAX_CONTROL_BACKOFF = 5;
    private static final long PAUSE_MICROS = 1_000_000;
    private static final long RETRY_UNIT_MICROS = 100_000;
    private static final long DICE_MICROS = 1_000_000;
    /** Faster than it can boot, so that no later run begins in an epoch of an earlier one. */
    private static final long OWN_EPOCH_MICROS = 500_000;

    private static final long SILENCE_MICROS = 5_000_000;
    private static final BootNonce NO_NONCE = new BootNonce(0, 0);
    private static final int POWER_ON = 1;

    private final String name;
    private final long id;
    private final Plan plan;
    private final Supplier<BootNonce> nonces;
    private final Wire wire;
    private final FrameWriter writer;
    private final LongConsumer ackLatencyMicros;
    private final Random random;
    private final Sampler sampler;
    private final Tally tally;
    private final RoundTrip roundTrip = new RoundTrip();
    private final Lives lives;
    private final List<String> complaints = new ArrayList<>();
    private final FileInbox inbox = new FileInbox(this::answer);

    /** Read by the run's thread too. */
    private volatile Phase phase = Phase.GREETING;

    private final @Nullable Vault vault;
    private BootNonce nonce;
    private @Nullable Issued description;
    private AckLevel level = AckLevel.STORED;
    private boolean awaitsWelcome = true;
    private boolean finishing;
    private long bootMicros;
    private long pausedUntilMicros;
    private long describeAtMicros;
    private long nextControlMicros;
    private int controlTries;
    private long heartbeatMicros = Long.MAX_VALUE;
    private long lastTransmissions;
    private long lastActiveMicros;
    private long lastAnswerMicros;
    private long rejected;
    private long boots;
    private long nextDiceMicros;
    private long readingsIssued;

    /**
     * @param nonces a fresh one at each boot; in the whole run and in later ones none may come twice
     * @param vault null in the open profile
     */
    public VirtualDevice(
            String name,
            Plan plan,
            long seed,
            Supplier<BootNonce> nonces,
            long firstVectorMicros,
            Wire wire,
            @Nullable Vault vault,
            LongConsumer ackLatencyMicros) {
        this.name = name;
        this.id = Names.deviceId(name);
        this.plan = plan;
        this.nonces = nonces;
        this.wire = wire;
        this.ackLatencyMicros = ackLatencyMicros;
        nonce = NO_NONCE;
        random = new Random(seed);
        this.vault = vault;
        writer = new FrameWriter(id, name, wire, vault);
        newNonce();
        tally = new Tally(plan.channels());
        lives = new Lives(tally);
        sampler = new Sampler(plan, seed, firstVectorMicros);
        bootMicros = firstVectorMicros;
    }

    public String name() {
        return name;
    }

    public long id() {
        return id;
    }

    /** All channels: those of the described set, then those that describe themselves. */
    public List<ChannelDescription> channels() {
        return plan.channels();
    }

    public Phase phase() {
        return phase;
    }

    /** Its epochs, oldest first; empty before the first WELCOME. */
    public List<Life> lives() {
        return lives.all();
    }

    public boolean wasWelcomed() {
        return !lives.isEmpty();
    }

    /** Frames that got an identity, in all epochs. */
    public long issued() {
        return lives.issued();
    }

    /** Readings in them. */
    public long readingsIssued() {
        return readingsIssued;
    }

    /** What the server must have counted. */
    public Tally tally() {
        return tally;
    }

    /** Frames sent, re-sent and control ones included, before the faults. */
    public long transmissions() {
        return writer.transmissions();
    }

    /** Frames that a terminal NACK or the end of their epoch ended. */
    public long gaveUp() {
        return lives.gaveUp();
    }

    /** Frames that an ACK listed as rejected. */
    public long rejected() {
        return rejected;
    }

    /** Epochs that an answer may speak of, the present one first. */
    public List<Long> openEpochs() {
        return lives.open();
    }

    /** Sealed control frames of which more than one copy left: replays. */
    public long replays() {
        return vault == null ? 0 : writer.controlRepeats();
    }

    /** How often it booted in the run. */
    public long boots() {
        return boots;
    }

    /** Whether its readings carry times of its own that the server uses. */
    public boolean tellsTime() {
        return !plan.clock().isUnset();
    }

    /** What the server did that it should not have done; one sentence each. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Notes something the server did wrong. */
    public void complain(String text) {
        if (complaints.size() < 5) {
            complaints.add(text);
        }
    }

    /** No more vectors; what is there is sent and confirmed. */
    public void finish() {
        finishing = true;
    }

    /** Ends the wait for acknowledgements. */
    public void closeNow() {
        if (phase == Phase.DESCRIBING || phase == Phase.MEASURING || phase == Phase.FLUSHING) {
            phase = Phase.CLOSING;
            controlAtOnce();
        }
    }

    /** A new connection stands: asks what the server has before anything is sent again (SPEC §6.1.2). */
    public void reconnected() {
        awaitsWelcome = true;
        pausedUntilMicros = 0;
        controlAtOnce();
    }

    private void controlAtOnce() {
        controlTries = 0;
        nextControlMicros = 0;
    }

    /** Does what is due. */
    public void tick(long nowMicros) {
        if (!finishing && phase != Phase.GREETING) {
            sampler.sample(nowMicros);
            maybeBoot(nowMicros);
        }
        if (phase == Phase.DONE || nowMicros < pausedUntilMicros || !wire.isUp()) {
            return;
        }
        if (lives.current() == null && vault != null && vault.numbersEpochs()) {
            lives.begin(nowMicros / OWN_EPOCH_MICROS);
        }
        Life now = lives.current();
        if (vault != null
                && now != null
                && !now.isSettled()
                && nowMicros - lastAnswerMicros > SILENCE_MICROS
                && !awaitsWelcome) {
            awaitsWelcome = true; // a server that lost its keys to a restart cannot say so
            lastAnswerMicros = nowMicros;
            controlAtOnce();
        }
        if (awaitsWelcome || now == null) {
            greet(nowMicros);
        } else if (phase == Phase.CLOSING) {
            ping(now, nowMicros);
        } else {
            work(now, nowMicros);
        }
        if (writer.transmissions() != lastTransmissions) {
            lastTransmissions = writer.transmissions();
            lastActiveMicros = nowMicros;
        }
    }

    /** Once a second the dice are cast for a boot or a new flash. */
    private void maybeBoot(long nowMicros) {
        Defects wrong = plan.defects();
        if (nowMicros < nextDiceMicros || (wrong.reboots() == 0 && wrong.reflashes() == 0)) {
            return;
        }
        boolean first = nextDiceMicros == 0;
        nextDiceMicros = nowMicros + DICE_MICROS;
        if (first || phase != Phase.MEASURING) {
            return;
        }
        double dice = random.nextDouble();
        if (dice < wrong.reflashes()) {
            reflash(nowMicros);
        } else if (dice < wrong.reflashes() + wrong.reboots()) {
            boot(nowMicros);
        }
    }

    private void newNonce() {
        nonce = nonces.get();
        if (vault != null) {
            vault.booted(nonce);
        }
    }

    /** Whether the server must be asked for every epoch: so says its key. */
    private boolean mustAsk() {
        return vault != null && !vault.numbersEpochs();
    }

    /** With flash it counts its epoch on and keeps its queue; without, all is gone and the server is asked (SPEC §4.2). */
    private void boot(long nowMicros) {
        Life old = lives.current();
        if (old != null && (vault == null ? plan.defects().flash() : vault.numbersEpochs())) {
            lives.holdCurrent();
            lives.begin(old.epoch() + 1);
        } else {
            lives.forget();
        }
        restart(nowMicros);
    }

    /** The board was written anew: an epoch counter that begins at 1 (SPEC §4.2.6). */
    private void reflash(long nowMicros) {
        lives.forget();
        if (!mustAsk()) {
            lives.begin(1);
        }
        restart(nowMicros);
    }

    private void restart(long nowMicros) {
        boots++;
        bootMicros = nowMicros;
        newNonce();
        sampler.forget();
        inbox.forget();
        awaitsWelcome = true;
        phase = Phase.GREETING;
        describeAtMicros = 0;
        controlAtOnce();
    }

    private void greet(long nowMicros) {
        if (controlIsDue(nowMicros)) {
            long uptime = Math.max(0, nowMicros - bootMicros);
            writer.hello(
                    lives.current(),
                    new Message.Hello(nonce, uptime, lives.lowestHeld(), Limits.MAX_FRAME_BYTES, POWER_ON));
        }
    }

    private boolean controlIsDue(long nowMicros) {
        if (nowMicros < nextControlMicros) {
            return false;
        }
        nextControlMicros = nowMicros + (CONTROL_MICROS << Math.min(controlTries++, MAX_CONTROL_BACKOFF));
        return true;
    }

    private void work(Life now, long nowMicros) {
        inbox.tick();
        if (describeAtMicros > 0 && nowMicros >= describeAtMicros) {
            describe(now, nowMicros);
        }
        if (phase != Phase.DESCRIBING) {
            issueBatches(now, nowMicros);
        }
        lives.held().forEach(old -> resend(old, nowMicros));
        resend(now, nowMicros);
        lives.retireSettled();
        boolean flushed = now.isSettled() && lives.held().isEmpty() && sampler.isEmpty();
        Issued told = description;
        if (phase == Phase.DESCRIBING && told != null && now.waiting(told.seq()) == null) {
            phase = Phase.MEASURING;
        } else if (phase == Phase.MEASURING && finishing) {
            phase = Phase.FLUSHING;
        } else if (phase == Phase.FLUSHING && flushed) {
            closeNow();
        } else if (now.used() >= plan.lifeFrames()) {
            beginAnew();
        } else if (nowMicros - lastActiveMicros >= heartbeatMicros) {
            writer.heartbeat(now, back(now), heartbeat(now, nowMicros));
        }
    }

    private Message.Heartbeat heartbeat(Life now, long nowMicros) {
        return new Message.Heartbeat(
                Math.max(0, nowMicros - bootMicros),
                lives.lowestHeld(),
                POWER_ON,
                now.waitingFrames(),
                lives.gaveUp(),
                readingsIssued());
    }

    private void describe(Life now, long nowMicros) {
        describeAtMicros = 0;
        Issued frame = now.issue(new Message.Describe(plan.set()), true, Batch.none(nowMicros));
        description = frame;
        transmit(frame, nowMicros);
    }

    private void issueBatches(Life now, long nowMicros) {
        while (sampler.hasFullBatch() || (phase == Phase.FLUSHING && !sampler.isEmpty())) {
            if (plan.reliable() && !now.hasRoom()) {
                return;
            }
            Batch batch = sampler.take();
            issue(now, batch, sampler.message(batch), nowMicros);
            if (!plan.named().isEmpty() && (!plan.reliable() || now.hasRoom())) {
                Batch named = sampler.takeNamed(nowMicros);
                issue(now, named, sampler.namedMessage(named), nowMicros);
            }
        }
    }

    private void issue(Life now, Batch batch, Message message, long nowMicros) {
        readingsIssued += batch.readings();
        transmit(now.issue(message, plan.reliable(), batch), nowMicros);
    }

    private void resend(Life of, long nowMicros) {
        of.forEachDue(plan, roundTrip, nowMicros, frame -> transmit(frame, nowMicros));
    }

    private void transmit(Issued frame, long nowMicros) {
        writer.sequenced(frame, level, !plan.reliable() && !frame.reliable(), nowMicros);
    }

    private long back(Life of) {
        return plan.reliable() ? of.issued() - of.floor() : 0;
    }

    private void ping(Life now, long nowMicros) {
        if (controlIsDue(nowMicros)) {
            writer.ping(now, back(now), nowMicros);
        }
    }

    /** Before a counter would wrap: the next life, as after a boot; frames of this one are still sent (SPEC §1.3). */
    private void beginAnew() {
        newNonce();
        lives.holdCurrent();
        awaitsWelcome = true;
        phase = Phase.GREETING;
        controlAtOnce();
    }

    /** Takes an answer. */
    public void receive(Message message, long nowMicros) {
        lastAnswerMicros = nowMicros;
        if (message instanceof Message.Welcome welcome) {
            onWelcome(welcome, nowMicros);
        } else if (message instanceof Message.Ack ack) {
            onAck(ack, nowMicros);
        } else if (message instanceof Message.Nack nack) {
            onNack(nack, nowMicros);
        } else if (message instanceof Message.Pong && phase == Phase.CLOSING && !awaitsWelcome) {
            phase = Phase.DONE;
        } else if (message instanceof Message.Goodbye) {
            onGoodbye(nowMicros);
        } else if (message instanceof FileMessage file) {
            inbox.receive(file);
        }
    }

    /** Says something of a file, unless it has said its last word already: nothing may come behind that. */
    private void answer(FileMessage message) {
        Life now = lives.current();
        if (now != null && !awaitsWelcome && phase.compareTo(Phase.CLOSING) < 0) {
            writer.control(now, back(now), message);
        }
    }

    /** Files of the server that came whole. */
    public long filesReceived() {
        return inbox.received();
    }

    private void onWelcome(Message.Welcome welcome, long nowMicros) {
        Life current = lives.current();
        boolean mine = welcome.bootNonce().equals(nonce) && (current == null || current.epoch() == welcome.epoch());
        if (!awaitsWelcome || !mine) {
            return;
        }
        awaitsWelcome = false;
        controlAtOnce();
        if (vault != null) {
            vault.welcomed(welcome.epoch());
        }
        writer.token(welcome.token());
        heartbeatMicros = welcome.heartbeatSeconds() * 1_000_000L;
        level = AckLevel.STORED.compareTo(welcome.highestLevel()) < 0 ? AckLevel.STORED : welcome.highestLevel();
        for (Message.Welcome.Known known : welcome.known()) {
            Life told = lives.find(known.epoch());
            if (told != null) {
                told.settle(known.next(), List.of(known.settled()), AckLevel.FORWARDED, f -> settled(f, nowMicros));
            }
        }
        lives.resendAll();
        if (phase == Phase.GREETING) {
            Life begun = current == null ? lives.begin(welcome.epoch()) : current;
            phase = Phase.DESCRIBING;
            describe(begun, nowMicros);
        }
    }

    private void onAck(Message.Ack ack, long nowMicros) {
        Life told = lives.find(ack.epoch());
        if (told == null) {
            return;
        }
        writer.token(null); // an answer came: the address is known to the server
        for (Message.Ack.Rejected one : ack.rejected()) {
            if (told.settleRejected(one.seq(), frame -> settled(frame, nowMicros))) {
                rejected++;
            }
        }
        told.settle(ack.next(), ack.settled(), ack.level(), frame -> settled(frame, nowMicros));
    }

    private void settled(Issued frame, long nowMicros) {
        ackLatencyMicros.accept(Math.max(0, nowMicros - frame.batch().intendedMicros()));
        if (frame.tries() == 1) {
            roundTrip.measured(nowMicros - frame.lastSentMicros());
        }
    }

    private void onNack(Message.Nack nack, long nowMicros) {
        Life told = lives.find(nack.epoch());
        ErrorCode code = ErrorCode.of(nack.code());
        long wait = nack.retryAfter() * RETRY_UNIT_MICROS;
        if (code == ErrorCode.STALE_EPOCH) {
            onStale(told, nack.argument());
            return;
        }
        if (nack.retriable() && code != null && code.scope() == ErrorCode.Scope.DEVICE) {
            pause(nowMicros, wait);
            return;
        }
        boolean sequenced = MessageType.isSequenced(nack.frameType());
        Issued frame = told == null || !sequenced ? null : told.waiting(nack.seq());
        if (frame == null || code == ErrorCode.CLOCK_UNSET) {
            return;
        }
        if (!nack.retriable()) {
            lives.giveUp(frame);
        } else if (code == ErrorCode.UNKNOWN_SCHEMA) {
            if (describeAtMicros == 0) {
                describeAtMicros = nowMicros + random.nextInt(1_000_000);
            }
            frame.holdUntil(describeAtMicros + 1);
        } else if (code == ErrorCode.LEVEL_UNAVAILABLE) {
            level = lower(frame.level(), nack.argument());
            frame.holdUntil(nowMicros);
        } else if (wait > 0) {
            frame.holdUntil(nowMicros + wait);
        }
    }

    private static AckLevel lower(AckLevel asked, long highest) {
        long lower = Math.min(asked.ordinal() - 1L, highest);
        return AckLevel.of((int) Math.max(AckLevel.COUNTED.ordinal(), lower));
    }

    /** The epoch is closed: what waits in it can never be counted; the device goes on with the next one (SPEC §4.2.5). */
    private void onStale(@Nullable Life told, long currentEpoch) {
        if (told == null) {
            return;
        }
        boolean present = told == lives.current();
        lives.abandon(told);
        if (present) {
            if (mustAsk()) {
                newNonce();
            } else {
                lives.begin(currentEpoch + 1);
            }
            awaitsWelcome = true;
            phase = Phase.GREETING;
            controlAtOnce();
        }
    }

    private void pause(long nowMicros, long wait) {
        pausedUntilMicros = nowMicros + Math.max(wait, PAUSE_MICROS) + random.nextInt((int) PAUSE_MICROS);
    }

    /** The server goes: nothing more now; later it is asked what it has. */
    private void onGoodbye(long nowMicros) {
        pause(nowMicros, 0);
        awaitsWelcome = true;
        controlAtOnce();
    }
}
