package dev.baliza.server.tap;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One onlooker's queue. Thread: any may offer, one takes. Limits: 1,024 events and 4 MiB of their bytes; what does not fit is lost
 * to the onlooker, and counted.
 */
public final class Tap {
    static final int MAX_EVENTS = 1_024;
    static final int MAX_BYTES = 4 << 20;

    private final TapFilter filter;
    private final Runnable wake;
    private final ConcurrentLinkedQueue<TapEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean awake = new AtomicBoolean();

    Tap(TapFilter filter, Runnable wake) {
        this.filter = filter;
        this.wake = wake;
    }

    TapFilter filter() {
        return filter;
    }

    /** @return whether the event was lost for want of room */
    boolean offer(TapEvent event) {
        if (!filter.matches(event)) {
            return false;
        }
        boolean fits = reserve(size(event));
        if (fits) {
            queue.add(event);
        } else {
            lost.incrementAndGet();
        }
        if (awake.compareAndSet(false, true)) {
            wake.run();
        }
        return !fits;
    }

    private boolean reserve(int size) {
        if (events.incrementAndGet() <= MAX_EVENTS) {
            if (bytes.addAndGet(size) <= MAX_BYTES) {
                return true;
            }
            bytes.addAndGet(-size);
        }
        events.decrementAndGet();
        return false;
    }

    private static int size(TapEvent event) {
        return event.bytes() == null ? 0 : event.bytes().remaining();
    }

    /** The consumer is about to look: from now on an event wakes it again. */
    public void rest() {
        awake.set(false);
    }

    /** The oldest event, or null. */
    public @Nullable TapEvent poll() {
        TapEvent event = queue.poll();
        if (event != null) {
            events.decrementAndGet();
            bytes.addAndGet(-size(event));
        }
        return event;
    }

    /** How many events were lost since the call before. */
    public long takeLost() {
        return lost.getAndSet(0);
    }
}
