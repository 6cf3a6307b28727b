package dev.baliza.server.books;

import java.util.List;

/**
 * Distribution of all values of a quantity.
 *
 * @param metric full name of the exported family
 * @param bounds upper bounds, rising, without +Inf
 * @param counts per bucket, not cumulative; one more than bounds
 */
public record HistogramView(String metric, String quantity, List<Double> bounds, List<Long> counts, double sum) {}
