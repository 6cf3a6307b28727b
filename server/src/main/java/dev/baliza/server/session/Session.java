package dev.baliza.server.session;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.Operator;
import dev.baliza.server.aggregate.DeviceSeries;
import dev.baliza.server.aggregate.SampleSink;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One device: its epochs, descriptions, series, route and waiting acknowledgements. Every frame of it becomes one
 * {@link Outcome} here. Thread: its shard's. Spec: SPEC §4, §5, §8.
 */
final class Session {
    private static final long STALE_NACK_MICROS = 1_000_000;

    private final long id;
    private final Shard.Tools tools;
    private final DeviceEpochs epochs = new DeviceEpochs();
    private final DeviceSeries series;
    private final WaitingAcks acks = new WaitingAcks();
    private final DeviceCounts counts = new DeviceCounts();
    private final long firstSeenMicros;

    private final Route route;
    private final Talk talk;
    private final DeviceClock clock;
    private final Intake intake;

    private @Nullable String name;
    private String label;
    private long serverPn;
    private long lastSeenMicros;
    private long nextStaleNackMicros;
    private boolean ofOperator;

    Session(long id, Peer peer, Shard.Tools tools, long nowMicros) {
        this.id = id;
        this.tools = tools;
        label = Names.hex(id);
        route = new Route(peer);
        series = tools.aggregator().newDevice(label);
        talk = new Talk(this, route, tools);
        clock = new DeviceClock(this, route, tools);
        intake = new Intake(tools, series, talk);
        firstSeenMicros = nowMicros;
    }

    long id() {
        return id;
    }

    String label() {
        return label;
    }

    /** Whether it is a person's, not a device's. */
    boolean isOfOperator() {
        return ofOperator;
    }

    long nextServerPn() {
        return serverPn++;
    }

    void count(Outcome outcome) {
        counts.count(outcome);
    }

    /** What every frame of the device tells besides its content. */
    void meet(Frame frame, Peer peer, long nowMicros) {
        Operator operator = peer.operator();
        ofOperator = operator != null;
        if (operator != null) {
            label = operator.name(); // by its key, whatever it says
        }
        String told = frame.name();
        if (operator == null && told != null && !told.equals(name)) {
            rename(told);
        }
        boolean moved = route.follow(frame, peer);
        if (moved) {
            tools.counters().count(SessionEvent.ROUTE_CHANGED);
        }
        talk.spokeAfter(nowMicros - lastSeenMicros, moved);
        lastSeenMicros = nowMicros;
        if (frame.hasToken()
                && !route.isValidated(peer)
                && tools.tokens().isValid(frame.token(), peer.address(), nowMicros)) {
            route.validate(peer);
            clock.join();
        }
    }

    private void rename(String told) {
        if (name != null) {
            tools.names().release(name, id);
        }
        name = told;
        label = tools.names().claim(told, id);
        series.rename(label);
        if (!label.equals(told)) {
            tools.counters().count(SessionEvent.NAME_TAKEN);
        }
    }

    /** Bytes that an answer to this frame may have. */
    long budget(Frame frame, Peer peer) {
        return route.budget(frame, peer);
    }

    /** Judges a sequenced frame. {@code fault}: what is wrong with its header or extensions. */
    Outcome onSequenced(Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros) {
        if (frame.epoch() == 0) {
            return onUnaccounted(frame, fault, peer, nowMicros);
        }
        try {
            if (frame.epoch() >= Limits.EPOCH_LIMIT) {
                throw new Refusal(RefusalReason.JUMP, 0, "epochs end at 0xF0000000");
            }
            if (epochs.isClosed(frame.epoch(), nowMicros)) {
                return stale(frame, peer, nowMicros);
            }
            return onLedger(frame, fault, peer, nowMicros);
        } catch (Refusal refusal) {
            tools.counters().countRefused(refusal.reason());
            counts.count(refusal.reason());
            tools.trace().why(refusal.reason().code(), refusal.getMessage());
            if (frame.reliable()) {
                String text = String.valueOf(refusal.getMessage());
                nack(frame, peer, refusal.reason().code(), refusal.argument(), text);
            }
            return Outcome.REFUSED;
        }
    }

