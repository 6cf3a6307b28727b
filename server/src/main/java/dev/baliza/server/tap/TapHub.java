package dev.baliza.server.tap;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where frames are shown and onlookers listen. Thread: any. Limits: {@value #MAX_TAPS} onlookers at a time; one more is refused and
 * counted.
 */
public final class TapHub {
    public static final int MAX_TAPS = 4;

    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile Tap[] taps = {};

    /** Whether anybody looks: the one thing to ask for every frame. */
    public boolean isOn() {
        return taps.length > 0;
    }

    /** Whether somebody wants the bytes too. */
    public boolean wantsBytes() {
        return Arrays.stream(taps).anyMatch(tap -> tap.filter().bytes());
    }

    public void publish(TapEvent event) {
        for (Tap tap : taps) {
            if (tap.offer(event)) {
                lost.incrementAndGet();
            }
        }
    }

    /**
     * Begins to listen.
     *
     * @param wake called on the thread of a frame when the first event after {@link Tap#rest} is there; must return at once
     * @return null when there are too many taps already
     */
    public synchronized @Nullable Tap open(TapFilter filter, Runnable wake) {
        if (taps.length >= MAX_TAPS) {
            refused.incrementAndGet();
            return null;
        }
        Tap tap = new Tap(filter, wake);
        Tap[] more = Arrays.copyOf(taps, taps.length + 1);
        more[taps.length] = tap;
        taps = more;
        return tap;
    }

    /** Ends listening; without effect the second time. */
    public synchronized void close(Tap tap) {
        taps = Arrays.stream(taps).filter(other -> other != tap).toArray(Tap[]::new);
    }

    /** Onlookers now. */
    public int taps() {
        return taps.length;
    }

    /** Onlookers that were refused because there were too many. */
    public long refused() {
        return refused.get();
    }

    /** Events that an onlooker did not get because it reads too slowly. */
    public long lost() {
        return lost.get();
    }
}
