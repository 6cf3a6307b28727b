package dev.baliza.server.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Whose clock is asked for when: devices that said HELLO at the next second, and all of them in turn, each once in an interval. Thread: a
 * shard's. Limits: each device once; 500 a second, and the round takes longer when that is too few. Spec: SPEC §6.6.3.
 */
final class ClockRound {
    static final int MOST_A_SECOND = 500;

    private final Deque<DeviceClock> round = new ArrayDeque<>();
    private final Set<DeviceClock> fresh = new LinkedHashSet<>();
    private ClockSlots slots = new ClockSlots(0);
    private long intervalSeconds = 64;
    private long credit;
    private boolean stopped;

    /** @param interval at least a second; zero: nobody is asked */
    void use(Duration interval, ClockSlots shared) {
        intervalSeconds = interval.isZero() ? 0 : Math.max(1, interval.toSeconds());
        slots = shared;
    }

    ClockSlots slots() {
        return slots;
    }

    /** Without an answer for so long a clock is not exported. */
    long staleMicros() {
        return 3 * intervalSeconds * 1_000_000;
    }

    /** The device said HELLO, or showed that it gets answers. */
    void join(DeviceClock device, boolean first) {
        if (intervalSeconds == 0) {
            return;
        }
        fresh.add(device);
        if (first) {
            round.add(device);
        }
    }

    /** Nobody is asked any more. */
    void stop() {
        stopped = true;
    }

    /** Once a second. */
    void tick(long nowMicros) {
        if (stopped || intervalSeconds == 0) {
            return;
        }
        int left = MOST_A_SECOND;
        for (Iterator<DeviceClock> it = fresh.iterator(); left > 0 && it.hasNext(); left--) {
            DeviceClock device = it.next();
            it.remove();
            device.ask(nowMicros);
        }
        credit += round.size();
        long due = Math.min(left, credit / intervalSeconds);
        credit = Math.min(credit - due * intervalSeconds, round.size() + intervalSeconds);
        for (; due > 0; due--) {
            DeviceClock device = round.remove();
            round.add(device);
            device.ask(nowMicros);
        }
    }
}
