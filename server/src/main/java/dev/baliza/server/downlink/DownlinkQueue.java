package dev.baliza.server.downlink;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.server.books.DownlinkState;
import dev.baliza.server.books.DownlinkView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Messages to one device: numbers them, sends them again until the device acknowledges, and takes the results of commands. Time is an
 * argument. Thread: the device's shard's. Spec: SPEC §7.8, §7.9. Limits: 32 messages and 64 KiB that wait, 64 that are over.
 */
public final class DownlinkQueue {
    static final int MAX_WAITING = 32;
    static final int MAX_BYTES = 64 * 1024;
    static final int MAX_FINISHED = 64;

    /** Where frames to the device go. */
    @FunctionalInterface
    public interface Wire {
        /** @param back {@code seq} minus the floor */
        void send(long seq, int back, Message message);
    }

    private final DownlinkCounts counts;
    private final Map<Long, Outgoing> waiting = new LinkedHashMap<>();
    private final Map<Long, Outgoing> finished = new LinkedHashMap<>();
    private long nextSeq;
    private int bytes;

    DownlinkQueue(DownlinkCounts counts) {
        this.counts = counts;
    }

    /** Takes a message; returns why not, or null when it did. */
    @Nullable
    String offer(Outgoing one) {
        if (waiting.size() >= MAX_WAITING || bytes + one.bytes() > MAX_BYTES) {
            counts.count(DownlinkEvent.TURNED_AWAY);
            return "the queue is full (" + waiting.size() + " messages, " + bytes
                    + " bytes wait); try again when the device has answered, or when they expire";
        }
        counts.count(DownlinkEvent.QUEUED);
        waiting.put(one.id(), one);
        bytes += one.bytes();
        return null;
    }

    /** Whether nothing waits, so that nothing needs to be done. */
    public boolean isIdle() {
        return waiting.isEmpty();
    }

    /** The device speaks again after a silence, or from elsewhere: timers start anew. */
    public void hurry() {
        waiting.values().forEach(Outgoing::hurry);
    }

    /**
     * Ends what is over, then sends what is due.
     *
     * @param wire null while there is no way to the device
     */
    public void advance(long nowMicros, @Nullable Wire wire) {
        expire(nowMicros);
        if (wire == null) {
            return;
        }
        for (Outgoing one : waiting.values()) {
            if (!one.isDue(nowMicros)) {
                continue;
            }
            if (one.state() == DownlinkState.QUEUED) {
                if (nextSeq - floor() >= Limits.DOWNLINK_WINDOW) {
                    return;
                }
                one.number(nextSeq++, nowMicros);
            }
            counts.count(one.transmissions() == 0 ? DownlinkEvent.SENT : DownlinkEvent.SENT_AGAIN);
            one.sent(nowMicros);
            wire.send(one.seq(), (int) (one.seq() - floor()), one.message());
        }
    }

    /**
     * When {@link #advance} has something to do again, if the device says nothing before.
     *
     * @param way whether there is one to the device
     */
    public long nextMicros(boolean way) {
        long next = Long.MAX_VALUE;
        for (Outgoing one : waiting.values()) {
            next = Math.min(next, one.deadlineMicros());
            if (way && one.isInFlight()) {
                next = Math.min(next, one.dueMicros());
            }
        }
        return next;
    }

    /** The lowest number that may still be sent. */
    private long floor() {
        long floor = nextSeq;
        for (Outgoing one : waiting.values()) {
            if (one.isInFlight()) {
                floor = Math.min(floor, one.seq());
            }
        }
        return floor;
    }

    private void expire(long nowMicros) {
        for (Iterator<Outgoing> it = waiting.values().iterator(); it.hasNext(); ) {
            Outgoing one = it.next();
            if (one.isOver(nowMicros)) {
                counts.count(DownlinkEvent.EXPIRED);
                one.become(DownlinkState.EXPIRED, nowMicros);
                it.remove();
                retire(one);
            }
        }
    }

    private void retire(Outgoing one) {
        bytes -= one.bytes();
        finished.put(one.id(), one);
        if (finished.size() > MAX_FINISHED) {
            finished.remove(finished.keySet().iterator().next());
        }
    }

    /** The device has all numbers below {@code next}, and those of the set bits from there on. */
    public void acknowledged(long next, List<Long> bits, long nowMicros) {
        if (next > nextSeq) {
            return; // of numbers that were never sent
        }
        for (Iterator<Outgoing> it = waiting.values().iterator(); it.hasNext(); ) {
            Outgoing one = it.next();
            if (one.isInFlight() && isSet(one.seq() - next, bits)) {
                counts.count(DownlinkEvent.ACKED);
                one.become(DownlinkState.ACKED, nowMicros);
                if (one.isText()) {
                    it.remove();
                    retire(one);
                }
            }
        }
    }

    private static boolean isSet(long distance, List<Long> bits) {
        if (distance < 0) {
            return true;
        }
        return distance < 64L * bits.size() && (bits.get((int) (distance / 64)) << (distance % 64)) < 0;
    }

    /** Takes a RESULT; whether it told something new. */
    boolean result(Message.Result result, long nowMicros) {
        Outgoing one = waiting.get(result.command());
        boolean late = one == null;
        if (late) {
            one = finished.get(result.command());
        }
        boolean known = one != null && !one.isText() && (!late || one.state() == DownlinkState.EXPIRED);
        if (one == null || !known) {
            counts.count(DownlinkEvent.RESULT_UNMATCHED);
            return false;
        }
        DownlinkState state = switch (result.state()) {
            case ACKED -> late ? one.state() : DownlinkState.ACKED;
            case DONE -> DownlinkState.DONE;
            case REFUSED -> DownlinkState.REFUSED;
            case EXPIRED -> DownlinkState.EXPIRED;
        };
        if (state.isFinal() && state != one.state()) {
            counts.count(
                    state == DownlinkState.DONE
                            ? DownlinkEvent.DONE
                            : state == DownlinkState.REFUSED ? DownlinkEvent.REFUSED : DownlinkEvent.EXPIRED);
        }
        one.finish(result, state, nowMicros);
        if (!late && state.isFinal()) {
            waiting.remove(one.id());
            retire(one);
        }
        return true;
    }

    @Nullable
    DownlinkView find(long id, String device) {
        Outgoing one = waiting.getOrDefault(id, finished.get(id));
        return one == null ? null : one.view(device);
    }

    /** Over ones first. */
    List<DownlinkView> views(String device) {
        List<DownlinkView> views = new ArrayList<>();
        Stream.concat(finished.values().stream(), waiting.values().stream())
                .forEach(one -> views.add(one.view(device)));
        return views;
    }
}
