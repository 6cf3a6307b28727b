package dev.baliza.server.session;

import dev.baliza.server.books.ClockView;
import org.jspecify.annotations.Nullable;

/**
 * How far a device's clock is from the server's, and how fast it drifts, from PINGs and their PONGs. Pure: all times are arguments, in
 * microseconds. Thread: confined to one. Limits: 4 PINGs that wait, 8 answers. Spec: SPEC §6.6.
 */
final class ClockWatch {
    static final int KEPT = 8;
    static final int WAITING = 4;
    private static final int FEW = 3;
    private static final long LONG_MICROS = 300_000_000;
    /** 2000-01-01; earlier times mean a clock that was never set (SPEC §7.3.3). */
    private static final long CLOCK_SET_MICROS = 946_684_800_000_000L;

    /** What an answer told. */
    enum Answer {
        TAKEN,
        /** The device has no time. */
        UNSET,
        /** It answers nothing that was asked, or was answered before. */
        UNKNOWN,
        /** It took longer to answer than the answer took to come: a clock was set in between. */
        IMPOSSIBLE
    }

    /** An answer: when it came, what it says of the offset, and how long it was on the way. */
    private record Heard(long atMicros, long offsetMicros, long roundTripMicros) {
        /** A slow answer says little: its way there and its way back may differ by as much. */
        double weight() {
            return 1.0 / ((double) roundTripMicros * roundTripMicros + 1);
        }
    }

    private final long[] asked = new long[WAITING];
    private final @Nullable Heard[] heard = new Heard[KEPT];
    private int askedAt;
    private int heardAt;
    private long lastHeardMicros;

    /** A PING goes out with this time, which is above 0. */
    void ask(long t1) {
        asked[askedAt] = t1;
        askedAt = (askedAt + 1) % WAITING;
    }

    /**
     * A PONG came.
     *
     * @param t1 as it came back
     * @param t2 the device's clock when it had the PING
     * @param t3 the device's clock when it sent the PONG
     * @param t4 the server's clock now
     */
    Answer heard(long t1, long t2, long t3, long t4) {
        if (!wasAsked(t1)) {
            return Answer.UNKNOWN;
        }
        if (t2 < CLOCK_SET_MICROS) {
            return Answer.UNSET;
        }
        long held = t3 - t2;
        long roundTrip = t4 - t1 - held;
        if (t3 < t2 || roundTrip < 0) {
            return Answer.IMPOSSIBLE;
        }
        long offset = (t2 - t1) / 2 + (t3 - t4) / 2; // of the sum, a device could choose one that does not fit a long
        heard[heardAt] = new Heard(t4, offset, roundTrip);
        heardAt = (heardAt + 1) % KEPT;
        lastHeardMicros = t4;
        return Answer.TAKEN;
    }

    private boolean wasAsked(long t1) {
        for (int i = 0; i < WAITING; i++) {
            if (t1 > 0 && asked[i] == t1) {
                asked[i] = 0;
                return true;
            }
        }
        return false;
    }

    /** When it told its time last; 0: never. */
    long lastHeardMicros() {
        return lastHeardMicros;
    }

    /** What is known, by the answer that was the shortest time on the way; null before the first. */
    @Nullable
    ClockView view() {
        Heard best = null;
        for (int i = 0; i < KEPT; i++) {
            Heard one = heard[(heardAt + i) % KEPT]; // oldest first: of equals the newest counts
            if (one != null && (best == null || one.roundTripMicros <= best.roundTripMicros)) {
                best = one;
            }
        }
        return best == null ? null : new ClockView(best.offsetMicros / 1e6, best.roundTripMicros / 1e6, driftPpm());
    }

    /** The slope of the line that fits the offsets best; null before there are three, or two that are five minutes apart. */
    private @Nullable Double driftPpm() {
        int count = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        double weights = 0;
        double times = 0;
        double offsets = 0;
        long base = lastHeardMicros;
        for (Heard one : heard) {
            if (one != null) {
                count++;
                first = Math.min(first, one.atMicros);
                last = Math.max(last, one.atMicros);
                weights += one.weight();
                times += one.weight() * (one.atMicros - base);
                offsets += one.weight() * one.offsetMicros;
            }
        }
        if (last <= first || (count < FEW && last - first < LONG_MICROS)) {
            return null;
        }
        double meanTime = times / weights;
        double meanOffset = offsets / weights;
        double rise = 0;
        double run = 0;
        for (Heard one : heard) {
            if (one != null) {
                double time = one.atMicros - base - meanTime;
                rise += one.weight() * time * (one.offsetMicros - meanOffset);
                run += one.weight() * time * time;
            }
        }
        return run > 0 ? 1e6 * rise / run : null;
    }
}
