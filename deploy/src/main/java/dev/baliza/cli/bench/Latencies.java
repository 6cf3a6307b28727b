package dev.baliza.cli.bench;

import java.util.Arrays;

/** How long things took: all of them, or the first few million. Thread: one. */
final class Latencies {
    private static final int MOST = 1 << 22;

    private float[] millis = new float[1 << 12];
    private int count;

    void add(long nanos) {
        if (count == millis.length && count < MOST) {
            millis = Arrays.copyOf(millis, 2 * count);
        }
        if (count < millis.length) {
            millis[count++] = nanos / 1e6f;
        }
    }

    /** @param share 0–1; 0 when there are none */
    double percentile(double share) {
        Arrays.sort(millis, 0, count);
        return count == 0 ? 0 : millis[(int) Math.min(count - 1L, Math.round(share * count))];
    }
}
