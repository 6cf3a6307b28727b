package dev.baliza.server.aggregate;

import dev.baliza.server.books.HistogramView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Histogram of all values of one family in one shard. Thread: its shard's. */
final class Distribution {
    private final Family family;
    private final double[] bounds;
    private final long[] counts;
    private double sum;

    Distribution(Family family) {
        this.family = family;
        bounds = family.bounds().stream().mapToDouble(Double::doubleValue).toArray();
        counts = new long[bounds.length + 1];
    }

    /** Takes values that are next to each other more often than not. */
    void add(double[] values, int count) {
        double total = sum;
        int at = 0;
        for (int i = 0; i < count; i++) {
            double value = values[i];
            if (!isIn(at, value)) {
                int found = Arrays.binarySearch(bounds, value);
                at = found >= 0 ? found : -found - 1;
            }
            counts[at]++;
            total += value;
        }
        sum = total;
    }

    /** Whether the bucket holds the value: above the bound before it, up to its own. */
    private boolean isIn(int at, double value) {
        return (at == 0 || value > bounds[at - 1]) && (at == bounds.length || value <= bounds[at]);
    }

    void clear() {
        Arrays.fill(counts, 0);
        sum = 0;
    }

    HistogramView view() {
        List<Long> countList = new ArrayList<>(counts.length);
        for (long count : counts) {
            countList.add(count);
        }
        return new HistogramView(
                family.metric() + Family.DISTRIBUTION, family.quantity(), family.bounds(), countList, sum);
    }
}
