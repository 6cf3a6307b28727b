package dev.baliza.server.session;

import static dev.baliza.server.session.ShardHarness.DEVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SeriesView;
import dev.baliza.server.books.Shape;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Transport;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a value: the sample it is exported as, or the reason why its reading is skipped. */
class ValuesTest {
    private static final String DEVICE_LABEL = Names.hex(DEVICE);
    private static final double NONE = Double.NaN;

    private final ShardHarness wire = new ShardHarness();
    private long seq;

    private static ChannelDescription channel(
            SensorType type, Kind kind, String quantity, String unit, double min, double max, String... labels) {
        return new ChannelDescription(
                0, type, kind, 0, 20_000, quantity, "c", unit, min, max, List.of(), List.of(labels));
    }

    private static ChannelDescription gauge(SensorType type, String quantity, String unit) {
        return channel(type, Kind.GAUGE, quantity, unit, NONE, NONE);
    }

    private void send(Message message) {
        wire.bestEffort(wire.udp, 1, seq++, message);
    }

    /** Describes one channel and sends one row of it. */
    private void row(ChannelDescription channel, byte[] value) {
        ChannelSet set = set(channel);
        send(new Message.Describe(set));
        send(new Message.RowReadings(
                TimeMode.ON_ARRIVAL, false, false, 1, DescribeCodec.hash(set), 0, ByteBuffer.wrap(value)));
    }

    private static ChannelSet set(ChannelDescription channel) {
        return new ChannelSet(0, TimeUnit.MICROSECONDS, List.of(channel));
    }

    private static byte[] bytes(SensorType type, double... values) {
        ByteBuffer buffer = ByteBuffer.allocate(type.bytes());
        for (int i = 0; i < values.length; i++) {
            if (type == SensorType.F64 || (type == SensorType.POSITION && i < 2)) {
                buffer.putDouble(values[i]);
            } else {
                buffer.putFloat((float) values[i]);
            }
        }
        return buffer.array();
    }

    private void named(SensorType type, int quality, long time, TimeMode mode, Value value) {
        NamedReading reading = new NamedReading(time, "q", "c", "", type, quality, value);
        send(new Message.NamedReadings(mode, false, true, TimeUnit.MICROSECONDS, List.of(reading)));
    }

    private List<Sample> samples() {
        return wire.shard.books(wire.nowMicros).samples();
    }

    /** Value by metric and component. */
    private Map<String, Double> exported() {
        Map<String, Double> values = new TreeMap<>();
        for (Sample sample : samples()) {
            assertThat(sample.device()).isEqualTo(DEVICE_LABEL);
            assertThat(sample.channel()).isEqualTo("c");
            values.put(
                    sample.metric() + (sample.component().isEmpty() ? "" : "/" + sample.component()), sample.value());
        }
        return values;
    }

    private void assertSkipped(SkipReason reason) {
        Map<SkipReason, Long> skipped = wire.shard.books(wire.nowMicros).skipped();
        assertThat(skipped).hasSize(SkipReason.values().length);
        skipped.forEach((r, count) -> assertThat(count).as(r.label()).isEqualTo(r == reason ? 1 : 0));
        assertThat(wire.count(Outcome.REJECTED)).as("the frame stands").isZero();
        assertThat(wire.shard.books(wire.nowMicros).readings().get(Transport.UDP))
                .as("skipped readings are counted")
                .isEqualTo(1);
        assertThat(exported()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "BOOLEAN, 01, 1",
        "I8, 80, -128",
        "I16, 8000, -32768",
        "I32, 80000000, -2147483648",
        "I64, 8000000000000000, -9223372036854775808",
        "U8, ff, 255",
        "U16, ffff, 65535",
        "U32, ffffffff, 4294967295",
        "U64, ffffffffffffffff, 18446744073709551615",
        "F32, 3fc00000, 1.5",
        "F64, c000000000000000, -2"
    })
    void aNumberIsAGauge(SensorType type, String hex, double value) {
        row(gauge(type, "q", ""), HexFormat.of().parseHex(hex));
        assertThat(exported()).containsExactly(Map.entry("sensor_q", value));
        assertThat(samples().get(0).shape()).isEqualTo(Shape.GAUGE);
    }

