package dev.baliza.server.metrics;

import dev.baliza.server.books.ClockSample;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Snapshot;
import dev.baliza.server.books.Transport;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Renders a snapshot of the books as families. Thread: one at a time; it counts across renderings what was dropped.
 *
 * <p>Every combination of the enums is there from the first scrape on, or a rate over the first event would miss it.
 */
final class BooksFamilies {
    static final String DUPLICATE_SERIES = "duplicate_series";
    static final String INVALID_SERIES = "invalid_series";

    /** The frames' states that are outcomes, not terms of the ledger's law. */
    private static final Outcome[] BESIDE_THE_LAW = {
        Outcome.DUPLICATE,
        Outcome.TOO_OLD,
        Outcome.OVERFLOW,
        Outcome.CONFLICT,
        Outcome.REFUSED,
        Outcome.STALE,
        Outcome.UNACCOUNTED
    };

    private final BuildInfo build;
    private long duplicates;
    private long invalid;

    BooksFamilies(BuildInfo build) {
        this.build = build;
    }

    /** Everything in the snapshot, without what clashes with the families of others. */
    MetricSnapshots render(Snapshot books, MetricSnapshots others) {
        Families families = new Families();
        families.reserve(others);
        // The count of what was dropped is known last, but its name stands before every name from the wire.
        if (!families.reserve(Families.counterNames(Metric.EVENTS.family()))) {
            throw new IllegalStateException(Metric.EVENTS.sampleName() + " is taken");
        }
        own(families, info());
        own(families, frames(books));
        own(families, datagrams(books));
        own(families, readings(books));
        own(families, skipped(books));
        own(families, seriesRefused(books));
        own(families, counter(Metric.UDP_KERNEL_DROPS).dataPoint(point(books.kernelDrops(), Labels.EMPTY)));
        own(families, byName(Metric.FRAMES_REFUSED, "reason", books.refused()));
        own(families, byName(Metric.FRAMES_REJECTED, "reason", books.rejected()));
        ledger(families, books);
        gauges(families, books.gauges());
        clocks(families, books.clocks());

        SensorFamilies sensors = new SensorFamilies(families);
        sensors.addSamples(books.samples());
        sensors.addHistograms(books.histograms());
        duplicates += sensors.duplicates();
        invalid += sensors.invalid();

        Map<String, Long> events = new TreeMap<>(books.events());
        events.merge(DUPLICATE_SERIES, duplicates, Long::sum);
        events.merge(INVALID_SERIES, invalid, Long::sum);
        families.addReserved(byName(Metric.EVENTS, "event", events).build());
        return families.all();
    }

