package dev.baliza.cli.store;

import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.sim.transport.Link;
import dev.baliza.sim.transport.NetworkStack;
import dev.baliza.sim.transport.TlsFailure;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A connection to a server's device port for the frames of many devices; it comes back when it breaks. Thread: the caller's. */
final class ServerLink implements AutoCloseable {
    private final NetworkStack stack = new NetworkStack(1);
    private final EventLoop loop = stack.loops().get(0);
    private final LinkedBlockingQueue<Frame> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch up = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final Link link;
    private volatile @Nullable String tlsProblem;

    /** @param tls null: in the clear */
    ServerLink(InetSocketAddress server, @Nullable TlsContext tls) {
        link = new Link(stack, loop, server, true, tls, new Events());
        loop.execute(link::open);
    }

    /** Waits for the first connection; false when there is none within the time. */
    boolean awaitUp(long millis) throws InterruptedException {
        return up.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Why TLS does not come about; null when it does, or there is none. */
    @Nullable
    String tlsProblem() {
        return tlsProblem;
    }

    /** How many connections there were so far. */
    int connections() {
        return connections.get();
    }

    void send(ByteBuffer frame) {
        loop.execute(() -> {
            link.send(frame, null, true);
            link.flush();
        });
    }

    /** The next frame of the server within the time, or null. */
    @Nullable
    Frame next(long millis) throws InterruptedException {
        return answers.poll(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        loop.execute(link::close);
        stack.close();
    }

    /** Thread: the loop. */
    private final class Events implements Link.Owner {
        @Override
        public void onUp() {
            tlsProblem = null;
            connections.incrementAndGet();
            up.countDown();
        }

        @Override
        public void onTlsFailure(Throwable cause) {
            tlsProblem = TlsFailure.text(cause);
        }

        @Override
        public void onFrame(Frame frame) {
            answers.add(frame); // few: what waits for an answer is bounded by the sender
        }
    }
}
