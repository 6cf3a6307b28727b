package dev.baliza.sim;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.sim.device.Station;
import dev.baliza.sim.transport.Link;
import dev.baliza.sim.transport.NetworkStack;
import dev.baliza.sim.transport.TlsFailure;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A station on a socket, for commands that ask and wait. Thread: the caller's; it blocks. */
public final class StationLink implements AutoCloseable {
    /** What became of the first words. */
    public enum Greeting {
        WELCOMED,
        /** Nothing listens there. */
        UNREACHABLE,
        /** Something does, but does not answer. */
        SILENT
    }

    private static final int TRIES = 5;
    private static final long FIRST_WAIT_MILLIS = 300;
    private static final long CONNECT_MILLIS = 3_000;
    private static final int QUEUE = 8_192;

    /** A frame and when it came, in nanoseconds of {@link System#nanoTime}. */
    private record Arrival(Frame frame, long nanos) {}

    private final Station station;
    private final NetworkStack stack = new NetworkStack(1);
    private final EventLoop loop = stack.loops().get(0);
    private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>(QUEUE);
    private final AtomicInteger ups = new AtomicInteger();
    private final CountDownLatch up = new CountDownLatch(1);
    private final Link link;
    private volatile @Nullable String tlsProblem;
    private int seenUps;
    private long arrivalNanos;

    /**
     * A station that boots now.
     *
     * @param name null for a sender that is no device
     * @param key null in the open profile
     * @param tls of TCP; null: in the clear
     */
    public StationLink(
            @Nullable String name,
            @Nullable DeviceKey key,
            InetSocketAddress server,
            boolean tcp,
            @Nullable TlsContext tls) {
        SecureRandom random = new SecureRandom();
        station = new Station(name, key, () -> new BootNonce(random.nextLong(), random.nextLong()), nowMicros());
        link = new Link(stack, loop, server, tcp, tls, new Events());
        link.open();
    }

    /** For one that is no device and has no key: enough for echoes. */
    public StationLink(InetSocketAddress server, boolean tcp, @Nullable TlsContext tls) {
        this(null, null, server, tcp, tls);
    }

    private static long nowMicros() {
        return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    }

    /** Waits for the socket; false when the server does not accept within the time. */
    public boolean awaitUp(long millis) throws InterruptedException {
        return up.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits for the socket and, if the station is a device, for WELCOME. */
    public Greeting greet() throws InterruptedException {
        if (!awaitUp(CONNECT_MILLIS)) {
            return Greeting.UNREACHABLE;
        }
        seenUps = ups.get();
        for (int attempt = 0; attempt < TRIES && !station.isWelcomed(); attempt++) {
            sayHello();
            long until = System.nanoTime() + (FIRST_WAIT_MILLIS << attempt) * 1_000_000;
            for (long left = until - System.nanoTime();
                    left > 0 && !station.isWelcomed();
                    left = until - System.nanoTime()) {
                next(Math.max(1, left / 1_000_000));
            }
        }
        return station.isWelcomed() ? Greeting.WELCOMED : Greeting.SILENT;
    }

    /** Whether the connection is another one than at the last call. */
    public boolean isNew() {
        int now = ups.get();
        boolean fresh = now != seenUps;
        seenUps = now;
        return fresh;
    }

    /** Whether the server has answered HELLO, where one is needed. */
    public boolean isWelcomed() {
        return station.isWelcomed();
    }

    /** The server may have forgotten: another WELCOME is wanted. */
    public void greetAgain() {
        station.greetAgain();
    }

    /** Sends HELLO once. */
    public void sayHello() {
        write(station.hello(nowMicros()));
    }

    /** Sends a control message. */
    public void send(Message message, int atLeastBytes) {
        write(station.control(message, atLeastBytes));
    }

    /** The frame of a data message, not sent yet. */
    ByteBuffer data(long seq, Message message) {
        return station.data(seq, message);
    }

    void write(ByteBuffer frame) {
        loop.execute(() -> {
            link.send(frame, null, true);
            link.flush();
        });
    }

    /** The next message within the time, or null; also null when what came was for the station. Valid until the next call. */
    public @Nullable Message next(long millis) throws InterruptedException {
        Arrival arrival = arrivals.poll(millis, TimeUnit.MILLISECONDS);
        if (arrival == null) {
            return null;
        }
        arrivalNanos = arrival.nanos;
        try {
            return station.open(arrival.frame);
        } catch (ProtocolException e) {
            System.err.println("baliza: the server sent a malformed frame: " + e.getMessage());
            return null;
        }
    }

    /** The first message within the time that is wanted, or null; others are passed over. */
    public @Nullable Message await(long millis, Predicate<Message> wanted) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            Message message = next(Math.max(1, left / 1_000_000));
            if (message != null && wanted.test(message)) {
                return message;
            }
        }
        return null;
    }

    /** When what {@link #next} gave last came off the socket, in nanoseconds of {@link System#nanoTime}. */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    /** Whether frames wait to be read. */
    boolean hasMore() {
        return !arrivals.isEmpty();
    }

    /** Why TLS with the server does not come about; null when it does, or there is none. */
    public @Nullable String tlsProblem() {
        return tlsProblem;
    }

    @Override
    public void close() {
        loop.execute(link::close);
        stack.close();
        long left = station.ownEpochEndsMicros() - nowMicros();
        if (left > 0) { // the next program of this device begins a newer epoch (SPEC §4.2.1)
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(left));
        }
    }

    /** What the socket tells. Thread: its loop's. */
    private final class Events implements Link.Owner {
        @Override
        public void onUp() {
            tlsProblem = null;
            ups.incrementAndGet();
            up.countDown();
        }

        @Override
        public void onTlsFailure(Throwable cause) {
            tlsProblem = TlsFailure.text(cause);
        }

        @Override
        public void onFrame(Frame frame) {
            if (!arrivals.offer(new Arrival(frame, System.nanoTime()))) {
                arrivals.clear(); // what was lost comes again
            }
        }
    }
}
