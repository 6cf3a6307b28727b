package dev.baliza.server.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** Shows the families of the rendering under way to the Prometheus registry. Thread: the scrape thread. */
final class BooksCollector implements MultiCollector {
    private MetricSnapshots current = new MetricSnapshots();

    void show(MetricSnapshots families) {
        current = families;
    }

    void clear() {
        current = new MetricSnapshots();
    }

    @Override
    public MetricSnapshots collect() {
        return current;
    }
}
