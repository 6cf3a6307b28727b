package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.books.DescribedDevice;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.books.Transport;
import dev.baliza.server.downlink.Conversation;
import dev.baliza.server.downlink.Directory;
import dev.baliza.server.downlink.DownlinkCounts;
import dev.baliza.server.store.CommittedBatch;
import dev.baliza.server.store.JournalRecord;
import dev.baliza.server.tap.TapHub;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The devices of one event loop: every authenticated frame of them is judged here, by one thread.
 *
 * <p>Time comes with the calls, answers leave through {@link Outlet}; it knows no Netty and no clock. Limits: {@code maxDevices}.
 */
public final class Shard implements Directory {
    private static final long MARK_MICROS = 60_000_000;

    private final SessionTable sessions;
    private final ShardCounters counters = new ShardCounters();
    private final Set<Session> ackQueue = new LinkedHashSet<>();
    private final Trace trace = new Trace();
    private final ShardTools tools;
    private final Gate gate;
    private final Desks desks;
    private final ControlFrames controls;
    private final Reception reception;
    private final Replay replay;
    private long nextMarkMicros;

    public Shard(
            ServerIdentity identity,
            Aggregator aggregator,
            NameRegistry names,
            AddressTokens tokens,
            Supplier<KeyRing> keys,
            int maxDevices) {
        sessions = new SessionTable(names, maxDevices);
        gate = new Gate(keys, identity.instance());
        tools = new ShardTools(
                aggregator,
                new Replies(identity, counters),
                counters,
                names,
                tokens,
                ackQueue,
                trace,
                new DownlinkCounts(),
                new DueTalks(),
                new ClockRound(),
                new ShardTools.Journaling());
        reception = new Reception(tools.replies(), counters, trace);
        replay = new Replay(sessions, tools);
        desks = new Desks(tools.replies(), counters);
        controls = new ControlFrames(tools, desks, reception, keys);
    }

    /** Has files and calculations served there; before the first frame. */
    public void useDesks(Desk files, Desk calculations) {
        desks.use(files, calculations);
    }

    /** Sends what a desk answers. {@code device}: 0 for a sender that is none. */
    public void answer(long device, Peer peer, Message message) {
        tools.replies().send(peer, sessions.get(device), message);
    }

    /** Sends a message to where the device is, if it is known and its address validated. */
    public void send(long device, Message message) {
        Session session = sessions.get(device);
        if (session != null) {
            session.send(message);
        }
    }

    /**
     * Has devices asked for their time; before the first frame.
     *
     * @param interval of each device; zero: none is asked
     */
    public void askForTime(Duration interval, ClockSlots slots) {
        tools.clocks().use(interval, slots);
    }

    /** Shows frames to these onlookers; before the first frame. */
    public void useTaps(TapHub taps) {
        trace.use(taps);
    }

    /**
     * Takes operators' requests to this desk; before the first frame.
     *
     * @param thread runs a task on this shard's thread and sends off what it answers
     */
    public void useDesk(AdminDesk desk, Executor thread) {
        reception.use(desk, thread);
    }

    /**
     * Opens a sealed frame and judges it.
     *
     * @param outer with flag SEALED; its version was checked, nothing else; its bytes are borrowed for this call
     * @return why it was dropped unanswered; null when it was judged
     */
    public @Nullable FrameFault onSealed(Frame outer, Peer peer, long nowMicros) {
        FrameFault fault = gate.open(outer);
        if (fault == null && outer.has(Frame.FROM_SERVER)) {
            fault = FrameFault.FROM_SERVER;
        }
        if (fault == null) {
            onFrame(gate.frame(), peer.sealed(gate.link(outer.device())), nowMicros);
        }
        return fault;
    }

    /**
     * Judges an authenticated frame.
     *
     * @param frame its checksum and version were checked, nothing else; its bytes are borrowed for this call
     */
    public void onFrame(Frame frame, Peer peer, long nowMicros) {
        boolean watched = trace.wanted();
        if (watched) {
            trace.begin(tools.aggregator().skipped());
        }
        ProtocolException fault = null;
        try {
            frame.checkReserved();
            frame.readExtensions();
        } catch (ProtocolException e) {
            fault = e;
        }
        counters.count(SessionEvent.UNKNOWN_EXTENSION, frame.unknownExtensions());
        Session session = session(frame, peer, nowMicros);
        Outcome outcome = frame.sequenced()
                ? onSequenced(session, frame, fault, peer, nowMicros)
                : controls.judge(session, frame, fault, peer, nowMicros);
        if (outcome == null) {
            counters.pending(peer.transport());
        } else {
            counters.count(peer.transport(), outcome);
        }
        if (session != null) {
            if (outcome != null) {
                session.count(outcome);
            }
            session.advanceTalk(nowMicros);
        }
        if (watched && outcome == null) {
            trace.waits();
        } else if (watched && outcome != null) {
            trace.end(frame, peer, session, outcome, tools.aggregator().skipped(), nowMicros);
        }
    }

