package dev.baliza.server.aggregate;

import dev.baliza.server.books.HistogramView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Histogram of all values of one quantity in one shard. Thread: its shard's. */
final class Distribution {
    final String metric;
    final String quantity;
    private final double[] bounds;
    private final long[] counts;
    private double sum;

    Distribution(String metric, String quantity, List<Double> bounds) {
        this.metric = metric;
        this.quantity = quantity;
        this.bounds = bounds.stream().mapToDouble(Double::doubleValue).toArray();
        counts = new long[bounds.size() + 1];
    }

    void add(double value) {
        int at = Arrays.binarySearch(bounds, value);
        counts[at >= 0 ? at : -at - 1]++;
        sum += value;
    }

    HistogramView view() {
        List<Double> boundList = Arrays.stream(bounds).boxed().toList();
        List<Long> countList = new ArrayList<>(counts.length);
        for (long count : counts) {
            countList.add(count);
        }
        return new HistogramView(metric, quantity, boundList, countList, sum);
    }
}
