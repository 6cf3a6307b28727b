package dev.baliza.server.aggregate;

import dev.baliza.server.books.Shape;
import dev.baliza.server.units.Unit;
import java.util.List;

/**
 * What all series of one name agree on, in all shards.
 *
 * @param metric {@code sensor_<quantity>[_<unit>]}
 * @param quantity the only one that leads to this name
 * @param bounds of the distribution, in the base unit
 * @param help for people
 */
record Family(String metric, Shape shape, String quantity, Unit unit, List<Double> bounds, String help) {
    static final String WINDOW_MIN = "_window_min";
    static final String WINDOW_MAX = "_window_max";
    static final String DISTRIBUTION = "_distribution";

    /**
     * Ends of names that belong to the families beside a family, or to the samples of other types. No name of a family ends so,
     * and therefore no two families can meet in a derived name.
     */
    static final List<String> RESERVED_ENDS = List.of(
            "_total",
            "_created",
            "_info",
            "_bucket",
            "_count",
            "_sum",
            "_gcount",
            "_gsum",
            WINDOW_MIN,
            WINDOW_MAX,
            DISTRIBUTION);

    static Family of(String metric, Shape shape, String quantity, Unit unit, List<Double> bounds) {
        String what = quantity.replace('_', ' ');
        String help = switch (shape) {
            case STATES -> "State of " + what + ": 1 for the newest by event time.";
            case COUNTER ->
                "Newest count of " + what + " by event time" + in(unit) + "; falls when the device starts anew.";
            case GAUGE, AXES -> "Newest " + what + " by event time" + in(unit) + ".";
        };
        return new Family(metric, shape, quantity, unit, bounds, help);
    }

    /** Quantity and unit, for a sentence. */
    String what() {
        return quantity.replace('_', ' ') + in(unit);
    }

    private static String in(Unit unit) {
        return unit.name().isEmpty() ? "" : " in " + unit.name();
    }
}
