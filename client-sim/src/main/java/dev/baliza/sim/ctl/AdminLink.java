package dev.baliza.sim.ctl;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.sim.device.Vault;
import dev.baliza.sim.transport.Link;
import dev.baliza.sim.transport.NetworkStack;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server until its answer is whole: the same request again while something is missing, HELLO again when the server is another one.
 * Thread: the caller's; it blocks. Spec: SPEC §16.2.3.
 */
final class AdminLink implements AutoCloseable, Link.Owner {
    private static final long FIRST_WAIT_MILLIS = 500;
    private static final long LONGEST_WAIT_MILLIS = 4_000;
    /** Silence until the server said its first word. */
    private static final long FIRST_PATIENCE_MILLIS = 5_000;
    /** Silence afterwards: three waits for an answer, HELLO again, and one more. */
    private static final long PATIENCE_MILLIS = 20_000;

    /** How long a request that found the server busy comes again. */
    private static final long BUSY_MILLIS = 5_000;

    private static final int ROUNDS_BEFORE_HELLO = 3;

    /** The server refuses to talk; the message says why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private final NetworkStack stack = new NetworkStack(1);
    private final EventLoop loop = stack.loops().get(0);
    private final LinkedBlockingQueue<Frame> frames = new LinkedBlockingQueue<>(1_024);
    private final SecureRandom random = new SecureRandom();
    private final FrameSealer sealer = new FrameSealer();
    private final @Nullable DeviceKey key;
    private final Link link;
    private @Nullable Vault vault;
    private BootNonce bootNonce = new BootNonce(0, 0);
    private long epoch;
    private long token;
    private long pn;

    /** @param key null for a local user of a server without keys */
    AdminLink(InetSocketAddress server, boolean tcp, @Nullable DeviceKey key) {
        this.key = key;
        link = new Link(stack, loop, server, tcp, null, this);
        link.open();
    }

    @Override
    public void onUp() {}

    @Override
    public void onFrame(Frame frame) {
        frames.offer(frame); // what does not fit is asked for again
    }

    /**
     * Asks and waits.
     *
     * @param limitMillis longest time for the answer, once the server was heard
     * @return null when no answer came
     */
    @Nullable
    Answered ask(String operation, String arguments, long limitMillis) throws InterruptedException, RefusedException {
        long request = random.nextLong();
        Parts parts = new Parts();
        long start = System.nanoTime();
        long heard = start;
        long wait = FIRST_WAIT_MILLIS;
        int silentRounds = 0;
        while (millisSince(heard) < (heard == start ? FIRST_PATIENCE_MILLIS : PATIENCE_MILLIS)
                && millisSince(start) < limitMillis) {
            if (key != null && (epoch == 0 || silentRounds == ROUNDS_BEFORE_HELLO)) {
                silentRounds = 0;
                hello();
            } else {
                admin(new Message.Admin(request, parts.missing(), operation, arguments));
            }
            long asked = System.nanoTime();
            int before = parts.missing();
            boolean progress = false;
            for (long left = wait; left > 0 && !progress; left = wait - millisSince(asked)) {
                Message answer = next(left);
                if (answer instanceof Message.Welcome welcome) {
                    epoch = welcome.epoch();
                    token = welcome.token();
                    progress = true;
                } else if (answer instanceof Message.AdminResult part && part.request() == request) {
                    parts.take(part);
                    progress = parts.missing() >= Math.min(part.parts(), before + Limits.ADMIN_PARTS_AT_ONCE);
                } else if (answer instanceof Message.Nack nack) {
                    refused(nack);
                    progress = true;
                }
                heard = answer == null ? heard : System.nanoTime();
            }
            silentRounds = progress ? 0 : silentRounds + 1;
            if (parts.isWhole()) {
                Answered whole = parts.whole();
                if (whole.status() != AdminStatus.BUSY || millisSince(start) > BUSY_MILLIS) {
                    return whole;
                }
                parts = new Parts();
                TimeUnit.MILLISECONDS.sleep(wait);
                progress = false;
            }
            boolean greeting = key != null && epoch == 0; // HELLO is cheap, and without WELCOME nothing works
            wait = progress || greeting ? FIRST_WAIT_MILLIS : Math.min(LONGEST_WAIT_MILLIS, wait * 2);
        }
        return null;
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private void refused(Message.Nack nack) throws RefusedException {
        ErrorCode code = ErrorCode.of(nack.code());
        if (code == ErrorCode.STALE_EPOCH) {
            epoch = 0;
        } else if (!nack.retriable()) {
            throw new RefusedException((code == null ? "code " + nack.code() : code.name()) + ": " + nack.text());
        }
    }

    private void hello() {
        DeviceKey own = key;
        if (own == null) {
            throw new IllegalStateException("nobody to say HELLO");
        }
        Vault known = vault;
        if (known == null) {
            vault = known = new Vault(own, sealer);
            BootNonce boot = new BootNonce(random.nextLong(), random.nextLong());
            known.booted(boot);
            bootNonce = boot;
            pn = 0;
        }
        FrameHeader header = new FrameHeader(own.device(), 0, 0, pn++, Limits.BACK_UNSET, 0);
        Message hello = new Message.Hello(bootNonce, 0, 0, Limits.MAX_FRAME_BYTES, 0);
        send(known.seal(encode(header, Extensions.NONE.padTo(Limits.MIN_HELLO_BYTES), hello)));
    }

    private void admin(Message.Admin request) {
        Vault own = vault;
        if (key == null || own == null) {
            send(encode(new FrameHeader(0, 0, 0, pn++, Limits.BACK_UNSET, 0), Extensions.NONE, request));
            return;
        }
        FrameHeader header = new FrameHeader(key.device(), epoch, 0, pn++, 0, 0);
        send(own.seal(encode(header, Extensions.NONE.withToken(token), request)));
    }

    private static ByteBuffer encode(FrameHeader header, Extensions extensions, Message message) {
        ByteBuffer bytes = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
        FrameCodec.write(bytes, header, extensions, message);
        return bytes.flip();
    }

    private void send(ByteBuffer frame) {
        loop.execute(() -> {
            link.send(frame, null, true);
            link.flush();
        });
    }

    /** The next message of the server, null when none came in time. */
    private @Nullable Message next(long millis) throws InterruptedException {
        long start = System.nanoTime();
        for (long left = millis; left > 0; left = millis - millisSince(start)) {
            Frame frame = frames.poll(left, TimeUnit.MILLISECONDS);
            Message message = frame == null ? null : read(frame);
            if (message != null) {
                return message;
            }
        }
        return null;
    }

    private @Nullable Message read(Frame frame) {
        Vault own = vault;
        Frame open = frame;
        if (own != null) {
            Frame opened = frame.has(Frame.SEALED) ? own.open(frame, List.of(epoch)) : null;
            if (opened == null) {
                return null; // not from the server, or from another instance of it: silence leads to HELLO
            }
            open = opened;
        }
        try {
            open.readExtensions();
            MessageType type = open.type();
            Message message =
                    type == null ? null : MessageCodec.read(type, open.copy().payload());
            if (message instanceof Message.Welcome welcome && own != null) {
                own.welcomed(welcome.epoch());
            }
            return message;
        } catch (ProtocolException e) {
            return null;
        }
    }

    @Override
    public void close() {
        loop.execute(link::close);
        stack.close();
    }
}