    private Outcome onLedger(Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros) throws Refusal {
        long seq = frame.seq();
        EpochLedger ledger = ledger(frame.epoch(), nowMicros);
        switch (ledger.claim(seq, frame.back(), frame.pn(), true)) {
            case APPLIED -> {}
            case JUMP ->
                throw new Refusal(
                        RefusalReason.JUMP,
                        0,
                        "number or floor jumps by more than 1024; send one more frame to confirm");
            case NO_FLOOR ->
                throw new Refusal(RefusalReason.FLOOR, 0, "the first frame of an epoch must name its floor (back)");
        }
        int contentHash = frame.contentHash();
        switch (ledger.judge(seq, contentHash)) {
            case OVERFLOW -> {
                tools.trace().note("the number is more than 1024 above the lowest that is undecided");
                return Outcome.OVERFLOW;
            }
            case TOO_OLD -> {
                tools.trace().note("the number was declared lost, or is far behind");
                acknowledge(ledger, frame, peer, true);
                return Outcome.TOO_OLD;
            }
            case DUPLICATE -> {
                tools.trace().note("the number is settled already");
                acknowledge(ledger, frame, peer, true);
                return Outcome.DUPLICATE;
            }
            case CONFLICT -> {
                tools.trace().why(ErrorCode.CONFLICT, "other content was settled under this number");
                if (frame.reliable()) {
                    nack(frame, peer, ErrorCode.CONFLICT, 0, "other content was settled under this number");
                }
                return Outcome.CONFLICT;
            }
            case FRESH -> {}
        }
        return settle(ledger, frame, contentHash, fault, peer, nowMicros);
    }

    private Outcome settle(
            EpochLedger ledger,
            Frame frame,
            int contentHash,
            @Nullable ProtocolException fault,
            Peer peer,
            long nowMicros)
            throws Refusal {
        long seq = frame.seq();
        AckLevel highest = tools.replies().identity().highestLevel();
        Content content = null;
        ProtocolException wrong = fault;
        try {
            if (frame.level().compareTo(highest) > 0) {
                throw new Refusal(
                        RefusalReason.LEVEL, highest.ordinal(), "the highest level here is " + highest.ordinal());
            }
            if (wrong == null) {
                content = intake.read(frame);
            }
        } catch (ProtocolException e) {
            wrong = e;
        } catch (Refusal refusal) {
            ledger.refuse(seq);
            throw refusal;
        }
        ledger.begin(seq, contentHash);
        ledger.commit(seq, content != null);
        if (content != null) {
            if (intake.apply(content, frame, peer, nowMicros)) {
                nack(frame, peer, ErrorCode.CLOCK_UNSET, 0, "the clock was never set; readings are stamped on arrival");
            }
        } else if (wrong != null) {
            tools.counters().countRejected(wrong.code());
            tools.trace().why(wrong);
            acks.of(ledger, peer).addRejected(seq, wrong.code().number());
        }
        acknowledge(ledger, frame, peer, frame.has(Frame.ACK_NOW));
        return content != null ? Outcome.ACCEPTED : Outcome.REJECTED;
    }

    /** Epoch 0: counted, no ledger, no answer (SPEC §4.2.3). */
    private Outcome onUnaccounted(Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros) {
        try {
            if (fault != null) {
                throw fault;
            }
            intake.apply(intake.read(frame), frame, peer, nowMicros);
        } catch (ProtocolException e) {
            tools.counters().count(SessionEvent.UNACCOUNTED_MALFORMED);
            tools.trace().why(e);
        } catch (Refusal refusal) {
            tools.counters().count(SessionEvent.UNACCOUNTED_MALFORMED);
            tools.trace().why(refusal.reason().code(), refusal.getMessage());
        }
        return Outcome.UNACCOUNTED;
    }

    private Outcome stale(Frame frame, Peer peer, long nowMicros) {
        if (tools.trace().on()) {
            tools.trace()
                    .why(
                            ErrorCode.STALE_EPOCH,
                            "epoch " + frame.epoch() + " is closed; go on with " + (epochs.current() + 1));
        }
        boolean answers = frame.reliable() || frame.type() == MessageType.HELLO || frame.type() == MessageType.ADMIN;
        if (answers && nowMicros >= nextStaleNackMicros) {
            nextStaleNackMicros = nowMicros + STALE_NACK_MICROS;
            nack(
                    frame,
                    peer,
                    ErrorCode.STALE_EPOCH,
                    epochs.current(),
                    "this epoch is closed; go on with epoch " + (epochs.current() + 1));
        }
        return Outcome.STALE;
    }

    private void nack(Frame frame, Peer peer, ErrorCode code, long argument, String text) {
        tools.replies().nack(peer, this, frame, budget(frame, peer), code, Message.Nack.NO_INDEX, 0, argument, text);
    }

    private void acknowledge(EpochLedger ledger, Frame frame, Peer peer, boolean atOnce) {
        if (!frame.reliable()) {
            return;
        }
        acks.of(ledger, peer).add(frame, peer, atOnce);
        tools.ackQueue().add(this);
    }

    /** Whether a waiting acknowledgement should leave at the end of this burst. */
    boolean ackIsDue() {
        return acks.isDue();
    }

    /** Sends all acknowledgements that wait. */
    void sendAcks() {
        acks.send(this, route, tools, epochs.current());
    }

