package dev.baliza.sim.fault;

import dev.baliza.sim.device.Departure;
import dev.baliza.sim.device.Wire;
import dev.baliza.sim.scenario.Faults;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a device's way, on which frames get lost, doubled and overtaken. Works on whole frames, before a stream is made
 * of them. Confined to one thread. Limits: what is held back is released after {@code reorderSpan} frames or 200 ms.
 */
public final class FaultyWire implements Wire {
    private static final long HOLD_MICROS = 200_000;

    private record Held(ByteBuffer frame, @Nullable Departure departure, long releaseAtFrame, long releaseAtMicros) {}

    private final Faults faults;
    private final Random random;
    private final Wire next;
    private final LongSupplier clockMicros;
    private final List<Held> held = new ArrayList<>();
    private long passed;
    private long dropped;
    private long doubled;

    /** @param next where frames go that survive; {@code sheltered} is of no meaning there */
    public FaultyWire(Faults faults, long seed, Wire next, LongSupplier clockMicros) {
        this.faults = faults;
        this.random = new Random(seed);
        this.next = next;
        this.clockMicros = clockMicros;
    }

    /** The way back: frames are handed to a consumer. */
    public static FaultyWire back(Faults faults, long seed, Consumer<ByteBuffer> to, LongSupplier clockMicros) {
        Wire end = new Wire() {
            @Override
            public void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered) {
                to.accept(frame);
            }

            @Override
            public boolean isUp() {
                return true;
            }
        };
        return new FaultyWire(faults, seed, end, clockMicros);
    }

    @Override
    public void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered) {
        if (sheltered || !faults.any()) {
            next.send(frame, departure, true);
            return;
        }
        passed++;
        if (random.nextDouble() < faults.loss()) {
            dropped++;
        } else {
            if (random.nextDouble() < faults.dup()) {
                doubled++;
                pass(frame.duplicate(), departure);
            }
            pass(frame, departure);
        }
        release(clockMicros.getAsLong());
    }

    private void pass(ByteBuffer frame, @Nullable Departure departure) {
        if (random.nextDouble() < faults.reorder()) {
            long overtaken = 1L + random.nextInt(faults.reorderSpan());
            held.add(new Held(frame, departure, passed + overtaken, clockMicros.getAsLong() + HOLD_MICROS));
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

    public long dropped() {
        return dropped;
    }

    public long doubled() {
        return doubled;
    }

    @Override
    public boolean isUp() {
        return next.isUp();
    }
}
