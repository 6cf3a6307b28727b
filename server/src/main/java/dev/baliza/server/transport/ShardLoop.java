package dev.baliza.server.transport;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.AdminDesk;
import dev.baliza.server.session.BooksReading;
import dev.baliza.server.session.Outlet;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.Seal;
import dev.baliza.server.session.Shard;
import dev.baliza.server.session.ShardBooks;
import dev.baliza.server.session.ShardJournal;
import dev.baliza.server.store.Journal;
import dev.baliza.server.store.Lane;
import dev.baliza.server.tap.TapHub;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop and the shard that lives on it. Frames read here that belong to another shard are copied and handed over, one task
 * per burst; the other loop judges them. Thread: the event loop, but for {@link #run}.
 */
public final class ShardLoop {
    /** Newest values that are read in one go: some 0.2 ms. */
    private static final int SLICE_VALUES = 2_000;

    private static final long ACK_DELAY_MILLIS = 5;

    /** A frame on its way to its shard. */
    private record HandOver(Frame frame, Peer peer) {}

    private final EventLoop loop;
    private final Shard shard;
    private final int index;
    private final Supplier<KeyRing> keys;
    private final boolean insecure;
    private final LongSupplier clockMicros;
    private final AnswerEncoder encoder = new AnswerEncoder();
    private final ReceiveCounters counters = new ReceiveCounters();
    private final Set<Channel> toFlush = new LinkedHashSet<>();
    /** When the burst under way began; 0 between bursts. Reading a clock costs as much as a small frame. */
    private long burstMicros;

    private final Outlet udpOutlet = this::sendDatagram;
    private List<ShardLoop> all = List.of();
    private final List<List<HandOver>> outgoing = new ArrayList<>();
    private @Nullable Channel udp;
    private boolean ackTimerRuns;
    private volatile int waitingRecords;
    private FaultTap faultTap;

    /**
     * @param keys in force; with any, devices without one are refused
     * @param insecure but for devices that have none
     * @param clockMicros wall clock, microseconds since 1970
     */
    public ShardLoop(
            int index,
            EventLoop loop,
            Shard shard,
            Supplier<KeyRing> keys,
            boolean insecure,
            LongSupplier clockMicros) {
        this.keys = keys;
        this.insecure = insecure;
        this.index = index;
        this.loop = loop;
        this.shard = shard;
        this.clockMicros = clockMicros;
        faultTap = new FaultTap(new TapHub(), clockMicros);
    }

    /** Introduces all loops of the server to each other; before any socket is open. */
    public static void connect(List<ShardLoop> loops) {
        for (ShardLoop one : loops) {
            one.all = List.copyOf(loops);
            for (int i = 0; i < loops.size(); i++) {
                one.outgoing.add(new ArrayList<>());
            }
            one.loop.scheduleAtFixedRate(one::tick, 1, 1, TimeUnit.SECONDS);
        }
    }

    EventLoop eventLoop() {
        return loop;
    }

    public Shard shard() {
        return shard;
    }

    /** Shows what ended before there was a frame to judge. */
    FaultTap faultTap() {
        return faultTap;
    }

    ReceiveCounters counters() {
        return counters;
    }

    /** The way back to devices that came by UDP; the socket is this loop's own. */
    Outlet udpOutlet() {
        return udpOutlet;
    }

    /** Shows frames to these onlookers; before any socket is open. */
    public void useTaps(TapHub hub) {
        faultTap = new FaultTap(hub, clockMicros);
        shard.useTaps(hub);
    }

    /** Takes operators' requests to this desk; before any socket is open. */
    public void useDesk(AdminDesk desk) {
        shard.useDesk(
                desk,
                task -> run(() -> {
                    task.run();
                    flush();
                }));
    }

    /**
     * Has what is accepted written down; before any socket is open.
     *
     * @param applied position up to which the shard holds all records of its devices
     */
    public void useJournal(Journal journal, long applied) {
        Lane lane = journal.lane(batch -> loop.execute(() -> {
            shard.committed(batch, clockMicros.getAsLong());
            waitingRecords = shard.waitingRecords();
            sendDueAcks();
        }));
        shard.useJournal(new ShardJournal(lane, applied));
    }

    /** Records that are not on disk yet, as of the end of the last burst. Thread: any. */
    public int waitingRecords() {
        return waitingRecords;
    }

    void useUdp(Channel channel) {
        udp = channel;
    }

    /** Runs on the loop, now if this is its thread. */
    public void run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** Runs a task with the present time on the loop, then sends what it queued for devices. Thread: any. */
    public void act(LongConsumer task) {
        run(() -> {
            long now = clockMicros.getAsLong();
            task.accept(now);
            shard.advanceTalks(now);
            flush();
        });
    }

    /** Has the shard send something; runs on the loop and flushes behind it. Thread: any. */
    public void post(Consumer<Shard> task) {
        run(() -> {
            task.accept(shard);
            flush();
        });
    }

    private void tick() {
        shard.tick(clockMicros.getAsLong());
        sendDueAcks();
    }

    /** The loop that a device lives on. */
    public static ShardLoop ownerOf(List<ShardLoop> loops, long device) {
        return loops.get(shardOf(device, loops.size()));
    }

    /**
     * A delimited frame arrived.
     *
     * @return why it does not go on to a shard, or null when it does
     */
    @Nullable
    FrameFault onFrame(Frame frame, Peer peer) {
        Transport transport = peer.transport();
        counters.framed(transport);
        FrameFault fault = fault(frame);
        if (fault != null) {
            counters.count(transport, fault);
            faultTap.show(frame, peer, fault);
            return fault;
        }
        counters.passedOn(transport);
        int owner = shardOf(frame.device(), all.size());
        if (owner == index) {
            counters.judgedHere(transport);
            if (burstMicros == 0) {
                burstMicros = clockMicros.getAsLong();
            }
            judge(frame, peer, burstMicros);
        } else {
            counters.handedOver(transport);
            outgoing.get(owner).add(new HandOver(frame.copy(), all.get(owner).localize(peer)));
        }
        return null;
    }

    private void judge(Frame frame, Peer peer, long nowMicros) {
        if (!frame.has(Frame.SEALED)) {
            shard.onFrame(frame, peer, nowMicros);
            return;
        }
        FrameFault fault = shard.onSealed(frame, peer, nowMicros);
        if (fault != null) {
            counters.countSealed(peer.transport(), fault);
            faultTap.show(frame, peer, fault);
        }
    }

    /** The same peer, answered by this loop. */
    private Peer localize(Peer peer) {
        Outlet outlet = peer.outlet() instanceof ConnectionOutlet connection
                ? new ConnectionOutlet(connection.channel(), this)
                : udpOutlet;
        return new Peer(peer.transport(), peer.address(), outlet);
    }

    private @Nullable FrameFault fault(Frame frame) {
        if (frame.version() != Frame.VERSION) {
            return FrameFault.UNKNOWN_VERSION;
        }
        if (frame.has(Frame.SEALED)) {
            return keys.get().has(frame.device()) ? null : FrameFault.UNKNOWN_KEY;
        }
        if (!frame.checksumMatches()) {
            return FrameFault.BAD_CHECKSUM;
        }
        if (frame.has(Frame.FROM_SERVER)) {
            return FrameFault.FROM_SERVER;
        }
        KeyRing ring = keys.get();
        return ring.isEmpty() || (insecure && !ring.has(frame.device())) ? null : FrameFault.UNSEALED;
    }

    /** Spreads devices over shards: Fibonacci hashing, because ids may be small numbers. */
    static int shardOf(long device, int shards) {
        return (int) (((device * 0x9E37_79B9_7F4A_7C15L) >>> 33) % shards);
    }

    /** The end of a read burst: hands over, sends what is due, flushes. */
    void endOfBurst() {
        burstMicros = 0;
        for (int i = 0; i < outgoing.size(); i++) {
            List<HandOver> batch = outgoing.get(i);
            if (!batch.isEmpty()) {
                List<HandOver> sent = List.copyOf(batch);
                batch.clear();
                ShardLoop target = all.get(i);
                target.loop.execute(() -> target.takeOver(sent));
            }
        }
        sendDueAcks();
    }

    private void takeOver(List<HandOver> batch) {
        long now = clockMicros.getAsLong();
        for (HandOver one : batch) {
            counters.takenOver(one.peer.transport());
            judge(one.frame, one.peer, now);
        }
        sendDueAcks();
    }

    private void sendDueAcks() {
        boolean othersWait = shard.endOfBurst();
        waitingRecords = shard.waitingRecords();
        flush();
        if (othersWait && !ackTimerRuns) {
            ackTimerRuns = true;
            loop.schedule(this::sendWaitingAcks, ACK_DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void sendWaitingAcks() {
        ackTimerRuns = false;
        shard.sendWaitingAcks();
        flush();
    }

    /** Last words of a server that goes: what waits, then GOODBYE. */
    public void drain() {
        shard.sendWaitingAcks();
        shard.sayGoodbye();
        flush();
    }

    private void flush() {
        toFlush.forEach(Channel::flush);
        toFlush.clear();
    }

    private void sendDatagram(Peer peer, FrameHeader header, Message message, @Nullable Seal seal) {
        Channel channel = udp;
        if (channel != null && channel.isActive()) {
            ByteBuf frame = encoder.encode(channel.alloc(), header, message, seal);
            channel.write(new DatagramPacket(frame, peer.address()), channel.voidPromise());
            toFlush.add(channel);
        }
    }

    /** Writes to a connection, wherever its loop is; it is flushed at the end of this loop's burst. */
    void sendTo(Channel channel, FrameHeader header, Message message, @Nullable Seal seal) {
        if (channel.isActive()) {
            channel.write(encoder.encode(channel.alloc(), header, message, seal), channel.voidPromise());
            toFlush.add(channel);
        }
    }

    /**
     * This loop's and its shard's part of the books. The newest values of many series are read a slice at a time, so that frames
     * go on between; all counts are of one moment. Thread: any.
     */
    public CompletableFuture<LoopBooks> askForBooks() {
        CompletableFuture<LoopBooks> answer = new CompletableFuture<>();
        run(() -> read(shard.readBooks(clockMicros.getAsLong()), answer));
        return answer;
    }

    private void read(BooksReading reading, CompletableFuture<LoopBooks> answer) {
        try {
            if (reading.goOn(SLICE_VALUES)) {
                loop.execute(() -> read(reading, answer));
            } else {
                answer.complete(books(reading.books(clockMicros.getAsLong())));
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /** All at once. Thread: the loop. */
    LoopBooks books() {
        return books(shard.books(clockMicros.getAsLong()));
    }

    private LoopBooks books(ShardBooks of) {
        Channel socket = udp;
        if (socket != null && socket.eventLoop() == loop) {
            KernelDrops.of(socket).ifPresent(counters::kernelDropsAre);
        }
        return new LoopBooks(
                counters.received(),
                counters.datagrams(),
                counters.faults(),
                counters.residual(shard::judged),
                counters.handOverBalance(),
                counters.streamErrors(),
                counters.kernelDrops(),
                of);
    }
}
