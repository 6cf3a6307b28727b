package dev.baliza.sim.device;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which numbers of its server a device has. Confined to one thread. Spec: SPEC §7.9.1–§7.9.3. Limits: 16 instances left behind. */
final class Inbox {
    /** What to do with a frame. */
    enum Verdict {
        /** Act on it and acknowledge it. */
        FRESH,
        /** Acknowledge it once more. */
        KNOWN,
        /** Neither. */
        IGNORED
    }

    private static final int MAX_LEFT = 16;
    private static final long NONE = -1;

    private final Set<Long> left = new LinkedHashSet<>();
    private long instance = NONE;
    private long cum;
    /** Bit 63 is number cum. */
    private long bits;

    /** After a boot nothing is known. */
    void forget() {
        left.clear();
        instance = NONE;
    }

    Verdict take(long from, long seq, int back) {
        if (back == Limits.BACK_UNSET || back > seq || left.contains(from)) {
            return Verdict.IGNORED;
        }
        long floor = seq - back;
        if (from != instance) {
            begin(from, floor);
        }
        raise(floor);
        long distance = seq - cum;
        if (distance < 0) {
            return Verdict.KNOWN;
        }
        if (distance >= Limits.DOWNLINK_WINDOW) {
            return Verdict.IGNORED;
        }
        long bit = Long.MIN_VALUE >>> distance;
        if ((bits & bit) != 0) {
            return Verdict.KNOWN;
        }
        bits |= bit;
        advance();
        return Verdict.FRESH;
    }

    private void begin(long from, long floor) {
        if (instance != NONE) {
            left.add(instance);
            if (left.size() > MAX_LEFT) {
                left.remove(left.iterator().next());
            }
        }
        instance = from;
        cum = floor;
        bits = 0;
    }

    private void raise(long floor) {
        long by = floor - cum;
        if (by > 0) {
            bits = by >= Long.SIZE ? 0 : bits << by;
            cum = floor;
            advance();
        }
    }

    private void advance() {
        int run = Long.numberOfLeadingZeros(~bits);
        bits = run == Long.SIZE ? 0 : bits << run;
        cum += run;
    }

    /** What it has; after a frame was taken. */
    Message.Ack ack() {
        return new Message.Ack(instance, cum, AckLevel.COUNTED, bits == 0 ? List.of() : List.of(bits), List.of());
    }
}