    private InfoSnapshot.Builder info() {
        return InfoSnapshot.builder()
                .name(Metric.BUILD_INFO.family())
                .help(Metric.BUILD_INFO.help())
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.builder()
                                .label("version", build.version())
                                .label("transport", build.transport())
                                .label("java", build.java())
                                .label("insecure", Boolean.toString(build.insecure()))
                                .build())
                        .build());
    }

    private static CounterSnapshot.Builder frames(Snapshot books) {
        CounterSnapshot.Builder builder = counter(Metric.FRAMES);
        for (Transport transport : Transport.values()) {
            Map<Outcome, Long> outcomes = books.frames().getOrDefault(transport, Map.of());
            for (Outcome outcome : Outcome.values()) {
                Labels labels = Labels.of("transport", transport.label(), "outcome", outcome.label());
                builder.dataPoint(point(outcomes.getOrDefault(outcome, 0L), labels));
            }
            Map<FrameFault, Long> faults = books.faults().getOrDefault(transport, Map.of());
            for (FrameFault fault : FrameFault.values()) {
                Labels labels = Labels.of("transport", transport.label(), "outcome", fault.label());
                builder.dataPoint(point(faults.getOrDefault(fault, 0L), labels));
            }
        }
        return builder;
    }

    private static CounterSnapshot.Builder datagrams(Snapshot books) {
        CounterSnapshot.Builder builder = counter(Metric.DATAGRAMS);
        for (DatagramOutcome outcome : DatagramOutcome.values()) {
            Labels labels = Labels.of("outcome", outcome.label());
            builder.dataPoint(point(books.datagrams().getOrDefault(outcome, 0L), labels));
        }
        return builder;
    }

    private static CounterSnapshot.Builder readings(Snapshot books) {
        CounterSnapshot.Builder builder = counter(Metric.READINGS);
        for (Transport transport : Transport.values()) {
            Labels labels = Labels.of("transport", transport.label());
            builder.dataPoint(point(books.readings().getOrDefault(transport, 0L), labels));
        }
        return builder;
    }

    private static CounterSnapshot.Builder skipped(Snapshot books) {
        CounterSnapshot.Builder builder = counter(Metric.READINGS_SKIPPED);
        for (SkipReason reason : SkipReason.values()) {
            builder.dataPoint(point(books.skipped().getOrDefault(reason, 0L), Labels.of("reason", reason.label())));
        }
        return builder;
    }

    private static CounterSnapshot.Builder seriesRefused(Snapshot books) {
        CounterSnapshot.Builder builder = counter(Metric.SERIES_REFUSED);
        for (SeriesRefusal reason : SeriesRefusal.values()) {
            Labels labels = Labels.of("reason", reason.label());
            builder.dataPoint(point(books.seriesRefused().getOrDefault(reason, 0L), labels));
        }
        return builder;
    }

    private static void ledger(Families families, Snapshot books) {
        LedgerTotals ledger = books.ledger();
        CounterSnapshot.Builder states = counter(Metric.LEDGER_FRAMES)
                .dataPoint(point(ledger.accepted(), Labels.of("state", "accepted")))
                .dataPoint(point(ledger.rejected(), Labels.of("state", "rejected")))
                .dataPoint(point(ledger.lost(), Labels.of("state", "lost")));
        for (Outcome outcome : BESIDE_THE_LAW) {
            long frames = books.frames().values().stream()
                    .mapToLong(outcomes -> outcomes.getOrDefault(outcome, 0L))
                    .sum();
            states.dataPoint(point(frames, Labels.of("state", outcome.label())));
        }
        own(families, states);
        own(families, counter(Metric.LEDGER_EXPECTED).dataPoint(point(ledger.expected(), Labels.EMPTY)));
        own(families, counter(Metric.LEDGER_LATE).dataPoint(point(ledger.late(), Labels.EMPTY)));
        own(families, gauge(Metric.LEDGER_MISSING, ledger.missing()));
        own(families, gauge(Metric.LEDGER_OUTSTANDING, ledger.outstanding()));
        own(families, gauge(Metric.LEDGER_IMBALANCE, books.imbalance()));
    }

    private void gauges(Families families, Map<String, Long> gauges) {
        new TreeMap<>(gauges).forEach((name, value) -> {
            if (!Families.isName(name)) {
                invalid++;
                return;
            }
            String help = "Current number of the server: " + name.replace('_', ' ') + ".";
            if (!families.add(gauge("baliza_" + name, help, value).build())) {
                duplicates++;
            }
        });
    }

    /** Of one label twice the first counts: a device may have taken the other's name a moment ago. */
    private static void clocks(Families families, List<ClockSample> clocks) {
        GaugeSnapshot.Builder offsets = gauge(Metric.DEVICE_CLOCK_OFFSET);
        GaugeSnapshot.Builder drifts = gauge(Metric.DEVICE_CLOCK_DRIFT);
        Set<String> devices = new HashSet<>();
        for (ClockSample sample : clocks) {
            if (!devices.add(sample.device())) {
                continue;
            }
            Labels labels = Labels.of("device", sample.device());
            offsets.dataPoint(new GaugeDataPointSnapshot(sample.clock().offsetSeconds(), labels, null));
            Double drift = sample.clock().driftPpm();
            if (drift != null) {
                drifts.dataPoint(new GaugeDataPointSnapshot(drift / 1e6, labels, null));
            }
        }
        own(families, offsets);
        own(families, drifts);
    }

    private static void own(Families families, MetricSnapshot.Builder<?> family) {
        if (!families.add(family.build())) {
            throw new IllegalStateException("a name of the catalogue is taken");
        }
    }

    private static CounterSnapshot.Builder byName(Metric metric, String label, Map<String, Long> counts) {
        CounterSnapshot.Builder builder = counter(metric);
        counts.forEach((name, count) -> builder.dataPoint(point(count, Labels.of(label, name))));
        return builder;
    }

    private static CounterSnapshot.Builder counter(Metric metric) {
        return CounterSnapshot.builder().name(metric.family()).help(metric.help());
    }

    private static GaugeSnapshot.Builder gauge(Metric metric) {
        return GaugeSnapshot.builder().name(metric.family()).help(metric.help());
    }

    private static GaugeSnapshot.Builder gauge(Metric metric, long value) {
        return gauge(metric.family(), metric.help(), value);
    }

    private static GaugeSnapshot.Builder gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(new GaugeDataPointSnapshot(value, Labels.EMPTY, null));
    }

    private static CounterDataPointSnapshot point(long count, Labels labels) {
        return new CounterDataPointSnapshot(count, labels, null, 0L);
    }
}
