package dev.baliza.server.aggregate;

import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.Shape;
import dev.baliza.server.units.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all shards must agree on: name, shape, unit and histogram bounds of each exported family, and how many series there are.
 * The first description of a family decides. Thread: any; asked when a channel is bound, never per reading.
 */
public final class Families {
    /** Of every unit that has no better scale: two steps a decade. */
    private static final List<Double> DECADES =
            List.of(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 1e4, 1e5, 1e6);

    private static final List<Double> CELSIUS = List.of(
            -20.0, -10.0, 0.0, 5.0, 10.0, 15.0, 18.0, 20.0, 22.0, 25.0, 30.0, 35.0, 40.0, 50.0, 60.0, 80.0, 100.0);
    private static final List<Double> RATIO = List.of(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0);
    private static final List<Double> PASCALS =
            List.of(9.5e4, 9.7e4, 9.8e4, 9.9e4, 1e5, 1.01e5, 1.02e5, 1.03e5, 1.05e5, 2e5, 1e6);

    /** Guarded by this. */
    private final Map<String, Family> families = new HashMap<>();

    private final AtomicInteger series = new AtomicInteger();
    private final int maxFamilies;
    private final int maxSeries;

    public Families(int maxFamilies, int maxSeries) {
        this.maxFamilies = maxFamilies;
        this.maxSeries = maxSeries;
    }

    /**
     * The family of a quantity in a unit; made when it is the first.
     *
     * @param part of a position, behind the quantity in the name; else ""
     * @param described bounds of the histogram in the described unit; empty for the default
     */
    synchronized Family join(String quantity, String part, Shape shape, Unit unit, List<Double> described)
            throws SeriesRefused {
        String metric = "sensor_" + quantity + part + (unit.suffix().isEmpty() ? "" : "_" + unit.suffix());
        if (Family.RESERVED_ENDS.stream().anyMatch(metric::endsWith)) {
            throw new SeriesRefused(SeriesRefusal.RESERVED_NAME);
        }
        Family family = families.get(metric);
        if (family == null) {
            if (families.size() >= maxFamilies) {
                throw new SeriesRefused(SeriesRefusal.FAMILIES);
            }
            family = Family.of(metric, shape, quantity, unit, bounds(described, unit));
            families.put(metric, family);
        }
        if (!family.quantity().equals(quantity)) {
            throw new SeriesRefused(SeriesRefusal.NAME);
        }
        if (family.shape() != shape) {
            throw new SeriesRefused(SeriesRefusal.SHAPE);
        }
        if (!family.unit().sameBase(unit)) {
            throw new SeriesRefused(SeriesRefusal.UNIT);
        }
        return family;
    }

    private static List<Double> bounds(List<Double> described, Unit unit) {
        Conversion conversion = new Conversion(0, unit);
        List<Double> converted = new ArrayList<>();
        for (double bound : described) {
            double value = conversion.apply(bound) + 0.0; // never -0.0, which would sort below 0
            // what rises in one unit may be equal, or infinite, in another
            if (Double.isFinite(value) && (converted.isEmpty() || value > converted.get(converted.size() - 1))) {
                converted.add(value);
            }
        }
        if (!converted.isEmpty()) {
            return List.copyOf(converted);
        }
        return switch (unit.suffix()) {
            case "celsius" -> CELSIUS;
            case "ratio" -> RATIO;
            case "pascals" -> PASCALS;
            default -> DECADES;
        };
    }

    /** Takes room for series. */
    void reserve(int count) throws SeriesRefused {
        if (series.addAndGet(count) > maxSeries) {
            series.addAndGet(-count);
            throw new SeriesRefused(SeriesRefusal.SERIES);
        }
    }

    /** Series in all shards. */
    public int seriesCount() {
        return series.get();
    }
}