    /** The device's session; made for whoever sends more than an echo, while there is room. */
    private @Nullable Session session(Frame frame, Peer peer, long nowMicros) {
        if (frame.device() == 0) {
            return null;
        }
        Session session = sessions.get(frame.device());
        boolean introduces = frame.sequenced()
                || frame.type() == MessageType.HELLO
                || frame.type() == MessageType.HEARTBEAT
                || peer.seals() != null; // so that its answers are numbered under its keys from the first on
        boolean room = sessions.hasRoom() || peer.operator() != null; // whose number the keys limit
        if (session == null && introduces && room) {
            session = new Session(frame.device(), peer, tools, nowMicros);
            sessions.add(session);
        }
        if (session != null) {
            session.meet(frame, peer, nowMicros);
        }
        return session;
    }

    private @Nullable Outcome onSequenced(
            @Nullable Session session, Frame frame, @Nullable ProtocolException fault, Peer peer, long nowMicros) {
        if (peer.operator() != null) {
            counters.countRefused(RefusalReason.ROLE);
            trace.why(ErrorCode.WRONG_ROLE, "the key of an operator sends no readings");
            if (frame.reliable()) {
                long budget = session == null ? frame.length() : session.budget(frame, peer);
                tools.replies()
                        .nack(
                                peer,
                                session,
                                frame,
                                budget,
                                ErrorCode.WRONG_ROLE,
                                Message.Nack.NO_INDEX,
                                0,
                                0,
                                "the key of an operator sends no readings; give the device a key without a role");
            }
            return Outcome.REFUSED;
        }
        if (session != null) {
            return session.onSequenced(frame, fault, peer, nowMicros);
        }
        RefusalReason reason = frame.device() == 0 ? RefusalReason.NO_DEVICE : RefusalReason.NO_ROOM;
        counters.countRefused(reason);
        trace.why(
                reason.code(),
                reason == RefusalReason.NO_DEVICE ? "device 0 is no device" : "no room for another device");
        if (frame.reliable()) {
            controls.nackUnknown(frame, peer, reason.code(), "no room for another device, or device 0");
        }
        return Outcome.REFUSED;
    }

    /** Sends the acknowledgements that are due; returns whether others still wait. */
    public boolean endOfBurst() {
        ShardJournal journal = tools.journal();
        if (journal != null) {
            journal.flush();
        }
        ackQueue.removeIf(session -> {
            boolean due = session.ackIsDue();
            if (due) {
                session.sendAcks();
            }
            return due;
        });
        return !ackQueue.isEmpty();
    }

    /** Sends all acknowledgements that wait: 5 ms after the first of them, and when the server drains. */
    public void sendWaitingAcks() {
        ackQueue.forEach(Session::sendAcks);
        ackQueue.clear();
    }

    /** Goes on with a journal, behind what was restored; before the first frame. */
    public void useJournal(ShardJournal journal) {
        tools.journaling().use(journal);
    }

    /** Records that are not on disk yet. */
    public int waitingRecords() {
        ShardJournal journal = tools.journal();
        return journal == null ? 0 : journal.waiting();
    }

    /** Does what was to be done for records that are on disk now. */
    public void committed(CommittedBatch batch, long nowMicros) {
        Objects.requireNonNull(tools.journal()).committed(batch, nowMicros);
    }

    /** Applies a record of a process before this one; before the first frame. */
    public void replay(JournalRecord record) {
        replay.apply(record);
    }

    /** Makes a device of the image in a snapshot; before the first frame. */
    public void restore(DataInput in) throws IOException {
        sessions.add(DeviceImage.read(in, tools));
    }

