package dev.baliza.sim.device;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.Message;
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

    private static final long PAUSE_MICROS = 1_000_000;
    private static final long SILENCE_MICROS = 5_000_000;

    private final String name;
    private final long id;
    private final Plan plan;
    private final Wire wire;
    private final FrameWriter writer;
    private final Random random;
    private final Sampler sampler;
    private final Measuring measuring;
    private final Tally tally;
    private final Lives lives;
    private final Epochs epochs;
    private final Outbox outbox;
    private final Dialogue dialogue;
    private final BootDice dice;
    private final Uptime uptime;
    private final ControlTimer control = new ControlTimer();
    private final List<String> complaints = new ArrayList<>();
    private final FileInbox inbox = new FileInbox(this::answer);

    /** Read by the run's thread too. */
    private volatile Phase phase = Phase.GREETING;

    private final @Nullable Vault vault;
    private boolean awaitsWelcome = true;
    private boolean finishing;
    private long pausedUntilMicros;
    private long heartbeatMicros = Long.MAX_VALUE;
    private long lastTransmissions;
    private long lastActiveMicros;
    private long lastAnswerMicros;
    private long boots;

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
        this.wire = wire;
        random = new Random(seed);
        this.vault = vault;
        writer = new FrameWriter(id, name, wire, vault);
        tally = new Tally(plan.channels());
        lives = new Lives(tally);
        epochs = new Epochs(plan.defects().flash(), nonces, vault, lives);
        outbox = new Outbox(plan, lives, writer, ackLatencyMicros);
        sampler = new Sampler(plan, seed, firstVectorMicros);
        measuring = new Measuring(plan, sampler, outbox, random);
        dialogue = new Dialogue(name, outbox, writer, new Board(name, plan, sampler));
        dice = new BootDice(plan.defects(), random);
        uptime = new Uptime(firstVectorMicros);
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
        return measuring.readingsIssued();
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
        return outbox.rejected();
    }

    /**
     * Epochs that a frame of the server may belong to, the present one first.
     *
     * @param sequenced whether the server numbered it: then only the present one (SPEC §7.9.6)
     */
    public List<Long> openEpochs(boolean sequenced) {
        List<Long> open = lives.open();
        return sequenced && lives.current() != null ? open.subList(0, 1) : open;
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
            control.atOnce();
        }
    }

    /** A new connection stands: asks what the server has before anything is sent again (SPEC §6.1.2). */
    public void reconnected() {
        awaitsWelcome = true;
        pausedUntilMicros = 0;
        control.atOnce();
    }

    /** Does what is due. */
    public void tick(long nowMicros) {
        if (!finishing && phase != Phase.GREETING) {
            sampler.sample(nowMicros);
            maybeBoot(nowMicros);
            if (phase == Phase.MEASURING) {
                dialogue.muse(nowMicros);
            }
        }
        if (phase == Phase.DONE || nowMicros < pausedUntilMicros || !wire.isUp()) {
            return;
        }
        epochs.beginIfCounted(nowMicros);
        Life now = lives.current();
        if (vault != null
                && now != null
                && !now.isSettled()
                && nowMicros - lastAnswerMicros > SILENCE_MICROS
                && !awaitsWelcome) {
            awaitsWelcome = true; // a server that lost its keys to a restart cannot say so
            lastAnswerMicros = nowMicros;
            control.atOnce();
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

    private void maybeBoot(long nowMicros) {
        switch (dice.cast(nowMicros, phase == Phase.MEASURING)) {
            case GO_ON -> {}
            case BOOT -> boot(nowMicros);
            case REFLASH -> {
                epochs.reflash();
                restart(nowMicros);
            }
        }
    }

    private void boot(long nowMicros) {
        epochs.boot();
        restart(nowMicros);
    }

    private void restart(long nowMicros) {
        boots++;
        uptime.booted(nowMicros);
        measuring.forget();
        dialogue.forget();
        inbox.forget();
        askForWelcome();
    }

    private void askForWelcome() {
        awaitsWelcome = true;
        phase = Phase.GREETING;
        control.atOnce();
    }

    private void greet(long nowMicros) {
        if (control.isDue(nowMicros)) {
            writer.hello(lives.current(), uptime.hello(epochs.nonce(), lives, nowMicros));
        }
    }

    private void work(Life now, long nowMicros) {
        inbox.tick();
        if (dialogue.mayBoot() && phase == Phase.MEASURING) {
            boot(nowMicros);
            return;
        }
        measuring.describeIfDue(now, nowMicros);
        if (phase != Phase.DESCRIBING) {
            measuring.issueBatches(now, phase == Phase.FLUSHING, nowMicros);
            dialogue.speak(now, nowMicros);
        }
        outbox.resend(now, nowMicros);
        boolean flushed = now.isSettled() && dialogue.isSilent() && lives.held().isEmpty() && sampler.isEmpty();
        if (phase == Phase.DESCRIBING && measuring.isDescribed(now)) {
            phase = Phase.MEASURING;
        } else if (phase == Phase.MEASURING && finishing) {
            phase = Phase.FLUSHING;
        } else if (phase == Phase.FLUSHING && flushed) {
            closeNow();
        } else if (now.used() >= plan.lifeFrames()) {
            epochs.beginAnew();
            askForWelcome();
        } else if (nowMicros - lastActiveMicros >= heartbeatMicros) {
            writer.heartbeat(now, outbox.back(now), uptime.heartbeat(now, lives, readingsIssued(), nowMicros));
        }
    }

    private void ping(Life now, long nowMicros) {
        if (control.isDue(nowMicros)) {
            writer.ping(now, outbox.back(now), nowMicros);
        }
    }

    /** Takes an answer. */
    public void receive(Message message, long nowMicros) {
        lastAnswerMicros = nowMicros;
        if (message instanceof Message.Welcome welcome) {
            onWelcome(welcome, nowMicros);
        } else if (message instanceof Message.Ack ack) {
            outbox.acknowledged(ack, nowMicros);
        } else if (message instanceof Message.Nack nack) {
            onNack(nack, nowMicros);
        } else if (message instanceof Message.Pong && phase == Phase.CLOSING && !awaitsWelcome) {
            phase = Phase.DONE;
        } else if (message instanceof Message.Goodbye) {
            onGoodbye(nowMicros);
        } else if (message instanceof Message.Ping ping) {
            answer(plan.clock().answer(ping, nowMicros));
        } else if (message instanceof FileMessage file) {
            inbox.receive(file);
        }
    }

    /**
     * Takes a message that the server numbered. At the end of the run it is deaf: the server was told how many frames there are.
     *
     * @param instance of the server
     */
    public void hear(long instance, long seq, int back, Message message) {
        Life now = lives.current();
        if (now != null && !awaitsWelcome && phase.compareTo(Phase.CLOSING) < 0) {
            dialogue.hear(now, instance, seq, back, message);
        }
    }

    /** Sends so many texts and events a second of its own accord. */
    public void chat(double perSecond) {
        dialogue.chat(perSecond);
    }

    /** Answers something, unless it has said its last word already: nothing may come behind that. */
    private void answer(Message message) {
        Life now = lives.current();
        if (now != null && !awaitsWelcome && phase.compareTo(Phase.CLOSING) < 0) {
            writer.control(now, outbox.back(now), message);
        }
    }

    /** Files of the server that came whole. */
    public long filesReceived() {
        return inbox.received();
    }

    private void onWelcome(Message.Welcome welcome, long nowMicros) {
        if (!awaitsWelcome || !epochs.isMine(welcome)) {
            return;
        }
        awaitsWelcome = false;
        control.atOnce();
        Life now = epochs.welcomed(welcome);
        writer.token(welcome.token());
        heartbeatMicros = welcome.heartbeatSeconds() * 1_000_000L;
        outbox.welcomed(welcome, nowMicros);
        if (phase == Phase.GREETING) {
            phase = Phase.DESCRIBING;
            measuring.describe(now, nowMicros);
        }
    }

    private void onNack(Message.Nack nack, long nowMicros) {
        ErrorCode code = ErrorCode.of(nack.code());
        if (code == ErrorCode.STALE_EPOCH) {
            onStale(lives.find(nack.epoch()), nack.argument());
        } else if (nack.retriable() && code != null && code.scope() == ErrorCode.Scope.DEVICE) {
            pause(nowMicros, Outbox.retryAfterMicros(nack));
        } else {
            outbox.refused(nack, code, nowMicros, () -> measuring.describeSoon(nowMicros));
        }
    }

    /** The epoch is closed: what waits in it can never be counted; the device goes on with the next one (SPEC §4.2.5). */
    private void onStale(@Nullable Life told, long currentEpoch) {
        if (told == null) {
            return;
        }
        boolean present = told == lives.current();
        lives.abandon(told);
        if (present) {
            epochs.closed(currentEpoch);
            askForWelcome();
        }
    }

    private void pause(long nowMicros, long wait) {
        pausedUntilMicros = nowMicros + Math.max(wait, PAUSE_MICROS) + random.nextInt((int) PAUSE_MICROS);
    }

    /** The server goes: nothing more now; later it is asked what it has. */
    private void onGoodbye(long nowMicros) {
        pause(nowMicros, 0);
        awaitsWelcome = true;
        control.atOnce();
    }
}
