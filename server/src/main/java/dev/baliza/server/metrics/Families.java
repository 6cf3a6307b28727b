package dev.baliza.server.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The families of one rendering, none of which can be taken for another: one name twice, and Prometheus throws the whole
 * scrape away. Thread: one.
 */
final class Families {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    private final Set<String> taken = new HashSet<>();
    private final List<MetricSnapshot> families = new ArrayList<>();

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Takes the names of families that others expose. */
    void reserve(MetricSnapshots others) {
        for (MetricSnapshot family : others) {
            taken.addAll(namesOf(family));
        }
    }

    /** Adds the family, unless one of its names is taken. */
    boolean add(MetricSnapshot family) {
        if (!reserve(namesOf(family))) {
            return false;
        }
        families.add(family);
        return true;
    }

    /** Takes the names of a family that is added later by {@link #addReserved}. */
    boolean reserve(List<String> names) {
        if (!Collections.disjoint(taken, names)) {
            return false;
        }
        taken.addAll(names);
        return true;
    }

    void addReserved(MetricSnapshot family) {
        families.add(family);
    }

    /** Sorted by name. */
    MetricSnapshots all() {
        return new MetricSnapshots(families);
    }

    static List<String> counterNames(String family) {
        return List.of(family, family + "_total", family + "_created");
    }

    /** The family's name and those of its samples, in all formats. */
    private static List<String> namesOf(MetricSnapshot family) {
        String name = family.getMetadata().getPrometheusName();
        if (family instanceof CounterSnapshot) {
            return counterNames(without(name, "_total"));
        }
        if (family instanceof HistogramSnapshot) {
            return List.of(name, name + "_bucket", name + "_count", name + "_sum", name + "_created");
        }
        if (family instanceof SummarySnapshot) {
            return List.of(name, name + "_count", name + "_sum", name + "_created");
        }
        if (family instanceof InfoSnapshot) {
            String base = without(name, "_info");
            return List.of(base, base + "_info");
        }
        return List.of(name);
    }

    private static String without(String name, String suffix) {
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }
}
