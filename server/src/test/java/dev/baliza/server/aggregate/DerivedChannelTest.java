package dev.baliza.server.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.SeriesView;
import dev.baliza.server.postfix.DerivedRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two shards, a device on each. */
class DerivedChannelTest {
    private static final long SECOND = 1_000_000;
    private static final long MAX_AGE = 60 * SECOND;

    private final Families families = new Families(20, 100);
    private long now = 1_700_000_000L * SECOND;
    private long seq;

    /** A shard and its one device. */
    private final class Side {
        final Aggregator aggregator = new Aggregator(families, SeriesRules.DEFAULT, 3_600 * SECOND);
        final DeviceSeries device;

        Side(DerivedRules rules, String label) {
            aggregator.use(rules);
            device = aggregator.newDevice(label);
        }

        void send(NamedReading... readings) {
            send(false, readings);
        }

        void send(boolean backfill, NamedReading... readings) {
            Message.NamedReadings batch = new Message.NamedReadings(
                    TimeMode.ON_ARRIVAL, backfill, false, TimeUnit.SECONDS, List.of(readings));
            aggregator.named(batch, device, new BatchTime(TimeMode.ON_ARRIVAL, now, 0), 1, seq++);
        }

        SeriesView view(String quantity) {
            return device.views().stream()
                    .filter(view -> view.quantity().equals(quantity))
                    .reduce((a, b) -> b)
                    .orElseThrow();
        }

        List<String> exported() {
            SampleSink sink = new SampleSink(now);
            device.samples(sink);
            return sink.samples().stream().map(Sample::metric).toList();
        }

        long event(String name) {
            return aggregator.derivedEvents().getOrDefault(name, -1L);
        }
    }

    private static DerivedRules rules(String... texts) {
        return new DerivedRules(Stream.of(texts).map(DerivedRule::parse).toList(), MAX_AGE);
    }

    private static NamedReading reading(String quantity, String channel, String unit, double value) {
        return new NamedReading(0, quantity, channel, unit, SensorType.F64, 0, new Value.Real(value));
    }

    private static NamedReading temperature(double celsius) {
        return reading("temperature", "inlet", "Cel", celsius);
    }

    @Test
    void readingsOfDifferentFramesMeetInBaseUnits() {
        Side lab = new Side(rules("lab-*/mix/ in % = ./temperature ./humidity *"), "lab-1");
        lab.send(temperature(20));
        assertThat(lab.exported()).containsExactly("sensor_temperature_celsius");
        lab.send(reading("humidity", "", "%", 50));
        assertThat(lab.view("mix").last()).as("10 % is a ratio of 0.1").isEqualTo(0.1);
        assertThat(lab.exported()).contains("sensor_mix_ratio");
        assertThat(lab.event("derived_computed")).isEqualTo(1);
    }

    @Test
    void aFrameWithAllInputsIsComputedOnceOfTheNewestOfThem() {
        Side lab = new Side(rules("both = ./a ./b +"), "lab-1");
        lab.send(reading("a", "", "", 1), reading("b", "", "", 2), reading("a", "", "", 10));
        assertThat(lab.view("both").count()).isEqualTo(1);
        assertThat(lab.view("both").last()).isEqualTo(12);
        lab.send(reading("other", "", "", 1));
        assertThat(lab.view("both").count()).as("no input in that frame").isEqualTo(1);
        lab.send(true, reading("a", "", "", 5));
        assertThat(lab.view("both").count()).as("history computes nothing").isEqualTo(1);
    }

    @Test
    void anotherShardsReadingIsHandedOverUntilItIsStale() {
        DerivedRules shared = rules("rack-1/difference/inlet in K = ./inlet rack-2/inlet -");
        Side one = new Side(shared, "rack-1");
        Side two = new Side(shared, "rack-2");
        one.send(temperature(25));
        assertThat(one.event("derived_no_input")).isEqualTo(1);
        two.send(temperature(21));
        one.send(temperature(26));
        assertThat(one.view("difference").last()).isEqualTo(5);
        assertThat(two.device.views()).hasSize(1);
        now += MAX_AGE;
        one.send(temperature(27));
        assertThat(one.view("difference").last()).as("just fresh enough").isEqualTo(6);
        now += 1;
        one.send(temperature(28));
        assertThat(one.view("difference").last()).isEqualTo(6);
        assertThat(one.event("derived_stale")).isEqualTo(1);
        two.send(temperature(20));
        one.send(temperature(28));
        assertThat(one.view("difference").last()).isEqualTo(8);
    }

    @Test
    void whatHasNoResultIsCountedAndNotShown() {
        Side lab = new Side(rules("a = 1 ./t /", "b = ./t ln"), "lab-1");
        lab.send(reading("t", "", "", 0));
        assertThat(lab.event("derived_not_finite")).isEqualTo(2);
        assertThat(lab.exported()).containsExactly("sensor_t");
        lab.send(reading("t", "", "", 1));
        assertThat(lab.view("a").last()).isEqualTo(1);
        assertThat(lab.view("b").last()).isZero();
    }

    @Test
    void twoSeriesOfOneNameAreAmbiguous() {
        Side lab = new Side(rules("twice = ./temperature 2 *"), "lab-1");
        lab.send(temperature(20), reading("temperature", "outlet", "Cel", 30));
        assertThat(lab.event("derived_ambiguous")).isEqualTo(1);
        assertThat(lab.view("twice").count()).isZero();
    }

    /** Prometheus refuses a whole scrape with the same series twice. */
    @Test
    void aChannelThatTheDeviceSendsItselfWins() {
        Side lab = new Side(rules("dew_point in Cel = ./temperature 2 -"), "lab-1");
        lab.send(temperature(20));
        assertThat(lab.view("dew_point").last()).isEqualTo(18);
        lab.send(temperature(20), reading("dew_point", "", "Cel", 11));
        assertThat(lab.exported()).containsExactly("sensor_temperature_celsius", "sensor_dew_point_celsius");
        assertThat(lab.view("dew_point").last()).isEqualTo(11);
        assertThat(lab.event("derived_taken")).isEqualTo(1);
    }

    @Test
    void aFamilyOfAnotherShapeRefusesTheChannel() {
        Side lab = new Side(rules("state = ./t"), "lab-1");
        lab.send(new NamedReading(0, "state", "x", "", SensorType.VECTOR2, 0, new Value.Components(1, 2, 0, 0)));
        lab.send(reading("t", "", "", 1));
        assertThat(lab.event("derived_refused")).isEqualTo(1);
        assertThat(lab.view("state").refusal()).isNotNull();
    }

    @Test
    void aNewLabelBringsItsOwnChannels() {
        Side lab = new Side(rules("lab-*/a/ = ./t 1 +", "roof-*/b/ = ./t 2 +"), "0000000000000001");
        lab.send(reading("t", "", "", 1));
        assertThat(lab.exported()).containsExactly("sensor_t");
        lab.device.rename("lab-1");
        lab.send(reading("t", "", "", 2));
        assertThat(lab.exported()).containsExactly("sensor_t", "sensor_a");
        lab.device.rename("roof-1");
        lab.send(reading("t", "", "", 3));
        assertThat(lab.exported()).containsExactly("sensor_t", "sensor_b");
    }

    @Test
    void withoutRulesNothingIsCounted() {
        Side lab = new Side(DerivedRules.NONE, "lab-1");
        lab.send(reading("t", "", "", 1));
        assertThat(lab.aggregator.derivedEvents()).isEmpty();
        assertThat(lab.device.views()).hasSize(1);
    }
}
