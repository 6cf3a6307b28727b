package dev.baliza.server.aggregate;

import dev.baliza.server.postfix.DerivedRule;
import dev.baliza.server.postfix.ReadingName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The derived channels of a configuration, and the newest values that devices of different shards hand to each other: one reference to an
 * immutable value for each reading that an expression names with its device. Thread: any; no lock.
 */
public final class DerivedRules {
    public static final DerivedRules NONE = new DerivedRules(List.of(), 0);

    private final List<DerivedRule> rules;
    private final long maxAgeMicros;
    private final Map<ReadingName, AtomicReference<DerivedInput.@Nullable Value>> handOvers = new LinkedHashMap<>();

    /** @param maxAgeMicros inputs that arrived longer ago give no value */
    public DerivedRules(List<DerivedRule> rules, long maxAgeMicros) {
        this.rules = List.copyOf(rules);
        this.maxAgeMicros = maxAgeMicros;
        for (DerivedRule rule : rules) {
            rule.expression().inputs().stream()
                    .filter(input -> !input.isOwn())
                    .forEach(input -> handOvers.put(input, new AtomicReference<>()));
        }
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    List<DerivedRule> rules() {
        return rules;
    }

    long maxAgeMicros() {
        return maxAgeMicros;
    }

    AtomicReference<DerivedInput.@Nullable Value> handOver(ReadingName reading) {
        return Objects.requireNonNull(handOvers.get(reading), "a reading that no rule names");
    }

    /** What others want to know of the device with this label. */
    List<ReadingName> wantedOf(String label) {
        return handOvers.keySet().stream()
                .filter(name -> name.device().equals(label))
                .toList();
    }
}
