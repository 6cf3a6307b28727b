package dev.baliza.server.session;

import java.util.concurrent.atomic.AtomicLong;

/** How many clocks of devices are exported, over all shards: who answers first gets a place and keeps it. Thread: any. */
public final class ClockSlots {
    private final long most;
    private final AtomicLong wanted = new AtomicLong();

    public ClockSlots(long most) {
        this.most = most;
    }

    /** Asks for a place; once for each device. */
    boolean take() {
        return wanted.incrementAndGet() <= most;
    }

    /** Devices that answered and found no place. */
    public long leftOut() {
        return Math.max(0, wanted.get() - most);
    }
}
