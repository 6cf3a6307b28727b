package dev.baliza.sim.device;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.ReadingsCodec;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongConsumer;
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

    private static final long HELLO_MICROS = 300_000;
    private static final int MAX_HELLO_BACKOFF = 5;
    private static final int REORDERING_PN = 3;
    private static final int MAX_QUEUED_VECTORS = 100_000;

    private final String name;
    private final long id;
    private final Plan plan;
    private final BootNonce nonce;
    private final Wire wire;
    private final LongConsumer ackLatencyMicros;
    private final Signal[] signals;
    private final int setHash;
    private final RoundTrip roundTrip = new RoundTrip();
    private final Tally tally;
    private final TreeMap<Long, Issued> waiting = new TreeMap<>();
    private final Deque<long[]> queued = new ArrayDeque<>();
    private final Deque<Long> queuedTimes = new ArrayDeque<>();
    private final ByteBuffer scratch = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);

    /** Read by the run's thread too. */
    private volatile Phase phase = Phase.GREETING;

    private long epoch;
    private @Nullable Long token;
    private long nextSeq;
    private long pn;
    private long highestAckedPn = -1;
    private long nextVectorMicros;
    private long nextControlMicros;
    private int controlTries;
    private boolean resendAll;
    private boolean finishing;
    private long transmissions;
    private long gaveUp;
    private long vectorsIssued;

    /**
     * How a device behaves.
     *
     * @param timerOnly packet numbers tell nothing of loss: TCP
     * @param timer whether unacknowledged frames are sent again by the clock
     */
    public record Plan(
            ChannelSet set, long intervalMicros, int batch, boolean reliable, boolean timerOnly, boolean timer) {}

    public VirtualDevice(
            String name,
            Plan plan,
            long seed,
            BootNonce nonce,
            long firstVectorMicros,
            Wire wire,
            LongConsumer ackLatencyMicros) {
        this.name = name;
        this.id = Names.deviceId(name);
        this.plan = plan;
        this.nonce = nonce;
        this.wire = wire;
        this.ackLatencyMicros = ackLatencyMicros;
        this.nextVectorMicros = firstVectorMicros;
        tally = new Tally(plan.set);
        setHash = DescribeCodec.hash(plan.set);
        signals = new Signal[plan.set.channels().size()];
        for (int i = 0; i < signals.length; i++) {
            signals[i] = Channels.signal(i, seed * 64 + i);
        }
    }

    public String name() {
        return name;
    }

    public long id() {
        return id;
    }

    public Phase phase() {
        return phase;
    }

    /** 0 before WELCOME. */
    public long epoch() {
        return epoch;
    }

    /** Frames that got an identity. */
    public long issued() {
        return nextSeq;
    }

    /** Readings in them. */
    public long readingsIssued() {
        return vectorsIssued * signals.length;
    }

    /** What the server must have counted. */
    public Tally tally() {
        return tally;
    }

    /** Frames sent, re-sent and control ones included, before the faults. */
    public long transmissions() {
        return transmissions;
    }

    /** Frames that a terminal NACK ended. */
    public long gaveUp() {
        return gaveUp;
    }

    public ChannelSet set() {
        return plan.set;
    }

    /** No more vectors; what is there is sent and confirmed. */
    public void finish() {
        finishing = true;
    }

    /** Ends the wait for acknowledgements. */
    public void closeNow() {
        if (phase == Phase.DESCRIBING || phase == Phase.MEASURING || phase == Phase.FLUSHING) {
            phase = Phase.CLOSING;
            controlTries = 0;
            nextControlMicros = 0;
        }
    }

    /** A new connection stands: TCP's word for the old one is worth nothing. */
    public void reconnected() {
        nextControlMicros = 0;
        controlTries = 0;
        resendAll = true;
    }

    /** Does what is due. */
    public void tick(long nowMicros) {
        if (!wire.isUp() || phase == Phase.DONE) {
            return;
        }
        switch (phase) {
            case GREETING -> greet(nowMicros);
            case DESCRIBING, MEASURING, FLUSHING -> work(nowMicros);
            case CLOSING -> ping(nowMicros);
            case DONE -> {}
        }
    }

    private void greet(long nowMicros) {
        if (controlIsDue(nowMicros)) {
            Message hello = new Message.Hello(nonce, nowMicros & 0xFFFF_FFFFL, 0, Limits.MAX_FRAME_BYTES, 1);
            Extensions extensions = Extensions.named(name).padTo(Limits.MIN_HELLO_BYTES);
            FrameHeader header = new FrameHeader(id, 0, 0, pn++, Limits.BACK_UNSET, 0);
            send(header, extensions, hello, null, false);
        }
    }

    private boolean controlIsDue(long nowMicros) {
        if (nowMicros < nextControlMicros) {
            return false;
        }
        nextControlMicros = nowMicros + (HELLO_MICROS << Math.min(controlTries++, MAX_HELLO_BACKOFF));
        return true;
    }

    private void work(long nowMicros) {
        measure(nowMicros);
        if (phase != Phase.DESCRIBING) {
            issueBatches(nowMicros);
        }
        resend(nowMicros);
        boolean flushed = waiting.isEmpty() && queued.isEmpty();
        if (phase == Phase.DESCRIBING && waiting.isEmpty()) {
            phase = Phase.MEASURING;
        } else if (phase == Phase.MEASURING && finishing) {
            phase = Phase.FLUSHING;
        } else if (phase == Phase.FLUSHING && flushed) {
            closeNow();
        }
    }

    /** Takes the vectors whose time has come: an open loop, however slow the server is. */
    private void measure(long nowMicros) {
        while (!finishing && nextVectorMicros <= nowMicros) {
            if (queued.size() < MAX_QUEUED_VECTORS) {
                long[] raws = new long[signals.length];
                for (int i = 0; i < raws.length; i++) {
                    raws[i] = signals[i].next(nextVectorMicros);
                }
                queued.add(raws);
                queuedTimes.add(nextVectorMicros);
            }
            nextVectorMicros += plan.intervalMicros;
        }
    }

    private void issueBatches(long nowMicros) {
        while (queued.size() >= plan.batch || (phase == Phase.FLUSHING && !queued.isEmpty())) {
            if (plan.reliable && nextSeq - floor() >= Limits.WINDOW - 1) {
                return;
            }
            issueBatch(Math.min(plan.batch, queued.size()), nowMicros);
        }
    }

    private void issueBatch(int vectors, long nowMicros) {
        long[] raws = new long[vectors * signals.length];
        long[] times = new long[vectors];
        long intended = 0;
        for (int v = 0; v < vectors; v++) {
            System.arraycopy(queued.remove(), 0, raws, v * signals.length, signals.length);
            intended = queuedTimes.remove();
            times[v] = intended / 1_000;
        }
        ByteBuffer rows = ByteBuffer.allocate(vectors * (4 + plan.set.rowBytes()));
        for (int v = 0; v < vectors; v++) {
            rows.putInt((int) (times[v] - times[0]));
            for (int c = 0; c < signals.length; c++) {
                writeValue(rows, c, raws[v * signals.length + c]);
            }
        }
        Message batch =
                new Message.RowReadings(TimeMode.ABSOLUTE, false, false, vectors, setHash, times[0], rows.flip());
        issue(new Issued(tally, nextSeq++, batch, plan.reliable, intended, vectors, raws, times), nowMicros);
    }

    private void writeValue(ByteBuffer rows, int channel, long raw) {
        SensorType type = plan.set.channels().get(channel).type();
        boolean whole = type.form() == SensorType.Form.INTEGER;
        ReadingsCodec.writeValue(rows, type, whole ? new Value.Whole(raw) : new Value.Real(raw));
    }

    private void issue(Issued frame, long nowMicros) {
        vectorsIssued += frame.vectors();
        if (frame.reliable()) {
            waiting.put(frame.seq(), frame);
        }
        transmit(frame, nowMicros);
    }

    /** The lowest number that may still be sent (SPEC §4.4.1). */
    private long floor() {
        return waiting.isEmpty() ? nextSeq : waiting.firstKey();
    }

    private void transmit(Issued frame, long nowMicros) {
        long back = plan.reliable || frame.reliable() ? frame.seq() - Math.min(floor(), frame.seq()) : 0;
        AckLevel level = frame.reliable() ? AckLevel.COUNTED : AckLevel.NONE;
        frame.sent(pn, nowMicros);
        FrameHeader header = new FrameHeader(id, epoch, frame.seq(), pn++, (int) back, FrameHeader.flags(level, false));
        boolean describes = frame.message() instanceof Message.Describe;
        Extensions extensions = Extensions.named(describes ? name : null)
                .withToken(token)
                .padTo(frame.reliable() ? Limits.MIN_RELIABLE_BYTES : 0);
        send(header, extensions, frame.message(), frame, false);
    }

    private void send(
            FrameHeader header, Extensions extensions, Message message, @Nullable Issued frame, boolean sheltered) {
        transmissions++;
        scratch.clear();
        FrameCodec.write(scratch, header, extensions, message);
        ByteBuffer bytes = ByteBuffer.allocate(scratch.position());
        bytes.put(scratch.flip()).flip();
        wire.send(bytes, frame, sheltered);
    }

    /** What is lost by packet number or by the clock goes again, with its identity and a new packet number (SPEC §8.3). */
    private void resend(long nowMicros) {
        boolean all = resendAll;
        resendAll = false;
        for (Issued frame : List.copyOf(waiting.values())) {
            boolean byNumber = !plan.timerOnly && frame.lastPn() + REORDERING_PN <= highestAckedPn;
            boolean byClock = plan.timer && nowMicros - frame.lastSentMicros() >= roundTrip.timeout(frame.tries());
            if (all || byNumber || byClock) {
                transmit(frame, nowMicros);
            }
        }
    }

    private void ping(long nowMicros) {
        if (controlIsDue(nowMicros)) {
            long back = plan.reliable ? nextSeq - floor() : 0;
            FrameHeader header = new FrameHeader(id, epoch, nextSeq, pn++, (int) back, 0);
            Message ping = new Message.Ping(nowMicros, ByteBuffer.allocate(16));
            send(header, Extensions.NONE, ping, null, true);
        }
    }

    /** Takes an answer. */
    public void receive(Message message, long nowMicros) {
        if (message instanceof Message.Welcome welcome) {
            onWelcome(welcome, nowMicros);
        } else if (message instanceof Message.Ack ack) {
            onAck(ack, nowMicros);
        } else if (message instanceof Message.Nack nack) {
            onNack(nack);
        } else if (message instanceof Message.Pong && phase == Phase.CLOSING) {
            phase = Phase.DONE;
        }
    }

    private void onWelcome(Message.Welcome welcome, long nowMicros) {
        if (phase != Phase.GREETING || !welcome.bootNonce().equals(nonce)) {
            return;
        }
        epoch = welcome.epoch();
        token = welcome.token();
        pn = 0;
        controlTries = 0;
        nextControlMicros = 0;
        phase = Phase.DESCRIBING;
        issue(
                new Issued(
                        tally, nextSeq++, new Message.Describe(plan.set), true, nowMicros, 0, new long[0], new long[0]),
                nowMicros);
    }

    private void onAck(Message.Ack ack, long nowMicros) {
        if (ack.epoch() != epoch) {
            return;
        }
        token = null; // an answer came: the address is known to the server
        for (Issued frame : List.copyOf(waiting.values())) {
            if (isSettled(ack, frame.seq())) {
                acknowledged(frame, nowMicros);
            } else if (frame.seq() >= ack.next() + 64L * ack.settled().size()) {
                break;
            }
        }
    }

    private static boolean isSettled(Message.Ack ack, long seq) {
        long distance = seq - ack.next();
        if (distance < 0) {
            return true;
        }
        int word = (int) (distance / 64);
        return word < ack.settled().size() && (ack.settled().get(word) << (distance % 64)) < 0;
    }

    private void acknowledged(Issued frame, long nowMicros) {
        waiting.remove(frame.seq());
        ackLatencyMicros.accept(Math.max(0, nowMicros - frame.intendedMicros()));
        highestAckedPn = Math.max(highestAckedPn, frame.tries() == 1 ? frame.lastPn() : -1);
        if (frame.tries() == 1) {
            roundTrip.measured(nowMicros - frame.lastSentMicros());
        }
    }

    private void onNack(Message.Nack nack) {
        Issued frame = nack.epoch() == epoch ? waiting.get(nack.seq()) : null;
        if (frame == null || nack.code() == ErrorCode.CLOCK_UNSET.number()) {
            return;
        }
        if (nack.retriable()) {
            return; // the timer sends it again, behind the description if that is what was missing
        }
        gaveUp++;
        waiting.remove(frame.seq());
    }
}
