package dev.baliza.server.session;

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
import dev.baliza.server.store.RecordHead;
import dev.baliza.server.store.RecordKind;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One device: its epochs, descriptions, series, route and waiting acknowledgements. Every frame of it becomes one
 * {@link Outcome} here. Thread: its shard's. Spec: SPEC §4, §5, §8.
 */
final class Session {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final long id;
    private final ShardTools tools;
    private final DeviceEpochs epochs = new DeviceEpochs();
    private final DeviceSeries series;
    private final DeviceCounts counts = new DeviceCounts();
    private final long firstSeenMicros;

    private final Route route;
    private final Talk talk;
    private final DeviceClock clock;
    private final Intake intake;
    private final FrameJudge judge;

    /** Boots whose epoch is being written down. */
    private @Nullable String name;

    private String label;
    private long serverPn;
    private long lastSeenMicros;
    private boolean ofOperator;
    private boolean forgetting;
    private long restoredThrough;

    Session(long id, Peer peer, ShardTools tools, long nowMicros) {
        this.id = id;
        this.tools = tools;
        label = Names.hex(id);
        route = new Route(peer);
        series = tools.aggregator().newDevice(label);
        talk = new Talk(this, route, tools);
        clock = new DeviceClock(this, route, tools);
        intake = new Intake(tools, series, talk);
        judge = new FrameJudge(this, tools, epochs, intake, counts);
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
            note(DeviceFact.NAME, 0, StandardCharsets.UTF_8.encode(told), nowMicros);
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

    ShardTools tools() {
        return tools;
    }

    DeviceEpochs epochs() {
        return epochs;
    }

    Intake intake() {
        return intake;
    }

    DeviceCounts counts() {
        return counts;
    }

    @Nullable
    String name() {
        return name;
    }

    long firstSeenMicros() {
        return firstSeenMicros;
    }

    /** All records up to this position were applied before this process began. */
    void restored(long position, long seenMicros) {
        restoredThrough = position;
        lastSeenMicros = Math.max(lastSeenMicros, seenMicros);
    }

    long restoredThrough() {
        return restoredThrough;
    }

    /** Shows the device under the name it goes by. */
    void rename(String told) {
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

    /** Judges a sequenced frame; null when it waits for its commit. {@code fault}: what is wrong with its header or extensions. */
    @Nullable
    Outcome onSequenced(Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros) {
        return judge.judge(frame, fault, peer, nowMicros);
    }

    /** Tells of a frame that is not at hand any more; only to an address that is proven. */
    void tell(Peer to, long epoch, long seq, @Nullable MessageType type, ErrorCode code, String text) {
        if (route.isValidated(to)) {
            int typeCode = type == null ? 0 : type.code();
            tools.replies()
                    .nack(to, this, Replies.UNLIMITED, epoch, seq, typeCode, code, Message.Nack.NO_INDEX, 0, 0, text);
        } else {
            tools.counters().count(SessionEvent.ANSWER_WITHHELD);
        }
    }

    /** Whether a waiting acknowledgement should leave at the end of this burst. */
    boolean ackIsDue() {
        return judge.acks().isDue();
    }

    /** Sends all acknowledgements that wait. */
    void sendAcks() {
        judge.acks().send(this, route, tools, epochs.current());
    }

    /** Applies what a control frame says of its epoch; a stale one says nothing. */
    Outcome onControl(Frame frame, @Nullable Message message, Peer peer, long nowMicros) {
        if (frame.epoch() == 0 || frame.epoch() >= Limits.EPOCH_LIMIT) {
            return Outcome.CONTROL;
        }
        boolean lostCount =
                message instanceof Message.Hello hello && !epochs.continues(frame.epoch(), hello.bootNonce());
        if (lostCount || isClosed(frame.epoch(), nowMicros)) {
            return judge.stale(frame, peer, nowMicros);
        }
        EpochLedger ledger = ledger(frame.epoch(), nowMicros);
        if (ledger == null) {
            return Outcome.CONTROL; // the next one finds room
        }
        if (message instanceof Message.Hello hello) {
            epochs.begunBy(frame.epoch(), hello.bootNonce());
        }
        if (!ofOperator) {
            claim(ledger, frame, nowMicros);
        }
        boolean answer = message != null && message.type().isAnswer();
        if (frame.reliable() && !answer) {
            judge.acknowledge(ledger, frame, peer, frame.has(Frame.ACK_NOW), false);
        }
        return Outcome.CONTROL;
    }

    /** Floor and next of a control frame; with a journal they are written down before they count. */
    private void claim(EpochLedger ledger, Frame frame, long nowMicros) {
        boolean fresh = !ledger.isBased();
        boolean fits = ledger.hear(frame.seq(), frame.back(), frame.pn(), false) == EpochLedger.Claim.APPLIED;
        if (!fits) {
            return;
        }
        if (tools.journal() == null) {
            ledger.apply(frame.seq(), frame.back(), false);
            return;
        }
        if (!fresh && !ledger.adds(frame.seq(), frame.back())) {
            return; // it follows from what is committed, or from frames that wait for that
        }
        long seq = frame.seq();
        int back = frame.back();
        RecordHead head = new RecordHead(
                RecordKind.DEVICE, DeviceFact.CLAIM.code(), id, frame.epoch(), seq, back, false, nowMicros);
        boolean taken = tools.offer(head, (record, now) -> ledger.apply(seq, back, false));
        if (fresh && !taken) {
            ledger.unbase();
        }
    }

    /** The ledger of an epoch that is not closed; null while the oldest one, or the store, has no room for it. */
    @Nullable
    EpochLedger ledger(long epoch, long nowMicros) {
        if (forgetting) {
            return null;
        }
        if (!epochs.hasRoomFor(epoch)) {
            boolean closing = epochs.oldest().isClosing();
            close(epochs.oldest(), nowMicros);
            boolean closes =
                    epochs.hasRoomFor(epoch) || (!closing && epochs.oldest().isClosing());
            tools.counters().count(SessionEvent.EPOCH_CLOSED_FOR_SPACE, closes ? 1 : 0);
            if (!epochs.hasRoomFor(epoch)) {
                return null;
            }
        }
        boolean begins = !epochs.knows(epoch);
        if (begins && !canNote(DeviceFact.BEGUN, epoch, ShardJournal.Waiting.NOTHING, nowMicros)) {
            return null;
        }
        return epochs.ledger(epoch, nowMicros);
    }

    /** Writes down what became known and is in force already; false when there is no room now: then the next snapshot has it. */
    boolean note(DeviceFact fact, long epoch, ByteBuffer payload, long nowMicros) {
        return tools.journal() == null
                || ofOperator
                || tools.offer(
                        RecordHead.of(RecordKind.DEVICE, fact.code(), id, epoch, 0, nowMicros),
                        payload,
                        ShardJournal.Waiting.NOTHING);
    }

    /** HELLO and HEARTBEAT. */
    Introductions introductions() {
        return new Introductions(this, tools, epochs, intake); // seldom wanted: no device keeps one
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
    boolean reset(long nowMicros) {
        if (!epochs.isIdle() || !canNote(DeviceFact.FORGOTTEN, 0, (record, now) -> forget(), nowMicros)) {
            return false;
        }
        forgetting = tools.journal() != null;
        if (!forgetting) {
            forget();
        }
        return true;
    }

    /** Writes down what is to come into force; false when there is no room. Without a journal it is in force at once. */
    private boolean canNote(DeviceFact fact, long epoch, ShardJournal.Waiting then, long nowMicros) {
        if (tools.journal() == null || ofOperator) {
            return true;
        }
        return tools.offer(RecordHead.of(RecordKind.DEVICE, fact.code(), id, epoch, 0, nowMicros), then);
    }

    /** Forgets the device's epochs; nothing of them waits for the store. */
    void forget() {
        forgetting = false;
        epochs.forget();
        judge.acks().clear();
        tools.ackQueue().remove(this);
        route.forget();
        intake.forgetClock();
    }

    /** Every 60 s: declares old gaps lost; with a journal after that is written down. */
    void markTime(long nowMicros) {
        for (EpochLedger ledger : epochs.open()) {
            if (tools.journal() == null) {
                ledger.markTime();
            } else if (ledger.hasMissing()) {
                RecordHead head =
                        RecordHead.of(RecordKind.DEVICE, DeviceFact.MARK.code(), id, ledger.epoch(), 0, nowMicros);
                if (tools.offer(head, NOTHING, (record, now) -> ledger.markTime())) {
                    ledger.markComes();
                }
            }
        }
    }

    /** Whether frames of an epoch are stale. */
    boolean isClosed(long epoch, long nowMicros) {
        closeDrained(nowMicros);
        return epochs.isClosed(epoch, nowMicros);
    }

    void closeDrained(long nowMicros) {
        epochs.drained(nowMicros).forEach(ledger -> close(ledger, nowMicros));
    }

    /** Closes an epoch, with a journal after that is written down; not while frames of it wait for the store. */
    private void close(EpochLedger ledger, long nowMicros) {
        long epoch = ledger.epoch();
        if (ledger.isClosing() || ledger.pendingCount() > 0) {
            return;
        }
        if (tools.journal() == null || ofOperator) {
            epochs.close(epoch);
        } else if (canNote(DeviceFact.CLOSED, epoch, (record, now) -> epochs.close(epoch), nowMicros)) {
            ledger.leave();
        }
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
