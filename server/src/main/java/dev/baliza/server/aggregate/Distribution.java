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

    /** Takes values, of which neighbours are in the same bucket more often than not. */
    void add(double[] values, int count) {
        double total = sum;
        int at = 0;
        double below = Double.POSITIVE_INFINITY; // no bucket yet
        double bound = Double.POSITIVE_INFINITY;
        long run = 0;
        for (int i = 0; i < count; i++) {
            double value = values[i];
            if (!(value > below && value <= bound)) {
                counts[at] += run;
                run = 0;
                int found = Arrays.binarySearch(bounds, value);
                at = found >= 0 ? found : -found - 1;
                below = at == 0 ? Double.NEGATIVE_INFINITY : bounds[at - 1];
                bound = at == bounds.length ? Double.POSITIVE_INFINITY : bounds[at];
            }
            run++;
            total += value;
        }
        counts[at] += run;
        sum = total;
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
