package dev.baliza.server.session;

import dev.baliza.protocol.Limits;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** A ring of W bits addressed by sequence number: number n and n + W share a bit. */
final class Bits {
    private static final int MASK = Limits.WINDOW - 1;

    private final long[] words = new long[Limits.WINDOW / Long.SIZE];

    boolean get(long number) {
        return (words[word(number)] & bit(number)) != 0;
    }

    void set(long number) {
        words[word(number)] |= bit(number);
    }

    void clear(long number) {
        words[word(number)] &= ~bit(number);
    }

    void setAll() {
        Arrays.fill(words, -1L);
    }

    /** How many of the numbers from {@code from} (inclusive) to {@code to} (exclusive), at most W of them, are set. */
    int count(long from, long to) {
        int count = 0;
        for (long number = from; number < to; ) {
            int shift = (int) (number & 63);
            long mask = -1L << shift;
            long left = to - number;
            if (left < Long.SIZE - shift) {
                mask &= -1L >>> (Long.SIZE - shift - left);
            }
            count += Long.bitCount(words[word(number)] & mask);
            number += Long.SIZE - shift;
        }
        return count;
    }

    /** 64 bits from {@code from} on, that number in bit 63. */
    long wordFrom(long from) {
        int shift = (int) (from & 63);
        long low = words[word(from)] >>> shift;
        long high = shift == 0 ? 0 : words[word(from + 64)] << (Long.SIZE - shift);
        return Long.reverse(low | high);
    }

    void save(DataOutput out) throws IOException {
        for (long word : words) {
            out.writeLong(word);
        }
    }

    void load(DataInput in) throws IOException {
        for (int i = 0; i < words.length; i++) {
            words[i] = in.readLong();
        }
    }

    private static int word(long number) {
        return (int) (number & MASK) >>> 6;
    }

    private static long bit(long number) {
        return 1L << (number & 63);
    }
}