    @Test
    void aNumberIsConvertedToItsBaseUnit() {
        row(gauge(SensorType.F64, "pressure", "hPa"), bytes(SensorType.F64, 1013.25));
        assertThat(exported()).containsExactly(Map.entry("sensor_pressure_pascals", 101_325.0));
        assertThat(samples().get(0).help()).isEqualTo("Newest pressure by event time in pascals.");
    }

    @Test
    void anUnknownUnitIsNamedInTheHelpOnly() {
        row(gauge(SensorType.F64, "level", "foo\"\\"), bytes(SensorType.F64, 3));
        assertThat(exported()).containsExactly(Map.entry("sensor_level", 3.0));
        assertThat(samples().get(0).help()).isEqualTo("Newest level by event time in 'foo\"\\'.");
        assertThat(wire.shard.books(wire.nowMicros).events()).containsEntry("unknown_unit", 1L);
    }

    @ParameterizedTest
    @CsvSource({"VECTOR2, x y", "VECTOR3, x y z", "VECTOR4, x y z w"})
    void aVectorHasASampleForEachAxis(SensorType type, String axes) {
        row(
                gauge(type, "acceleration", "m/s2"),
                bytes(type, Arrays.copyOf(new double[] {1, 2, 3, 4}, type.components())));
        Map<String, Double> values = exported();
        String[] names = axes.split(" ", -1);
        assertThat(values).hasSize(names.length);
        for (int i = 0; i < names.length; i++) {
            assertThat(values).containsEntry("sensor_acceleration_meters_per_second_squared/" + names[i], i + 1.0);
        }
        assertThat(samples()).allMatch(sample -> sample.shape() == Shape.AXES);
    }

    @Test
    void aVectorThatGrowsKeepsItsAxes() {
        row(gauge(SensorType.VECTOR2, "q", ""), bytes(SensorType.VECTOR2, 1, 2));
        row(gauge(SensorType.VECTOR3, "q", ""), bytes(SensorType.VECTOR3, 3, 4, 5));
        assertThat(exported())
                .containsExactly(
                        Map.entry("sensor_q/x", 3.0), Map.entry("sensor_q/y", 4.0), Map.entry("sensor_q/z", 5.0));
        assertThat(wire.device().series()).extracting(SeriesView::count).containsExactly(2L, 2L, 1L);
    }

    @Test
    void aPositionHasThreeFamilies() {
        row(gauge(SensorType.POSITION, "place", "ignored"), bytes(SensorType.POSITION, 47.5, -122.25, 56));
        assertThat(exported())
                .containsExactly(
                        Map.entry("sensor_place_altitude_meters", 56.0),
                        Map.entry("sensor_place_latitude_degrees", 47.5),
                        Map.entry("sensor_place_longitude_degrees", -122.25));
        assertThat(samples()).allMatch(sample -> sample.shape() == Shape.GAUGE);
        assertThat(wire.device().series())
                .extracting(SeriesView::component)
                .containsExactly("latitude", "longitude", "altitude");
    }

    @Test
    void anEnumerationIsAStateSet() {
        ChannelDescription door =
                channel(SensorType.ENUMERATION, Kind.STATE, "door", "", NONE, NONE, "open", "a\"b", "shut");
        row(door, new byte[] {0, 2});
        assertThat(exported())
                .containsExactly(
                        Map.entry("sensor_door/a\"b", 0.0),
                        Map.entry("sensor_door/open", 0.0),
                        Map.entry("sensor_door/shut", 1.0));
        assertThat(samples()).allMatch(sample -> sample.shape() == Shape.STATES);
        SeriesView view = wire.device().series().get(0);
        assertThat(view.text()).isEqualTo("shut");
        assertThat(view.rawSum()).isEqualTo(2);
    }

