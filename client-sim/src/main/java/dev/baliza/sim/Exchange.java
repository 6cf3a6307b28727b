package dev.baliza.sim;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.sim.transport.Link;
import dev.baliza.sim.transport.NetworkStack;
import dev.baliza.sim.transport.TlsFailure;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A link for commands that ask and wait. Thread: the caller's; it blocks. */
public final class Exchange implements AutoCloseable, Link.Owner {
    /** A message from the server and when it came, in nanoseconds of {@link System#nanoTime}. */
    public record Answer(Message message, long nanos) {}

    private final NetworkStack stack = new NetworkStack(1);
    private final EventLoop loop = stack.loops().get(0);
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> up = new CompletableFuture<>();
    private final Link link;
    private volatile @Nullable String tlsProblem;

    /** In the clear. */
    public Exchange(InetSocketAddress server, boolean tcp) {
        this(server, tcp, null);
    }

    /** @param tls of TCP; null: in the clear */
    public Exchange(InetSocketAddress server, boolean tcp, @Nullable TlsContext tls) {
        link = new Link(stack, loop, server, tcp, tls, this);
        link.open();
    }

    /** Waits for the socket; false when the server does not accept within the time. */
    public boolean awaitUp(long millis) throws InterruptedException {
        try {
            up.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        }
    }

    /** Why TLS with the server does not come about; null when it does, or there is none. */
    public @Nullable String tlsProblem() {
        return tlsProblem;
    }

    public static ByteBuffer encode(FrameHeader header, Extensions extensions, Message message) {
        ByteBuffer bytes = ByteBuffer.allocate(65_535);
        FrameCodec.write(bytes, header, extensions, message);
        return bytes.flip();
    }

    /** How long the payload of a message is on the wire. */
    static int payloadBytes(Message message) {
        FrameHeader header = new FrameHeader(0, 0, 0, 0, 0, 0);
        return encode(header, Extensions.NONE, message).remaining() - Limits.MIN_FRAME_BYTES;
    }

    public void send(ByteBuffer frame) {
        loop.execute(() -> {
            link.send(frame, null, true);
            link.flush();
        });
    }

    /** The next answer within the time, or null. */
    public @Nullable Answer next(long millis) throws InterruptedException {
        return answers.poll(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onUp() {
        tlsProblem = null;
        up.complete(null);
    }

    @Override
    public void onTlsFailure(Throwable cause) {
        tlsProblem = TlsFailure.text(cause);
    }

    @Override
    public void onFrame(Frame frame) {
        long now = System.nanoTime();
        try {
            frame.readExtensions();
            MessageType type = frame.type();
            if (type != null) {
                answers.add(new Answer(MessageCodec.read(type, frame.payload()), now));
            }
        } catch (ProtocolException e) {
            System.err.println("baliza: the server sent a malformed frame: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        loop.execute(link::close);
        stack.close();
    }
}
