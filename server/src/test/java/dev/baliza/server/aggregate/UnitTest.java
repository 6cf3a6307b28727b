package dev.baliza.server.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.baliza.server.units.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitTest {
    @ParameterizedTest
    @CsvSource({
        "Cel, 21.5, celsius, 21.5",
        "K, 300, kelvin, 300",
        "[degF], 212, celsius, 100",
        "[degF], -40, celsius, -40",
        "%, 45, ratio, 0.45",
        "[ppm], 410, ratio, 0.00041",
        "[ppb], 5, ratio, 5e-9",
        "Pa, 1, pascals, 1",
        "hPa, 1013.25, pascals, 101325",
        "kPa, 101.325, pascals, 101325",
        "bar, 2, pascals, 2e5",
        "mbar, 1013, pascals, 101300",
        "mm[Hg], 760, pascals, 101325.0144354",
        "[psi], 1, pascals, 6894.757293168361",
        "V, 230, volts, 230",
        "mV, 3300, volts, 3.3",
        "mA, 20, amperes, 0.02",
        "uA, 15, amperes, 1.5e-5",
        "kW, 1.5, watts, 1500",
        "W.h, 1, joules, 3600",
        "kW.h, 1, joules, 3.6e6",
        "Wh, 1, joules, 3600",
        "kWh, 2, joules, 7.2e6",
        "mA.h, 1000, coulombs, 3600",
        "kOhm, 4.7, ohms, 4700",
        "uS/cm, 500, siemens_per_meter, 0.05",
        "km/h, 36, meters_per_second, 10",
        "m/s, 3, meters_per_second, 3",
        "mm/h, 3.6, meters_per_second, 1e-6",
        "[g], 1, meters_per_second_squared, 9.80665",
        "ms, 250, seconds, 0.25",
        "us, 1, seconds, 1e-6",
        "min, 2, seconds, 120",
        "h, 1.5, seconds, 5400",
        "d, 1, seconds, 86400",
        "g, 5, grams, 5",
        "kg, 1.2, grams, 1200",
        "mg, 7, grams, 0.007",
        "t, 3, grams, 3e6",
        "[lb_av], 1, grams, 453.59237",
        "L, 5, cubic_meters, 0.005",
        "mL, 5, cubic_meters, 5e-6",
        "m3, 5, cubic_meters, 5",
        "L/min, 60, cubic_meters_per_second, 0.001",
        "m3/h, 3600, cubic_meters_per_second, 1",
        "mm, 12, meters, 0.012",
        "cm, 12, meters, 0.12",
        "km, 1.5, meters, 1500",
        "[ft_i], 1, meters, 0.3048",
        "lx, 800, lux, 800",
        "kHz, 44.1, hertz, 44100",
        "/min, 60, hertz, 1",
        "dB, -70, decibels, -70",
        "dB[mW], -71, decibel_milliwatts, -71",
        "dB[W], 3, decibel_milliwatts, 33",
        "deg, 180, degrees, 180",
        "rad, 3.14, radians, 3.14",
        "ug/m3, 12, grams_per_cubic_meter, 1.2e-5",
        "mg/L, 1, grams_per_cubic_meter, 1",
        "uSv/h, 3.6, sieverts_per_second, 1e-9",
        "By, 1, bytes, 1",
        "KiBy, 1, bytes, 1024",
        "bit, 8, bytes, 1",
        "kbit/s, 8, bytes_per_second, 1000",
        "[pH], 7, ph, 7",
    })
    void unitsBecomeBaseUnits(String ucum, double value, String suffix, double base) {
        Unit unit = Unit.of(ucum);
        assertThat(unit.known()).isTrue();
        assertThat(unit.suffix()).isEqualTo(suffix);
        assertThat(new Conversion(0, unit).apply(value)).isCloseTo(base, within(Math.abs(base) * 1e-12));
    }

    @Test
    void scaleAndPrefixAreOnePowerOfTen() {
        assertThat(new Conversion(-2, Unit.of("Cel")).apply(2_153)).isEqualTo(21.53);
        assertThat(new Conversion(-1, Unit.of("hPa")).apply(10_132)).isEqualTo(101_320);
        assertThat(new Conversion(-3, Unit.of("kW")).apply(1_234)).isEqualTo(1_234);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "{packets}", "{}"})
    void numbersWithoutAUnitHaveNone(String ucum) {
        assertThat(Unit.of(ucum)).isEqualTo(Unit.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "celsius", "Celsius", "°C", "{a}b{c}", "{a", "m m", "\""})
    void anUnknownUnitKeepsItsValuesAndIsNamedForPeople(String ucum) {
        Unit unit = Unit.of(ucum);
        assertThat(unit.known()).isFalse();
        assertThat(unit.suffix()).isEmpty();
        assertThat(unit.name()).isEqualTo("'" + ucum + "'");
        assertThat(new Conversion(0, unit).apply(1.5)).isEqualTo(1.5);
        assertThat(unit.sameBase(Unit.NONE)).isFalse();
        assertThat(unit.sameBase(Unit.of(ucum))).isTrue();
    }

    @Test
    void unitsOfOneBaseCanStandInOneFamily() {
        assertThat(Unit.of("mV").sameBase(Unit.of("kV"))).isTrue();
        assertThat(Unit.of("[degF]").sameBase(Unit.of("Cel"))).isTrue();
        assertThat(Unit.of("K").sameBase(Unit.of("Cel"))).isFalse();
    }
}
