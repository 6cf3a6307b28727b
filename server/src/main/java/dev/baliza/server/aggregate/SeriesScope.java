package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.SeriesRefusal;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the series of all devices of a shard share. Thread: its shard's. */
final class SeriesScope {
    private static final int MAX_SHARED_CHANNELS = 4_096;
    private static final int MAX_SHARED_SETS = 1_024;

    private final Families families;
    private final SeriesRules rules;
    private final Map<String, Distribution> distributions = new LinkedHashMap<>();
    private final long[] refused = new long[SeriesRefusal.values().length];
    private final long[] derivedOutcomes = new long[DerivedOutcome.values().length];
    private DerivedRules derived = DerivedRules.NONE;
    private long unknownUnits;
    private final LastUsed<ChannelDescription, ChannelTraits> traits =
            new LastUsed<>(MAX_SHARED_CHANNELS, ChannelTraits::new);
    private final LastUsed<ChannelSet, SetLayout> layouts = new LastUsed<>(MAX_SHARED_SETS, SetLayout::new);

    SeriesScope(Families families, SeriesRules rules) {
        this.families = families;
        this.rules = rules;
    }

    /** Devices that describe the same share what follows from it. */
    ChannelTraits traits(ChannelDescription description) {
        return traits.of(description);
    }

    SetLayout layout(ChannelSet set) {
        return layouts.of(set);
    }

    Families families() {
        return families;
    }

    SeriesRules rules() {
        return rules;
    }

    void use(DerivedRules rulesOfAll) {
        derived = rulesOfAll;
    }

    DerivedRules derived() {
        return derived;
    }

    void countDerived(DerivedOutcome outcome) {
        derivedOutcomes[outcome.ordinal()]++;
    }

    /** By event; empty when nothing can be derived. */
    Map<String, Long> derivedEvents() {
        Map<String, Long> events = new LinkedHashMap<>();
        if (!derived.isEmpty()) {
            for (DerivedOutcome outcome : DerivedOutcome.values()) {
                events.put(outcome.event(), derivedOutcomes[outcome.ordinal()]);
            }
        }
        return events;
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
