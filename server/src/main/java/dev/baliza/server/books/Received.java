package dev.baliza.server.books;

import java.util.EnumMap;
import java.util.Map;

/**
 * What was read, counted where it came in and apart from what became of it: the other side of the laws of frames and datagrams.
 *
 * @param datagrams read
 * @param framed frames delimited
 * @param authenticated frames that a shard took; sealed ones after they were opened
 */
public record Received(long datagrams, Map<Transport, Long> framed, Map<Transport, Long> authenticated) {
    public static final Received NOTHING = new Received(0, Map.of(), Map.of());

    public Received plus(Received other) {
        return new Received(
                datagrams + other.datagrams, sum(framed, other.framed), sum(authenticated, other.authenticated));
    }

    private static Map<Transport, Long> sum(Map<Transport, Long> a, Map<Transport, Long> b) {
        Map<Transport, Long> sum = new EnumMap<>(Transport.class);
        sum.putAll(a);
        b.forEach((transport, count) -> sum.merge(transport, count, Long::sum));
        return sum;
    }
}
