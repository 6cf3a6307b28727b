package dev.baliza.sim.fault;

import dev.baliza.sim.device.Departure;
import dev.baliza.sim.device.Wire;
import dev.baliza.sim.scenario.Fault;
import dev.baliza.sim.scenario.Faults;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a device's way, on which frames get lost, doubled, overtaken, delayed and damaged. Works on whole frames, before a
 * stream is made of them. Confined to one thread. Limits: what is held back is released after {@code reorderSpan} frames or 200 ms,
 * or after its delay; a burst of losses ends after 500 ms.
 */
public final class FaultyWire implements Wire {
    private static final long HOLD_MICROS = 200_000;
    private static final long BURST_MICROS = 500_000;
    private static final int MAX_GARBAGE_BYTES = 200;

    private record Held(ByteBuffer frame, @Nullable Departure departure, long releaseAtFrame, long releaseAtMicros) {}

    private final Faults faults;
    private final Random random;
    private final Line next;
    private final LongSupplier clockMicros;
    private final List<Held> held = new ArrayList<>();
    private int burstLeft;
    private long burstEndsMicros;
    private long passed;
    private long dropped;
    private long doubled;

    /** @param next where frames go that survive; {@code sheltered} is of no meaning there */
    public FaultyWire(Faults faults, long seed, Line next, LongSupplier clockMicros) {
        this.faults = faults;
        this.random = new Random(seed);
        this.next = next;
        this.clockMicros = clockMicros;
    }

    /** The way back: whatever arrives is handed to a consumer, damaged frames too. */
    public static FaultyWire back(Faults faults, long seed, Consumer<ByteBuffer> to, LongSupplier clockMicros) {
        return new FaultyWire(faults, seed, new Inbound(to), clockMicros);
    }

    /** The end of the way back; nothing can be cut there. */
    private record Inbound(Consumer<ByteBuffer> to) implements Line {
        @Override
        public void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered) {
            to.accept(frame);
        }

        @Override
        public void sendDamaged(ByteBuffer bytes) {
            to.accept(bytes);
        }

        @Override
        public void cut(ByteBuffer bytes, boolean reset) {}

        @Override
        public boolean isStream() {
            return false;
        }

        @Override
        public boolean isUp() {
            return true;
        }
    }

    @Override
    public void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered) {
        if (sheltered || !faults.any()) {
            next.send(frame, departure, true);
            return;
        }
        passed++;
        if (isLost()) {
            dropped++;
        } else if (!isDamaged(frame)) {
            if (happens(Fault.DUP)) {
                doubled++;
                pass(frame.duplicate(), departure);
            }
            pass(frame, departure);
        }
        if (happens(Fault.HOSTILE)) {
            next.sendDamaged(garbage());
        }
        release(clockMicros.getAsLong());
    }

    private boolean happens(Fault fault) {
        double rate = faults.rate(fault);
        return rate > 0 && random.nextDouble() < rate;
    }

    private boolean isLost() {
        long now = clockMicros.getAsLong();
        if (burstLeft > 0 && now < burstEndsMicros) {
            burstLeft--;
            return true;
        }
        burstLeft = 0;
        if (happens(Fault.BURST)) {
            burstEndsMicros = now + BURST_MICROS;
            burstLeft = random.nextInt(2 * faults.burstLength());
            return true;
        }
        return happens(Fault.LOSS);
    }

    /** Whether the frame was spent on a fault of its bytes. */
    private boolean isDamaged(ByteBuffer frame) {
        if (happens(Fault.CORRUPT)) {
            byte[] bytes = copy(frame, frame.remaining());
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            next.sendDamaged(ByteBuffer.wrap(bytes));
            return true;
        }
        if (happens(Fault.TRUNCATE)) {
            ByteBuffer part = ByteBuffer.wrap(copy(frame, 1 + random.nextInt(frame.remaining() - 1)));
            if (next.isStream()) {
                next.cut(part, false);
            } else {
                next.sendDamaged(part);
            }
            return true;
        }
        if (next.isStream() && happens(Fault.CUT)) {
            next.cut(ByteBuffer.wrap(copy(frame, random.nextInt(frame.remaining()))), random.nextBoolean());
            return true;
        }
        return false;
    }

    private static byte[] copy(ByteBuffer frame, int count) {
        byte[] bytes = new byte[count];
        frame.get(frame.position(), bytes);
        return bytes;
    }

    private ByteBuffer garbage() {
        byte[] bytes = new byte[1 + random.nextInt(MAX_GARBAGE_BYTES)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private void pass(ByteBuffer frame, @Nullable Departure departure) {
        if (happens(Fault.REORDER)) {
            long overtaken = 1L + random.nextInt(faults.reorderSpan());
            held.add(new Held(frame, departure, passed + overtaken, clockMicros.getAsLong() + HOLD_MICROS));
        } else if (happens(Fault.DELAY)) {
            long micros = (long) (random.nextDouble() * faults.delayTime().toNanos() / 1_000);
            held.add(new Held(frame, departure, Long.MAX_VALUE, clockMicros.getAsLong() + micros));
        } else {
            next.send(frame, departure, false);
        }
    }

    /** Lets go what was held long enough. */
    public void release(long nowMicros) {
        if (held.isEmpty()) {
            return;
        }
        held.removeIf(one -> {
            boolean due = passed >= one.releaseAtFrame || nowMicros >= one.releaseAtMicros;
            if (due) {
                next.send(one.frame, one.departure, false);
            }
            return due;
        });
    }

    /** Lets everything go. */
    public void releaseAll() {
        release(Long.MAX_VALUE);
    }

    /** Frames that were lost. */
    public long dropped() {
        return dropped;
    }

    /** Frames that were sent twice. */
    public long doubled() {
        return doubled;
    }

    @Override
    public boolean isUp() {
        return next.isUp();
    }
}
