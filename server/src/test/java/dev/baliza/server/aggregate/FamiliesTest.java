package dev.baliza.server.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.Shape;
import dev.baliza.server.units.Unit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FamiliesTest {
    private final Families families = new Families(3, 10);

    private Family join(String quantity, Shape shape, String unit) throws SeriesRefused {
        return families.join(quantity, "", shape, Unit.of(unit), List.of());
    }

    private void assertRefused(SeriesRefusal reason, String quantity, Shape shape, String unit) {
        assertThatThrownBy(() -> join(quantity, shape, unit))
                .isInstanceOfSatisfying(
                        SeriesRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void oneQuantityInConvertibleUnitsIsOneFamily() throws SeriesRefused {
        Family family = join("temperature", Shape.GAUGE, "Cel");
        assertThat(family.metric()).isEqualTo("sensor_temperature_celsius");
        assertThat(join("temperature", Shape.GAUGE, "[degF]")).isSameAs(family);
        assertThat(join("temperature", Shape.GAUGE, "K").metric()).isEqualTo("sensor_temperature_kelvin");
    }

    @Test
    void aNameBelongsToTheFirstQuantityShapeAndUnit() throws SeriesRefused {
        join("temperature", Shape.GAUGE, "Cel");
        assertRefused(SeriesRefusal.NAME, "temperature_celsius", Shape.GAUGE, "");
        assertRefused(SeriesRefusal.SHAPE, "temperature", Shape.COUNTER, "Cel");
        assertRefused(SeriesRefusal.SHAPE, "temperature", Shape.AXES, "Cel");
        assertRefused(SeriesRefusal.SHAPE, "temperature", Shape.STATES, "Cel");
        join("level", Shape.GAUGE, "foo");
        assertRefused(SeriesRefusal.UNIT, "level", Shape.GAUGE, "");
        assertRefused(SeriesRefusal.UNIT, "level", Shape.GAUGE, "bar2");
        assertThat(join("level", Shape.GAUGE, "foo")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x_total",
                "x_created",
                "x_info",
                "x_bucket",
                "x_count",
                "x_sum",
                "x_gcount",
                "x_gsum",
                "x_window_min",
                "x_window_max",
                "x_distribution"
            })
    void aNameThatEndsLikeADerivedOneIsReserved(String quantity) throws SeriesRefused {
        for (Shape shape : Shape.values()) {
            assertRefused(SeriesRefusal.RESERVED_NAME, quantity, shape, "");
        }
        assertThat(join(quantity, Shape.GAUGE, "m").metric()).isEqualTo("sensor_" + quantity + "_meters");
    }

    @Test
    void limitsOfFamiliesAndSeriesHold() throws SeriesRefused {
        join("a", Shape.GAUGE, "");
        join("b", Shape.GAUGE, "");
        join("c", Shape.GAUGE, "");
        assertRefused(SeriesRefusal.FAMILIES, "d", Shape.GAUGE, "");
        families.reserve(10);
        assertThatThrownBy(() -> families.reserve(1))
                .isInstanceOfSatisfying(
                        SeriesRefused.class, e -> assertThat(e.reason()).isEqualTo(SeriesRefusal.SERIES));
        assertThat(families.seriesCount()).isEqualTo(10);
    }

    @Test
    void theFirstDescriptionDecidesTheBounds() throws SeriesRefused {
        Family family = families.join("p", "", Shape.GAUGE, Unit.of("hPa"), List.of(900.0, 1_000.0));
        assertThat(family.bounds()).containsExactly(90_000.0, 100_000.0);
        assertThat(families.join("p", "", Shape.GAUGE, Unit.of("Pa"), List.of(1.0)))
                .isSameAs(family);
    }

    @Test
    void boundsThatDoNotSurviveTheConversionAreLeftOut() throws SeriesRefused {
        List<Double> described = List.of(-Double.MAX_VALUE, 1.0, Math.nextUp(1.0), Double.MAX_VALUE);
        Family converted = families.join("energy", "", Shape.GAUGE, Unit.of("GWh"), described);
        assertThat(converted.bounds()).isSorted().allMatch(Double::isFinite).contains(3.6e12);
        Family none = families.join("other", "", Shape.GAUGE, Unit.of("GWh"), List.of(Double.MAX_VALUE));
        assertThat(none.bounds()).as("the default").isSorted().hasSizeGreaterThan(5);
    }

    @Test
    void aZeroOfEitherSignIsAtABoundOfZero() throws SeriesRefused {
        for (double zero : new double[] {0.0, -0.0}) {
            Family family = families.join("zero", "", Shape.GAUGE, Unit.NONE, List.of(zero));
            Distribution distribution = new Distribution(family);
            distribution.add(new double[] {0.0, -0.0}, 2);
            assertThat(distribution.view().counts()).containsExactly(2L, 0L);
        }
        Distribution negative = new Distribution(families.join("negative", "", Shape.GAUGE, Unit.NONE, List.of(-0.0)));
        negative.add(new double[] {0.0}, 1);
        assertThat(negative.view().counts()).containsExactly(1L, 0L);
    }
}
