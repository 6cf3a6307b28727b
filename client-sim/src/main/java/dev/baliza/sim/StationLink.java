package dev.baliza.sim;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.sim.device.Station;
import dev.baliza.sim.transport.Link;
import dev.baliza.sim.transport.NetworkStack;
import dev.baliza.sim.transport.TlsFailure;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A station on a socket, for commands that ask and wait. Thread: the caller's; it blocks. */
final class StationLink implements AutoCloseable, Link.Owner {
    /** What became of the first words. */
    enum Greeting {
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

    private final Station station;
    private final LongSupplier clockMicros;
    private final NetworkStack stack = new NetworkStack(1);
    private final EventLoop loop = stack.loops().get(0);
    private final LinkedBlockingQueue<Frame> frames = new LinkedBlockingQueue<>(QUEUE);
    private final AtomicInteger ups = new AtomicInteger();
    private final Link link;
    private volatile @Nullable String tlsProblem;
    private int seenUps;

    /** @param tls of TCP; null: in the clear */
    StationLink(
            Station station,
            InetSocketAddress server,
            boolean tcp,
            @Nullable TlsContext tls,
            LongSupplier clockMicros) {
        this.station = station;
        this.clockMicros = clockMicros;
        link = new Link(stack, loop, server, tcp, tls, this);
        link.open();
    }

    /** Waits for the socket and, if the station is a device, for WELCOME. */
    Greeting greet() throws InterruptedException {
        long end = System.nanoTime() + CONNECT_MILLIS * 1_000_000;
        while (ups.get() == 0) {
            if (System.nanoTime() > end) {
                return Greeting.UNREACHABLE;
            }
            Thread.sleep(5);
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
    boolean isNew() {
        int now = ups.get();
        boolean fresh = now != seenUps;
        seenUps = now;
        return fresh;
    }

    void sayHello() {
        write(station.hello(clockMicros.getAsLong()));
    }

    void send(Message message, int atLeastBytes) {
        write(station.control(message, atLeastBytes));
    }

    private void write(ByteBuffer frame) {
        loop.execute(() -> {
            link.send(frame, null, true);
            link.flush();
        });
    }

    /** The next message within the time, or null; also null when what came was for the station. */
    @Nullable
    Message next(long millis) throws InterruptedException {
        Frame frame = frames.poll(millis, TimeUnit.MILLISECONDS);
        try {
            return frame == null ? null : station.open(frame);
        } catch (ProtocolException e) {
            System.err.println("baliza: the server sent a malformed frame: " + e.getMessage());
            return null;
        }
    }

    /** Whether frames wait to be read. */
    boolean hasMore() {
        return !frames.isEmpty();
    }

    @Override
    public void onTlsFailure(Throwable cause) {
        tlsProblem = TlsFailure.text(cause);
    }

    /** Why TLS with the server does not come about; null when it does, or there is none. */
    @Nullable
    String tlsProblem() {
        return tlsProblem;
    }

    @Override
    public void onUp() {
        ups.incrementAndGet();
    }

    @Override
    public void onFrame(Frame frame) {
        if (!frames.offer(frame)) {
            frames.clear(); // what was lost comes again
        }
    }

    @Override
    public void close() {
        loop.execute(link::close);
        stack.close();
    }
}
