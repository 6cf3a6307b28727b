package dev.baliza.server.simulation;

import dev.baliza.server.store.StoreClock;
import java.util.Comparator;
import java.util.PriorityQueue;

/** What happens when: events in order of their time, then of their making, and a wall clock that may jump. */
final class Schedule implements StoreClock {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;
    private static final long START_MICROS = 1_800_000_000_000_000L;

    private record Event(long nanos, long number, Runnable action) {}

    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
    private long nanos;
    private long made;
    private long done;
    private long jumpMicros;

    void in(long delayNanos, Runnable action) {
        queue.add(new Event(nanos + Math.max(0, delayNanos), made++, action));
    }

    /** Lets the next event happen; false when there is none up to this time, which it is then. */
    boolean next(long untilNanos) {
        Event event = queue.peek();
        if (event == null || event.nanos > untilNanos) {
            nanos = untilNanos;
            return false;
        }
        queue.remove();
        nanos = event.nanos;
        done++;
        event.action.run();
        return true;
    }

    /** Number of the event under way. */
    long number() {
        return done;
    }

    void jump(long micros) {
        jumpMicros += micros;
    }

    @Override
    public long wallMicros() {
        return START_MICROS + nanos / 1_000 + jumpMicros;
    }

    /** A clock that nobody sets. */
    long trueMicros() {
        return START_MICROS + nanos / 1_000;
    }

    @Override
    public long nanos() {
        return nanos;
    }
}
