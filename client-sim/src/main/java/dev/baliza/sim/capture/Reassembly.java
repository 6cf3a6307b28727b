package dev.baliza.sim.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/** One direction of a TCP connection, put in order. Limits: the capture's size. Confined to one thread. */
final class Reassembly {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    /** Segments ahead of a gap, by their distance from the first byte. */
    private final TreeMap<Long, ByteBuffer> ahead = new TreeMap<>();

    private final long firstSeq;
    private final boolean fromStart;

    /** @param first the first segment captured */
    Reassembly(Segment first) {
        fromStart = first.syn();
        firstSeq = first.syn() ? first.seq() + 1 : first.seq();
    }

    /** Whether the capture saw the connection open, so that the first byte begins a frame. */
    boolean fromStart() {
        return fromStart;
    }

    void add(Segment segment) {
        long seq = segment.syn() ? segment.seq() + 1 : segment.seq();
        int distance = (int) (seq - firstSeq - bytes.size()); // wraps as TCP's numbers do
        if (segment.payload().hasRemaining()) {
            ahead.merge(
                    (long) bytes.size() + distance,
                    segment.payload(),
                    (a, b) -> a.remaining() >= b.remaining() ? a : b);
        }
        for (var next = ahead.firstEntry(); next != null && next.getKey() <= bytes.size(); next = ahead.firstEntry()) {
            ahead.remove(next.getKey());
            long known = bytes.size() - next.getKey();
            ByteBuffer payload = next.getValue();
            if (known < payload.limit()) {
                byte[] fresh = new byte[payload.limit() - (int) known];
                payload.get((int) known, fresh);
                bytes.writeBytes(fresh);
            }
        }
    }

    /** All bytes up to the first gap. */
    ByteBuffer inOrder() {
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** Bytes that the capture holds behind a gap and nobody can read. */
    long behindGap() {
        return ahead.values().stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
