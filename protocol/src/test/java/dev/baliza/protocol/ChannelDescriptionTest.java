package dev.baliza.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SPEC §7.2, §7.2.3, §7.2.4. */
class ChannelDescriptionTest {
    private static ChannelDescription of(
            SensorType type, int scale, double min, double max, List<Double> buckets, List<String> labels) {
        return new ChannelDescription(0, type, Kind.GAUGE, scale, 0, "level", "tank", "m", min, max, buckets, labels);
    }

    private static ChannelDescription named(String quantity, String name, String unit) {
        return ChannelDescription.gauge(0, SensorType.F32, quantity, name, unit);
    }

    private static void assertRefused(Runnable description, String rule) {
        assertThatIllegalArgumentException().isThrownBy(description::run).withMessageContaining(rule);
    }

    @Test
    void anEmptyNameIsTheQuantity() {
        assertThat(named("level", "", "m").label()).isEqualTo("level");
        assertThat(named("level", "tank", "m").label()).isEqualTo("tank");
    }

    @Test
    void namesFollowTheirRules() {
        assertRefused(() -> named("Level", "", ""), "quantity");
        assertRefused(() -> named("level", "a\tb", ""), "name");
        assertRefused(() -> named("level", "", "m".repeat(33)), "unit");
    }

    @Test
    void indexAndIntervalAreUnsigned() {
        assertRefused(() -> ChannelDescription.gauge(-1, SensorType.F32, "level", "", ""), "u16");
        assertRefused(() -> ChannelDescription.gauge(65_536, SensorType.F32, "level", "", ""), "u16");
        assertRefused(
                () -> new ChannelDescription(
                        0, SensorType.F32, Kind.GAUGE, 0, 1L << 32, "level", "", "", 0, 1, List.of(), List.of()),
                "u32");
    }

    @Test
    void onlyIntegersAreScaledAndByEighteenAtMost() {
        assertThat(of(SensorType.U64, -18, 0, 1, List.of(), List.of()).scale()).isEqualTo(-18);
        assertRefused(() -> of(SensorType.U64, 19, 0, 1, List.of(), List.of()), "scale");
        assertRefused(() -> of(SensorType.F64, 1, 0, 1, List.of(), List.of()), "scale");
    }

    @Test
    void aRangeHasTwoEndsInOrder() {
        assertThat(of(SensorType.F32, 0, 1, 1, List.of(), List.of()).hasRange()).isTrue();
        assertThat(of(SensorType.F32, 0, Double.NaN, Double.NaN, List.of(), List.of())
                        .hasRange())
                .isFalse();
        assertRefused(() -> of(SensorType.F32, 0, 2, 1, List.of(), List.of()), "range");
        assertRefused(() -> of(SensorType.F32, 0, Double.NaN, 1, List.of(), List.of()), "range");
    }

    @Test
    void boundsRiseAndAreFinite() {
        assertThat(of(SensorType.F32, 0, 0, 1, List.of(-1.0, 0.0, 1.0), List.of())
                        .buckets())
                .hasSize(3);
        assertRefused(() -> of(SensorType.F32, 0, 0, 1, List.of(1.0, 1.0), List.of()), "rise");
        assertRefused(() -> of(SensorType.F32, 0, 0, 1, List.of(Double.NaN), List.of()), "finite");
        assertRefused(() -> of(SensorType.F32, 0, 0, 1, Collections.nCopies(33, 1.0), List.of()), "32");
    }

    @Test
    void labelsBelongToEnumerationsAndDiffer() {
        assertThat(of(SensorType.ENUMERATION, 0, 0, 1, List.of(), List.of("off", "on"))
                        .labels())
                .hasSize(2);
        assertRefused(() -> of(SensorType.I16, 0, 0, 1, List.of(), List.of("off")), "ENUMERATION");
        assertRefused(() -> of(SensorType.ENUMERATION, 0, 0, 1, List.of(), List.of("on", "on")), "differ");
        assertRefused(() -> of(SensorType.ENUMERATION, 0, 0, 1, List.of(), List.of("")), "label");
        List<String> many = IntStream.range(0, 65).mapToObj(i -> "l" + i).toList();
        assertRefused(() -> of(SensorType.ENUMERATION, 0, 0, 1, List.of(), many), "64");
    }

    @Test
    void setsFindTheFirstRepeatedChannel() {
        ChannelDescription a = ChannelDescription.gauge(0, SensorType.F32, "level", "a", "");
        ChannelDescription sameIndex = ChannelDescription.gauge(0, SensorType.F32, "level", "b", "");
        ChannelDescription sameName = ChannelDescription.gauge(1, SensorType.I8, "level", "a", "m");
        ChannelDescription other = ChannelDescription.gauge(2, SensorType.I8, "flow", "a", "");

        assertThat(set(a, other).firstRepeated()).isEqualTo(-1);
        assertThat(set(a, other, sameIndex).firstRepeated()).isEqualTo(2);
        assertThat(set(a, sameName).firstRepeated()).isEqualTo(1);
    }

    @Test
    void setsHaveOneToSixtyFourChannelsAndSixteenSlots() {
        ChannelDescription channel = named("level", "", "");

        assertRefused(() -> set(), "1 .. 64");
        assertRefused(() -> new ChannelSet(0, TimeUnit.SECONDS, Collections.nCopies(65, channel)), "1 .. 64");
        assertRefused(() -> new ChannelSet(16, TimeUnit.SECONDS, List.of(channel)), "slot");
    }

    @Test
    void rowsOfFixedTypesHaveOneSize() {
        assertThat(set(named("level", "a", ""), ChannelDescription.gauge(1, SensorType.POSITION, "place", "", ""))
                        .rowBytes())
                .isEqualTo(24);
        assertThat(set(ChannelDescription.gauge(1, SensorType.TEXT, "place", "", ""))
                        .rowBytes())
                .isEqualTo(-1);
    }

    private static ChannelSet set(ChannelDescription... channels) {
        return new ChannelSet(0, TimeUnit.SECONDS, List.of(channels));
    }
}