    @Test
    void anEnumerationWithoutLabelsHasTheNumbersThatWereSeen() {
        for (int raw : new int[] {7, 65_535, 7}) {
            named(SensorType.ENUMERATION, 0, 0, TimeMode.ON_ARRIVAL, new Value.Whole(raw));
        }
        assertThat(exported()).containsExactly(Map.entry("sensor_q/65535", 0.0), Map.entry("sensor_q/7", 1.0));
    }

    @Test
    void theStatesOfAnEnumerationWithoutLabelsAreBounded() {
        for (int raw = 0; raw <= 64; raw++) {
            named(SensorType.ENUMERATION, 0, 0, TimeMode.ON_ARRIVAL, new Value.Whole(raw));
        }
        assertThat(exported()).hasSize(64);
        assertThat(wire.shard.books(wire.nowMicros).skipped()).containsEntry(SkipReason.NO_ROOM, 1L);
    }

    @Test
    void textAndBytesAreShownInTheApiOnlyAndCutWithoutBreakingACharacter() {
        named(SensorType.TEXT, 0, 0, TimeMode.ON_ARRIVAL, Value.Octets.of("x" + "😀".repeat(600)));
        assertThat(samples()).isEmpty();
        SeriesView text = wire.device().series().get(0);
        assertThat(text.metric()).isNull();
        assertThat(text.text()).isEqualTo("x" + "😀".repeat(511));
        NamedReading blob = new NamedReading(
                0, "blob", "", "", SensorType.BYTES, 0, new Value.Octets(ByteBuffer.wrap(new byte[3_000])));
        send(new Message.NamedReadings(TimeMode.ON_ARRIVAL, false, true, TimeUnit.SECONDS, List.of(blob)));
        assertThat(wire.device().series().get(1).text()).isEqualTo("00".repeat(1_024));
        assertThat(samples()).isEmpty();
    }

    @Test
    void aCounterIsACounterAndItsResetsAreCounted() {
        ChannelDescription energy = channel(SensorType.F64, Kind.COUNTER, "energy", "W.h", NONE, NONE);
        row(energy, bytes(SensorType.F64, 10));
        assertThat(samples().get(0).shape()).isEqualTo(Shape.COUNTER);
        assertThat(exported()).containsExactly(Map.entry("sensor_energy_joules", 36_000.0));
        wire.nowMicros++;
        row(energy, bytes(SensorType.F64, 1));
        assertThat(exported()).containsExactly(Map.entry("sensor_energy_joules", 3_600.0));
        assertThat(wire.shard.books(wire.nowMicros).events()).containsEntry("counter_reset", 1L);
        assertThat(wire.shard.books(wire.nowMicros).histograms())
                .as("says nothing of a counter")
                .isEmpty();
    }

    @Test
    void aDistributionHasTheDescribedBounds() {
        ChannelDescription described = new ChannelDescription(
                0, SensorType.F64, Kind.GAUGE, 0, 0, "q", "c", "%", NONE, NONE, List.of(10.0, 50.0), List.of());
        row(described, bytes(SensorType.F64, 10));
        row(described, bytes(SensorType.F64, 75));
        assertThat(wire.shard.books(wire.nowMicros).histograms())
                .singleElement()
                .satisfies(view -> {
                    assertThat(view.metric()).isEqualTo("sensor_q_ratio_distribution");
                    assertThat(view.bounds()).containsExactly(0.1, 0.5);
                    assertThat(view.counts()).containsExactly(1L, 0L, 1L);
                    assertThat(view.sum()).isEqualTo(0.85);
                });
    }

    @Test
    void aSeriesLeavesTheScrapeAfterThreeIntervalsAndComesBack() {
        ChannelDescription every20s = gauge(SensorType.F64, "q", "");
        row(every20s, bytes(SensorType.F64, 1));
        wire.nowMicros += 60_000_000;
        assertThat(exported()).hasSize(1);
        wire.nowMicros++;
        assertThat(exported()).isEmpty();
        assertThat(wire.shard.books(wire.nowMicros).staleSeries()).isEqualTo(1);
        assertThat(wire.device().series()).as("it stays in the books").hasSize(1);
        row(every20s, bytes(SensorType.F64, 2));
        assertThat(exported()).containsExactly(Map.entry("sensor_q", 2.0));
        assertThat(wire.shard.books(wire.nowMicros).staleSeries()).isZero();
        assertThat(wire.device().series().get(0).sum()).isEqualTo(3);
    }

