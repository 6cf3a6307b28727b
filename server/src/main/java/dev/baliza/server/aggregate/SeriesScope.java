package dev.baliza.server.aggregate;

import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.SeriesRefusal;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the series of all devices of a shard share. Thread: its shard's. */
final class SeriesScope {
    private final Families families;
    private final SeriesRules rules;
    private final Map<String, Distribution> distributions = new LinkedHashMap<>();
    private final long[] refused = new long[SeriesRefusal.values().length];
    private long unknownUnits;

    SeriesScope(Families families, SeriesRules rules) {
        this.families = families;
        this.rules = rules;
    }

    Families families() {
        return families;
    }

    SeriesRules rules() {
        return rules;
    }

    Distribution distribution(Family family) {
        return distributions.computeIfAbsent(family.metric(), metric -> new Distribution(family));
    }

    /** Distributions are of this process: they are not stored. */
    void beginAfterReplay() {
        distributions.values().forEach(Distribution::clear);
    }

    List<HistogramView> histograms() {
        return distributions.values().stream().map(Distribution::view).toList();
    }

    /** A channel was bound that is not exported. */
    void refused(SeriesRefusal reason) {
        refused[reason.ordinal()]++;
    }

    Map<SeriesRefusal, Long> refused() {
        Map<SeriesRefusal, Long> map = new EnumMap<>(SeriesRefusal.class);
        for (SeriesRefusal reason : SeriesRefusal.values()) {
            map.put(reason, refused[reason.ordinal()]);
        }
        return map;
    }

    /** A channel was bound whose unit is not in the table. */
    void unknownUnit() {
        unknownUnits++;
    }

    long unknownUnits() {
        return unknownUnits;
    }
}
