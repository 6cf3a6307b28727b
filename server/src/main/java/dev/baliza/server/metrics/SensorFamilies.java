package dev.baliza.server.metrics;

import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.Shape;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Groups samples into families and drops what would spoil the scrape: their names and labels come from the wire. What came
 * first stays. Thread: one; used for one rendering.
 */
final class SensorFamilies {
    private record FamilyKey(String metric, Shape shape) {}

    private record SeriesKey(String device, String channel, String component) {}

    private record Family(String help, Set<SeriesKey> keys, List<Sample> samples) {}

    private final Families families;
    private long duplicates;
    private long invalid;

    SensorFamilies(Families families) {
        this.families = families;
    }

    /** Series, and families with a name already taken, that were dropped. */
    long duplicates() {
        return duplicates;
    }

    /** Series and families that no format can carry. */
    long invalid() {
        return invalid;
    }

    void addSamples(List<Sample> samples) {
        Map<FamilyKey, Family> grouped = new LinkedHashMap<>();
        for (Sample sample : samples) {
            if (sample.shape() == Shape.COUNTER && !(sample.value() >= 0)) {
                invalid++;
                continue;
            }
            Family family = grouped.computeIfAbsent(
                    new FamilyKey(sample.metric(), sample.shape()),
                    k -> new Family(sample.help(), new HashSet<>(), new ArrayList<>()));
            if (family.keys().add(new SeriesKey(sample.device(), sample.channel(), sample.component()))) {
                family.samples().add(sample);
            } else {
                duplicates++;
            }
        }
        grouped.forEach((key, family) -> {
            if (Families.isName(key.metric())) {
                add(
                        switch (key.shape()) {
                            case GAUGE, AXES -> gauge(key.metric(), family);
                            case COUNTER -> counter(key.metric(), family);
                            case STATES -> states(key.metric(), family);
                        });
            } else {
                invalid++;
            }
        });
    }

    void addHistograms(List<HistogramView> histograms) {
        for (HistogramView histogram : histograms) {
            if (isValid(histogram)) {
                add(histogram(histogram));
            } else {
                invalid++;
            }
        }
    }

    private void add(MetricSnapshot family) {
        if (!families.add(family)) {
            duplicates++;
        }
    }

    private static MetricSnapshot gauge(String metric, Family family) {
        GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(metric).help(help(metric, family.help()));
        for (Sample sample : family.samples()) {
            builder.dataPoint(new GaugeDataPointSnapshot(sample.value(), labels(sample), null));
        }
        return builder.build();
    }

    private static MetricSnapshot counter(String metric, Family family) {
        CounterSnapshot.Builder builder = CounterSnapshot.builder().name(metric).help(help(metric, family.help()));
        for (Sample sample : family.samples()) {
            builder.dataPoint(new CounterDataPointSnapshot(sample.value(), labels(sample), null, 0L));
        }
        return builder.build();
    }

    private static MetricSnapshot states(String metric, Family family) {
        Map<SeriesKey, StateSetDataPointSnapshot.Builder> points = new LinkedHashMap<>();
        for (Sample sample : family.samples()) {
            points.computeIfAbsent(
                            new SeriesKey(sample.device(), sample.channel(), ""),
                            k -> StateSetDataPointSnapshot.builder()
                                    .labels(Labels.of("channel", k.channel(), "device", k.device())))
                    .state(sample.component(), sample.value() == 1);
        }
        StateSetSnapshot.Builder builder =
                StateSetSnapshot.builder().name(metric).help(help(metric, family.help()));
        points.values().forEach(point -> builder.dataPoint(point.build()));
        return builder.build();
    }

    private static MetricSnapshot histogram(HistogramView view) {
        int buckets = view.counts().size();
        double[] bounds = new double[buckets];
        long[] counts = new long[buckets];
        for (int i = 0; i < buckets; i++) {
            bounds[i] = i < buckets - 1 ? view.bounds().get(i) : Double.POSITIVE_INFINITY;
            counts[i] = view.counts().get(i);
        }
        return HistogramSnapshot.builder()
                .name(view.metric())
                .help("Distribution of all values of " + view.quantity() + ", over all devices.")
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                        .sum(view.sum())
                        .build())
                .build();
    }

    private static boolean isValid(HistogramView view) {
        double last = Double.NEGATIVE_INFINITY;
        for (double bound : view.bounds()) {
            if (!(bound > last) || bound == Double.POSITIVE_INFINITY) {
                return false;
            }
            last = bound;
        }
        return Families.isName(view.metric())
                && view.counts().size() == view.bounds().size() + 1
                && view.counts().stream().allMatch(count -> count >= 0);
    }

    private static Labels labels(Sample sample) {
        return sample.shape() != Shape.AXES
                ? Labels.of("channel", sample.channel(), "device", sample.device())
                : Labels.of("axis", sample.component(), "channel", sample.channel(), "device", sample.device());
    }

    private static String help(String metric, String help) {
        return help.isBlank() ? "Newest value of " + metric + "." : help;
    }
}