    @Test
    void lowestAndHighestAreThoseOfTheLastCompleteWindow() {
        ChannelDescription windowed = gauge(SensorType.F64, "windowed", "Cel");
        row(windowed, bytes(SensorType.F64, 5));
        row(windowed, bytes(SensorType.F64, -5));
        row(windowed, bytes(SensorType.F64, 1));
        assertThat(exported()).containsOnlyKeys("sensor_windowed_celsius");
        wire.nowMicros += 60_000_000;
        assertThat(exported())
                .containsExactly(
                        Map.entry("sensor_windowed_celsius", 1.0),
                        Map.entry("sensor_windowed_celsius_window_max", 5.0),
                        Map.entry("sensor_windowed_celsius_window_min", -5.0));
        assertThat(samples().get(1).help())
                .isEqualTo("Lowest windowed in celsius that arrived in the last complete window of 60 s.");
    }

    @Test
    void aRefusedChannelIsShownWithItsReasonAndItsReadingsAreSkipped() {
        row(gauge(SensorType.F64, "x_total", ""), bytes(SensorType.F64, 1));
        assertSkipped(SkipReason.SERIES_REFUSED);
        SeriesView view = wire.device().series().get(0);
        assertThat(view.refusal()).isEqualTo(SeriesRefusal.RESERVED_NAME);
        assertThat(view.metric()).isNull();
        assertThat(view.skipped()).isEqualTo(1);
        assertThat(wire.shard.books(wire.nowMicros).seriesRefused()).containsEntry(SeriesRefusal.RESERVED_NAME, 1L);
    }

    @Test
    void aDeviceThatDescribesForEverIsBounded() {
        for (int i = 0; i < 257; i++) {
            row(gauge(SensorType.U8, "q" + i % 7, "u" + i), new byte[] {1});
        }
        assertThat(wire.device().series()).hasSize(256);
        assertThat(wire.shard.books(wire.nowMicros).seriesRefused()).containsEntry(SeriesRefusal.CHANNELS, 1L);
        assertThat(wire.shard.books(wire.nowMicros).skipped()).containsEntry(SkipReason.NO_ROOM, 1L);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64", "VECTOR2", "VECTOR3", "VECTOR4", "POSITION"})
    void notANumberAndInfinityAreSkipped(SensorType type) {
        double[] values = new double[type.components()];
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (int i = 0; i < values.length; i++) {
                ValuesTest one = new ValuesTest();
                values[i] = bad;
                one.row(gauge(type, "q", ""), bytes(type, values));
                one.assertSkipped(Double.isNaN(bad) ? SkipReason.NAN : SkipReason.INFINITE);
                values[i] = 0;
            }
        }
    }

    @Test
    void aNumberThatTheConversionMakesInfiniteIsSkipped() {
        row(gauge(SensorType.F64, "q", "km"), bytes(SensorType.F64, Double.MAX_VALUE));
        assertSkipped(SkipReason.INFINITE);
    }

    @ParameterizedTest
    @CsvSource({"F64", "VECTOR2", "VECTOR3", "VECTOR4"})
    void aValueOutsideItsDescribedRangeIsSkipped(SensorType type) {
        double[] values = new double[type.components()];
        values[values.length - 1] = 10.5;
        row(channel(type, Kind.GAUGE, "q", "hPa", -10, 10), bytes(type, values));
        assertSkipped(SkipReason.RANGE);
    }

    @Test
    void aScaledIntegerIsComparedWithTheRangeInItsUnit() {
        ChannelDescription scaled = new ChannelDescription(
                0, SensorType.I16, Kind.GAUGE, -2, 0, "q", "c", "Cel", -50, 150, List.of(), List.of());
        row(scaled, new byte[] {0x3a, (byte) 0x98}); // 15000: 150.00
        assertThat(exported()).containsExactly(Map.entry("sensor_q_celsius", 150.0));
        ValuesTest above = new ValuesTest();
        above.row(scaled, new byte[] {0x3a, (byte) 0x99});
        above.assertSkipped(SkipReason.RANGE);
    }

