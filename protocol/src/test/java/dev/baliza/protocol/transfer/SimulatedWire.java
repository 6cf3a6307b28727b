package dev.baliza.protocol.transfer;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileState;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A sender, a receiver and a bad line between them, on a clock that moves from event to event. */
final class SimulatedWire {
    static final int CHUNK = 1_100;
    private static final long DELAY_MICROS = 20_000;

    private record Arrival(long micros, long order, boolean toReceiver, FileMessage message) {}

    private final Random random;
    private final double loss;
    private final double duplicates;
    private final long jitterMicros;
    private final byte[] file;
    private final PriorityQueue<Arrival> line = new PriorityQueue<>(
            (a, b) -> a.micros == b.micros ? Long.compare(a.order, b.order) : Long.compare(a.micros, b.micros));
    private long order;
    long nowMicros;

    final Outgoing outgoing;
    byte[] kept;

    @Nullable
    Incoming incoming;

    Ranges survivors = new Ranges();
    boolean damaged;
    int mostOnTheWay;
    private final Ranges named = new Ranges();
    final List<String> breaches = new ArrayList<>();

    SimulatedWire(long seed, int size, double loss, double duplicates, long jitterMicros) {
        random = new Random(seed);
        this.loss = loss;
        this.duplicates = duplicates;
        this.jitterMicros = jitterMicros;
        file = new byte[size];
        random.nextBytes(file);
        kept = new byte[size];
        outgoing = new Outgoing(new FileMessage.Offer(1, size, sha256(file), "f", ""), CHUNK, 0, 0);
    }

    static String sha256(byte[] bytes) {
        try {
            return FileMessage.hex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until the transfer has ended or so much time went by. */
    void run(long untilMicros) {
        for (int step = 0; step < 2_000_000 && outgoing.phase() != Outgoing.Phase.ENDED; step++) {
            pump();
            Arrival next = line.peek();
            long wake = outgoing.nextMicros(nowMicros);
            long then = next == null ? wake : Math.min(wake, next.micros);
            if (Math.max(then, nowMicros) > untilMicros) {
                nowMicros = untilMicros;
                return;
            }
            nowMicros = Math.max(nowMicros, then);
            if (next != null && next.micros <= nowMicros) {
                line.poll();
                deliver(next);
            }
        }
    }

    private void pump() {
        if (outgoing.takeOffer(nowMicros)) {
            transmit(true, outgoing.offer());
        }
        for (FileRange chunk = outgoing.takeChunk(nowMicros); chunk != null; chunk = outgoing.takeChunk(nowMicros)) {
            if (!named.contains(chunk.from(), chunk.to())) {
                breaches.add("sent " + chunk + " unasked");
            }
            ByteBuffer bytes = ByteBuffer.wrap(file, (int) chunk.from(), (int) chunk.bytes());
            transmit(true, new FileMessage.Chunk(1, chunk.from(), bytes));
        }
        mostOnTheWay = (int) Math.max(
                mostOnTheWay,
                line.stream()
                                .filter(a -> a.message instanceof FileMessage.Chunk)
                                .count()
                        * CHUNK);
    }

    private void transmit(boolean toReceiver, FileMessage message) {
        int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < duplicates ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long late = jitterMicros == 0 ? 0 : (long) (random.nextDouble() * jitterMicros);
            line.add(new Arrival(nowMicros + DELAY_MICROS + late, order++, toReceiver, message));
        }
    }

    /** The line breaks: what is on it is gone. */
    void cut() {
        line.clear();
        outgoing.offerAgain(nowMicros);
        named.clear();
    }

    /** The receiver forgets its transfers and keeps its bytes. */
    void rebootReceiver() {
        line.clear();
        incoming = null;
    }

    private void deliver(Arrival arrival) {
        FileMessage message = arrival.message;
        if (!arrival.toReceiver) {
            if (message instanceof FileMessage.Accept accept) {
                accept.missing().forEach(range -> named.add(range.from(), range.to()));
                outgoing.onAccept(accept, nowMicros);
            } else if (message instanceof FileMessage.Done done) {
                outgoing.onDone(done, nowMicros);
            }
        } else if (message instanceof FileMessage.Offer offer) {
            if (incoming == null) {
                incoming = new Incoming(offer, survivors);
            }
            answer(incoming, true);
        } else if (message instanceof FileMessage.Chunk chunk) {
            receive(chunk);
        }
    }

    private void receive(FileMessage.Chunk chunk) {
        Incoming to = incoming;
        if (to == null) {
            transmit(false, new FileMessage.Done(1, FileState.UNKNOWN, ""));
            return;
        }
        if (to.judge(chunk) == Incoming.Verdict.NEW) {
            for (FileRange piece : to.pieces(chunk)) {
                for (long at = piece.from(); at < piece.to(); at++) {
                    kept[(int) at] = chunk.bytes().get(chunk.bytes().position() + (int) (at - chunk.offset()));
                }
                to.held(piece);
            }
        }
        boolean idle = line.stream()
                .noneMatch(a -> a.toReceiver && a.micros <= nowMicros && a.message instanceof FileMessage.Chunk);
        answer(to, idle || to.acceptIsDue());
    }

    private void answer(Incoming to, boolean due) {
        if (to.isComplete()) {
            boolean right = Arrays.equals(kept, file) && !damaged;
            transmit(false, new FileMessage.Done(1, right ? FileState.OK : FileState.BAD_HASH, ""));
        } else if (due) {
            transmit(false, to.accept(256 * 1024, 64));
        }
    }

    boolean keptIsRight() {
        return Arrays.equals(kept, file);
    }
}
