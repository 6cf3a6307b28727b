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

    void add(double value) {
        int at = Arrays.binarySearch(bounds, value);
        counts[at >= 0 ? at : -at - 1]++;
        sum += value;
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