    @ParameterizedTest
    @CsvSource({"90.1, 0", "-90.1, 0", "0, 180.1", "0, -180.1"})
    void aPlaceThatIsNotOnEarthIsSkipped(double latitude, double longitude) {
        row(gauge(SensorType.POSITION, "q", ""), bytes(SensorType.POSITION, latitude, longitude, 0));
        assertSkipped(SkipReason.RANGE);
    }

    @Test
    void aStateWithoutANameIsSkipped() {
        row(channel(SensorType.ENUMERATION, Kind.STATE, "q", "", NONE, NONE, "a", "b"), new byte[] {0, 2});
        assertSkipped(SkipReason.RANGE);
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "3, 0", "4, 0", "255, 0"})
    void aReadingOfBadQualityIsSkipped(int quality, double value) {
        named(SensorType.F64, quality, 0, TimeMode.ON_ARRIVAL, new Value.Real(value));
        assertSkipped(SkipReason.QUALITY);
    }

    @Test
    void anUncertainReadingIsUsed() {
        named(SensorType.F64, Quality.UNCERTAIN, 0, TimeMode.ON_ARRIVAL, new Value.Real(4));
        assertThat(exported()).containsExactly(Map.entry("sensor_q", 4.0));
    }

    @Test
    void aTruthThatIsNeitherIsSkipped() { // SPEC §7.1.1
        row(gauge(SensorType.BOOLEAN, "q", ""), new byte[] {2});
        assertSkipped(SkipReason.INVALID);
    }

    @Test
    void textThatIsNoTextIsSkipped() { // SPEC §7.1.1
        named(SensorType.TEXT, 0, 0, TimeMode.ON_ARRIVAL, new Value.Octets(ByteBuffer.wrap(new byte[] {(byte) 0xC3})));
        assertSkipped(SkipReason.INVALID);
    }

    @Test
    void aReadingFromTheFutureIsSkipped() {
        named(SensorType.F64, 0, wire.nowMicros + 3_600_000_001L, TimeMode.ABSOLUTE, new Value.Real(1));
        assertSkipped(SkipReason.FUTURE);
    }

    @Test
    void aTimeSinceBootBeyondTheEndOfTimeIsFutureToo() {
        named(SensorType.F64, 0, 0, TimeMode.SINCE_BOOT, new Value.Real(1));
        wire.nowMicros++;
        named(SensorType.F64, 0, Long.MAX_VALUE, TimeMode.SINCE_BOOT, new Value.Real(2));
        assertThat(wire.shard.books(wire.nowMicros).skipped()).containsEntry(SkipReason.FUTURE, 1L);
        assertThat(exported()).containsExactly(Map.entry("sensor_q", 1.0));
    }

    @Test
    void aCounterBelowZeroIsSkipped() {
        row(channel(SensorType.I32, Kind.COUNTER, "q", "", NONE, NONE), new byte[] {-1, -1, -1, -1});
        assertSkipped(SkipReason.NEGATIVE);
    }

    @Test
    void theWindowsOfADeviceFollowItsName() {
        ChannelDescription moved = gauge(SensorType.F64, "moved", "");
        row(moved, bytes(SensorType.F64, 1));
        FrameHeader header = new FrameHeader(DEVICE, 1, seq++, wire.pn++, 0, 0);
        wire.send(wire.udp, header, Extensions.named("lab-1"), new Message.Describe(set(moved)));
        row(moved, bytes(SensorType.F64, 2));
        wire.nowMicros += 60_000_000;
        assertThat(samples())
                .extracting(Sample::device, Sample::metric, Sample::value)
                .containsExactly(
                        tuple("lab-1", "sensor_moved", 2.0),
                        tuple("lab-1", "sensor_moved_window_min", 2.0),
                        tuple("lab-1", "sensor_moved_window_max", 2.0));
    }
}