    /** Applies what a control frame says of its epoch; a stale one says nothing. */
    Outcome onControl(Frame frame, @Nullable Message message, Peer peer, long nowMicros) {
        if (frame.epoch() == 0 || frame.epoch() >= Limits.EPOCH_LIMIT) {
            return Outcome.CONTROL;
        }
        boolean lostCount =
                message instanceof Message.Hello hello && !epochs.continues(frame.epoch(), hello.bootNonce());
        if (lostCount || epochs.isClosed(frame.epoch(), nowMicros)) {
            return stale(frame, peer, nowMicros);
        }
        EpochLedger ledger = ledger(frame.epoch(), nowMicros);
        if (!ofOperator) {
            ledger.claim(frame.seq(), frame.back(), frame.pn(), false);
        }
        boolean answer = message != null && message.type().isAnswer();
        if (frame.reliable() && !answer) {
            acknowledge(ledger, frame, peer, frame.has(Frame.ACK_NOW));
        }
        return Outcome.CONTROL;
    }

    private EpochLedger ledger(long epoch, long nowMicros) {
        long before = epochs.closedBySpace();
        EpochLedger ledger = epochs.ledger(epoch, nowMicros);
        tools.counters().count(SessionEvent.EPOCH_CLOSED_FOR_SPACE, (int) (epochs.closedBySpace() - before));
        return ledger;
    }

    void onHeartbeat(Message.Heartbeat beat, Frame frame, long nowMicros) {
        intake.anchor(frame.epoch(), nowMicros - beat.uptimeMicros());
        epochs.holdFrom(frame.epoch(), beat.lowestHeldEpoch());
    }

    /** Answers HELLO with WELCOME (SPEC §4.2.2, §6.2). */
    void onHello(Message.Hello hello, Frame frame, Peer peer, long nowMicros) {
        long epoch = frame.epoch();
        if (epoch == 0) {
            epoch = epochs.assign(hello.bootNonce(), hello.lowestHeldEpoch(), nowMicros);
        } else {
            epochs.holdFrom(epoch, hello.lowestHeldEpoch());
        }
        SealedLink link = peer.seals();
        if (link != null) {
            link.welcomed(epoch, hello.bootNonce());
        }
        intake.anchor(epoch, nowMicros - hello.uptimeMicros());
        long budget = budget(frame, peer);
        Message.Welcome welcome = Welcomes.of(
                hello.bootNonce(),
                epoch,
                tools.replies().identity(),
                epochs.open(),
                tools.tokens().issue(peer.address(), nowMicros),
                nowMicros,
                budget);
        if (welcome == null) {
            tools.counters().count(SessionEvent.ANSWER_WITHHELD);
        } else {
            tools.replies().send(peer, this, welcome);
        }
        clock.greeted(epoch);
    }

    long lastSeenMicros() {
        return lastSeenMicros;
    }

    DeviceClock clock() {
        return clock;
    }

    /** The talk with the device. */
    Talk talk() {
        return talk;
    }

    /** Sends messages that wait and are due. */
    void advanceTalk(long nowMicros) {
        talk.advance(lastSeenMicros, nowMicros);
    }

    /** Sends a message of the server's own accord; only to an address that is validated. */
    void send(Message message) {
        if (route.isValidated(route.peer())) {
            tools.replies().send(route.peer(), this, message);
        } else {
            tools.counters().count(SessionEvent.ANSWER_WITHHELD);
        }
    }

    /** Tells the device that the server goes. */
    void sayGoodbye() {
        if (route.isValidated(route.peer())) {
            send(new Message.Goodbye(Message.Goodbye.SHUTDOWN, "server shuts down"));
        }
    }

    /** Forgets the device's epochs; false while frames wait for the store. */
    boolean reset() {
        if (!epochs.forget()) {
            return false;
        }
        acks.clear();
        tools.ackQueue().remove(this);
        route.forget();
        intake.forgetClock();
        return true;
    }

    void markTime() {
        epochs.markTime();
    }

    void closeDrained(long nowMicros) {
        epochs.closeDrained(nowMicros);
    }

    LedgerTotals totals() {
        return epochs.totals();
    }

    /** What the device's own outcomes and its ledger disagree on; 0 unless there is a bug. */
    long residual() {
        return counts.residual(epochs.totals());
    }

    void samples(SampleSink to) {
        series.samples(to);
    }

    DeviceView view(boolean withSeries) {
        InetSocketAddress address = route.peer().address();
        return new DeviceView(
                id,
                label,
                name,
                route.peer().transport(),
                address.getAddress().getHostAddress() + ":" + address.getPort(),
                firstSeenMicros,
                lastSeenMicros,
                epochs.current(),
                counts.outcomes(),
                counts.refusals(),
                epochs.totals(),
                epochs.views(),
                epochs.closedCount(),
                intake.readings(),
                talk.count(),
                clock.view(),
                withSeries ? series.views() : List.of());
    }
}
