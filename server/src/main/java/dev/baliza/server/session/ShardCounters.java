package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Transport;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a shard counted over all its devices. Thread: the shard's. */
final class ShardCounters {
    private final long[][] outcomes = new long[Transport.values().length][Outcome.values().length];
    private final long[] pending = new long[Transport.values().length];
    private final long[] readings = new long[Transport.values().length];
    private final long[] rejected = new long[64];
    private final long[] refused = new long[RefusalReason.values().length];
    private final long[] events = new long[SessionEvent.values().length];

    void count(Transport transport, Outcome outcome) {
        outcomes[transport.ordinal()][outcome.ordinal()]++;
    }

    /** A frame was judged but waits for its commit. */
    void pending(Transport transport) {
        pending[transport.ordinal()]++;
    }

    /** A frame that waited was committed. */
    void settled(Transport transport, Outcome outcome) {
        pending[transport.ordinal()]--;
        count(transport, outcome);
    }

    /** Frames that wait for their commit. */
    long pending() {
        return Arrays.stream(pending).sum();
    }

    void countReadings(Transport transport, long count) {
        readings[transport.ordinal()] += count;
    }

    void countRejected(ErrorCode code) {
        rejected[code.number()]++;
    }

    void countRejected(ErrorCode code, long times) {
        rejected[code.number()] += times;
    }

    void countRefused(RefusalReason reason) {
        refused[reason.ordinal()]++;
    }

    void count(SessionEvent event) {
        events[event.ordinal()]++;
    }

    void count(SessionEvent event, int times) {
        events[event.ordinal()] += times;
    }

    Map<Transport, Map<Outcome, Long>> outcomes() {
        Map<Transport, Map<Outcome, Long>> map = new EnumMap<>(Transport.class);
        for (Transport transport : Transport.values()) {
            map.put(transport, toMap(outcomes[transport.ordinal()]));
        }
        return map;
    }

    static Map<Outcome, Long> toMap(long[] counts) {
        Map<Outcome, Long> map = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            map.put(outcome, counts[outcome.ordinal()]);
        }
        return map;
    }

    /** All outcomes of one transport, and what waits for its own. */
    long judged(Transport transport) {
        long sum = pending[transport.ordinal()];
        for (long count : outcomes[transport.ordinal()]) {
            sum += count;
        }
        return sum;
    }

    long total(Outcome outcome) {
        long sum = 0;
        for (long[] row : outcomes) {
            sum += row[outcome.ordinal()];
        }
        return sum;
    }

    Map<Transport, Long> readings() {
        Map<Transport, Long> map = new EnumMap<>(Transport.class);
        for (Transport transport : Transport.values()) {
            map.put(transport, readings[transport.ordinal()]);
        }
        return map;
    }

    Map<String, Long> rejected() {
        Map<String, Long> map = new TreeMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            if (rejected[code.number()] > 0) {
                map.put(code.name().toLowerCase(Locale.ROOT), rejected[code.number()]);
            }
        }
        return map;
    }

    Map<String, Long> refused() {
        Map<String, Long> map = new TreeMap<>();
        for (RefusalReason reason : RefusalReason.values()) {
            map.put(reason.label(), refused[reason.ordinal()]);
        }
        return map;
    }

    Map<String, Long> events() {
        Map<String, Long> map = new TreeMap<>();
        for (SessionEvent event : SessionEvent.values()) {
            map.put(event.label(), events[event.ordinal()]);
        }
        return map;
    }
}
