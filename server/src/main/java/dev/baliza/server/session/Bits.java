package dev.baliza.server.session;

import dev.baliza.protocol.Limits;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Three rings of W bits addressed by sequence number: number n and n + W share a bit. */
final class Bits {
    private static final int MASK = Limits.WINDOW - 1;

    private static final int RINGS = 3;
    private static final int RING_WORDS = Limits.WINDOW / Long.SIZE;

    private final long[] words = new long[RINGS * RING_WORDS];

    boolean get(int ring, long number) {
        return (words[word(ring, number)] & bit(number)) != 0;
    }

    void set(int ring, long number) {
        words[word(ring, number)] |= bit(number);
    }

    void clear(int ring, long number) {
        words[word(ring, number)] &= ~bit(number);
    }

    void setAll(int ring) {
        Arrays.fill(words, ring * RING_WORDS, (ring + 1) * RING_WORDS, -1L);
    }

    /** How many of the numbers from {@code from} (inclusive) to {@code to} (exclusive), at most W of them, are set. */
    int count(int ring, long from, long to) {
        int count = 0;
        for (long number = from; number < to; ) {
            int shift = (int) (number & 63);
            long mask = -1L << shift;
            long left = to - number;
            if (left < Long.SIZE - shift) {
                mask &= -1L >>> (Long.SIZE - shift - left);
            }
            count += Long.bitCount(words[word(ring, number)] & mask);
            number += Long.SIZE - shift;
        }
        return count;
    }

    /** 64 bits from {@code from} on, that number in bit 63. */
    long wordFrom(int ring, long from) {
        int shift = (int) (from & 63);
        long low = words[word(ring, from)] >>> shift;
        long high = shift == 0 ? 0 : words[word(ring, from + 64)] << (Long.SIZE - shift);
        return Long.reverse(low | high);
    }

    void save(int ring, DataOutput out) throws IOException {
        for (int i = 0; i < RING_WORDS; i++) {
            out.writeLong(words[ring * RING_WORDS + i]);
        }
    }

    void load(int ring, DataInput in) throws IOException {
        for (int i = 0; i < RING_WORDS; i++) {
            words[ring * RING_WORDS + i] = in.readLong();
        }
    }

    private static int word(int ring, long number) {
        return ring * RING_WORDS + ((int) (number & MASK) >>> 6);
    }

    private static long bit(long number) {
        return 1L << (number & 63);
    }
}