    /**
     * All that is known of the devices so far is of earlier processes: what this one counts begins here.
     *
     * @return records that could not be applied
     */
    public long beginAfterReplay() {
        sessions.all().forEach(session -> session.counts().beginAt(session.totals()));
        tools.aggregator().beginAfterReplay();
        return replay.unreadable();
    }

    /** Writes images of these devices; of one that is not known any more, nothing. */
    public void save(DataOutput out, List<Long> ids) throws IOException {
        long position = Objects.requireNonNull(tools.journal()).applied();
        for (long id : ids) {
            Session session = sessions.device(id);
            if (session != null) {
                DeviceImage.write(out, session, position);
            }
        }
    }

    /** Once a second: closes drained epochs, and every 60 s declares old gaps lost. */
    public void tick(long nowMicros) {
        sessions.all().forEach(session -> session.closeDrained(nowMicros));
        advanceTalks(nowMicros);
        tools.clocks().tick(nowMicros);
        if (nowMicros >= nextMarkMicros || nowMicros < nextMarkMicros - MARK_MICROS) { // or the clock was set back
            nextMarkMicros = nowMicros + MARK_MICROS;
            sessions.all().forEach(session -> session.markTime(nowMicros));
        }
    }

    /** Sends messages to devices that wait and are due; looks at no other device. */
    public void advanceTalks(long nowMicros) {
        tools.due().take(nowMicros).forEach(talk -> talk.advance(nowMicros));
    }

    @Override
    public List<Conversation> find(String deviceOrGroup) {
        return new DeviceName(deviceOrGroup)
                .among(sessions).stream()
                        .map(session -> session.talk().conversation())
                        .toList();
    }

    @Override
    public List<Conversation> all() {
        return sessions.all().stream()
                .map(session -> session.talk().known())
                .filter(Objects::nonNull)
                .toList();
    }

    /** What was said between the device of this label or id and the server. */
    public Optional<TalkView> talk(String device) {
        return new DeviceName(device)
                .one(sessions)
                .map(session -> session.talk().view());
    }

    /** The device of this label or id, and what describes its rows. */
    public Optional<DescribedDevice> described(String device) {
        return new DeviceName(device)
                .one(sessions)
                .map(found -> new DescribedDevice(
                        found.id(), found.label(), found.intake().sets()));
    }

    /** Says GOODBYE to every device that can hear it. */
    public void sayGoodbye() {
        tools.clocks().stop();
        sessions.all().forEach(Session::sayGoodbye);
    }

    /** All outcomes so far of frames that came by this transport. */
    public long judged(Transport transport) {
        return counters.judged(transport);
    }

    /** The shard's part of the books; the lists are copies. {@code nowMicros} decides which series have left the scrape. */
    public ShardBooks books(long nowMicros) {
        BooksReading reading = readBooks(nowMicros);
        while (reading.goOn(Integer.MAX_VALUE)) {
            // once is enough
        }
        return reading.books(nowMicros);
    }

    /** The same in steps. */
    public BooksReading readBooks(long nowMicros) {
        return new BooksReading(sessions.all(), counters, tools, nowMicros);
    }

    /** Views of the devices behind an id, in unsigned order. */
    public List<DeviceView> devices(long after, int limit, boolean withSeries) {
        return sessions.devicesAfter(after)
                .limit(limit)
                .map(s -> s.view(withSeries))
                .toList();
    }

    /** The device with this label, or with this id in hexadecimal. */
    public Optional<DeviceView> device(String labelOrId) {
        return new DeviceName(labelOrId).one(sessions).map(s -> s.view(true));
    }

    public Optional<DeviceView> device(long id) {
        return Optional.ofNullable(sessions.device(id)).map(s -> s.view(true));
    }

    /** Forgets a device's epochs, so that a board that was written anew may begin at any. Its totals stay in the sums. */
    public ResetOutcome reset(long id, long nowMicros) {
        Session session = sessions.device(id);
        if (session == null) {
            return ResetOutcome.UNKNOWN_DEVICE;
        }
        if (!gate.isFresh(id)) {
            return ResetOutcome.KEY_IN_FORCE;
        }
        if (!session.reset(nowMicros)) {
            return ResetOutcome.PENDING;
        }
        gate.forget(id);
        return ResetOutcome.DONE;
    }

    /** Conversations in which something waits. */
    int waitingTalks() {
        return tools.due().size();
    }

    /** Ids of all devices, for tests and tools. */
    public List<Long> ids() {
        return sessions.ids();
    }
}
