package dev.baliza.server.e2e;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.transfer.Incoming;
import dev.baliza.protocol.transfer.Ranges;
import dev.baliza.sim.device.Station;
import dev.baliza.sim.transport.Link;
import dev.baliza.sim.transport.NetworkStack;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A device that takes one large file and may be rebooted on the way; the bytes that came stay, as on a flash. Spec: SPEC §14. */
final class FileTaker implements AutoCloseable {
    private static final int WINDOW_BYTES = 256 * 1024;
    private static final long HELLO_MILLIS = 250;

    private final NetworkStack stack = new NetworkStack(1);
    private final EventLoop loop = stack.loops().get(0);
    private final String name;
    private final @Nullable DeviceKey key;
    private final InetSocketAddress server;
    private final boolean tcp;
    private final byte[] bytes;
    private final Ranges held = new Ranges();
    private final SecureRandom random = new SecureRandom();
    private final CompletableFuture<Void> greeted = new CompletableFuture<>();
    private volatile long heldBytes;
    private Life life;

    FileTaker(String name, @Nullable DeviceKey key, String server, boolean tcp, int size) throws Exception {
        this.name = name;
        this.key = key;
        this.server = Relay.address(server);
        this.tcp = tcp;
        bytes = new byte[size];
        life = new Life();
        greeted.get(20, TimeUnit.SECONDS);
    }

    /** All but the bytes is lost; the device says HELLO with another nonce. */
    void reboot() throws Exception {
        loop.submit(() -> {
                    life.end();
                    life = new Life();
                })
                .get();
    }

    /** How many bytes are there. Thread: any. */
    long heldBytes() {
        return heldBytes;
    }

    static String sha256(byte[] of) {
        try {
            return FileMessage.hex(MessageDigest.getInstance("SHA-256").digest(of));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    boolean has(String expected) {
        return sha256(bytes).equals(expected);
    }

    private static long nowMicros() {
        return TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
    }

    @Override
    public void close() {
        loop.submit(() -> life.end()).syncUninterruptibly();
        stack.close();
    }

    /** From one boot to the next. Thread: the loop's. */
    private final class Life implements Link.Owner {
        private final Station station = new Station(
                name,
                key,
                () -> new BootNonce(random.nextLong(), random.nextLong()),
                System.currentTimeMillis() * 1_000);
        private final Link link = new Link(stack, loop, server, tcp, null, this);
        private @Nullable Incoming incoming;
        private String sha256 = "";
        private boolean introduced;
        private boolean ended;
        private boolean answerOrdered;

        Life() {
            link.open();
        }

        void end() {
            ended = true;
            link.close();
        }

        @Override
        public void onUp() {
            station.greetAgain();
            introduced = false;
            greet();
        }

        private void greet() {
            if (!ended && !station.isWelcomed()) {
                write(station.hello(nowMicros()));
                var unused = loop.schedule(this::greet, HELLO_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        /** Frames with the token prove the address; until a file is offered they may be lost. */
        private void introduce() {
            Incoming open = incoming;
            if (open != null) {
                say(accept(open));
            } else if (!ended && introduced) {
                say(new Message.Heartbeat(nowMicros(), 1, 0, 0, 0, 0));
                var unused = loop.schedule(this::introduce, HELLO_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        private void write(ByteBuffer frame) {
            link.send(frame, null, true);
            link.flush();
        }

        @Override
        public void onFrame(Frame frame) {
            try {
                Message message = ended ? null : station.open(frame);
                if (station.isWelcomed() && !introduced) {
                    introduced = true;
                    greeted.complete(null);
                    introduce();
                }
                if (message instanceof FileMessage.Offer offer) {
                    Incoming fresh = new Incoming(offer, held);
                    incoming = fresh;
                    sha256 = offer.sha256();
                    answer(fresh, true);
                } else if (message instanceof FileMessage.Chunk chunk) {
                    receive(chunk);
                }
            } catch (ProtocolException e) {
                throw new IllegalStateException(e);
            }
        }

        private void say(Message message) {
            write(station.control(message, 0));
        }

        private void receive(FileMessage.Chunk chunk) {
            Incoming to = incoming;
            if (to == null) {
                say(new FileMessage.Done(chunk.transfer(), FileState.UNKNOWN, ""));
                return;
            }
            if (to.judge(chunk) == Incoming.Verdict.NEW) {
                for (FileRange piece : to.pieces(chunk)) {
                    int from = chunk.bytes().position() + (int) (piece.from() - chunk.offset());
                    chunk.bytes().get(from, bytes, (int) piece.from(), (int) piece.bytes());
                    to.held(piece);
                }
                heldBytes = to.heldBytes();
            }
            answer(to, to.acceptIsDue());
            if (to.owesAccept() && !answerOrdered) {
                answerOrdered = true;
                loop.execute(
                        () -> { // after all that could be read at once
                            answerOrdered = false;
                            answer(to, to.owesAccept());
                        });
            }
        }

        private FileMessage.Accept accept(Incoming of) {
            return of.accept(WINDOW_BYTES, Integer.MAX_VALUE);
        }

        private void answer(Incoming to, boolean due) {
            if (to.isComplete()) {
                boolean right = sha256.equals(FileTaker.sha256(bytes));
                say(new FileMessage.Done(to.transfer(), right ? FileState.OK : FileState.BAD_HASH, ""));
            } else if (due) {
                say(accept(to));
            }
        }
    }
}
