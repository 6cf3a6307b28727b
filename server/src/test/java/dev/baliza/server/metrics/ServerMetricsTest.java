package dev.baliza.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.Shape;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Snapshot;
import dev.baliza.server.books.Transport;
import io.micrometer.core.instrument.Gauge;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
    private static final String OPENMETRICS = "application/openmetrics-text;version=1.0.0";

    private final FakeBooks books = new FakeBooks();
    private final ServerMetrics metrics = new ServerMetrics(books, new BuildInfo("1.2.3", "epoll", "17.0.1", false));

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void everyCombinationOfTheEnumsIsThereFromTheStart() {
        Scrape scrape = text();
        for (Transport transport : Transport.values()) {
            for (Outcome outcome : Outcome.values()) {
                assertThat(scrape.series).containsKey(frames(transport.label(), outcome.label()));
            }
            for (FrameFault fault : FrameFault.values()) {
                assertThat(scrape.series).containsKey(frames(transport.label(), fault.label()));
            }
            assertThat(scrape.series).containsKey("baliza_readings_total{transport=" + transport.label() + "}");
        }
        for (DatagramOutcome outcome : DatagramOutcome.values()) {
            assertThat(scrape.series).containsKey("baliza_datagrams_total{outcome=" + outcome.label() + "}");
        }
        for (SkipReason reason : SkipReason.values()) {
            assertThat(scrape.series).containsKey("baliza_readings_skipped_total{reason=" + reason.label() + "}");
        }
        assertThat(scrape.series)
                .containsEntry(frames("udp", "accepted"), 80.0)
                .containsEntry(frames("tcp", "accepted"), 0.0)
                .containsEntry(frames("udp", "bad_checksum"), 4.0)
                .containsEntry("baliza_events_total{event=duplicate_series}", 0.0)
                .containsEntry("baliza_events_total{event=unknown_extension}", 1.0)
                .containsEntry("baliza_ledger_expected_total{}", 100.0)
                .containsEntry("baliza_ledger_frames_total{state=lost}", 3.0)
                .containsEntry("baliza_ledger_frames_total{state=duplicate}", 7.0)
                .containsEntry("baliza_ledger_frames_total{state=unaccounted}", 0.0)
                .containsEntry("baliza_ledger_missing{}", 5.0)
                .containsEntry("baliza_ledger_imbalance{}", 0.0)
                .containsEntry("baliza_devices{}", 2.0)
                .containsEntry("baliza_device_clock_offset_seconds{device=lab-1}", 1.5)
                .containsEntry("baliza_device_clock_drift_ratio{device=lab-1}", 2e-5)
                .containsEntry("baliza_build_info{insecure=false, java=17.0.1, transport=epoll, version=1.2.3}", 1.0);
    }

    @Test
    void theCatalogueIsWhatIsExposed() {
        Scrape text = text();
        Scrape openMetrics = new Scrape(body(OPENMETRICS), true);
        for (Metric metric : Metric.values()) {
            assertThat(text.helps).containsEntry(metric.sampleName(), metric.help());
            assertThat(openMetrics.helps).containsEntry(metric.family(), metric.help());
            for (String series : text.series.keySet()) {
                if (series.startsWith(metric.sampleName() + "{")) {
                    for (String label : metric.labels()) {
                        assertThat(series).contains(label + "=");
                    }
                }
            }
        }
        assertThat(text.helps.keySet())
                .contains("jvm_memory_used_bytes", "process_cpu_seconds_total", "process_uptime_seconds");
        assertThat(text.types).containsEntry("baliza_frames_total", "counter");
        assertThat(text.series.keySet()).noneMatch(series -> series.contains("_total_total"));
    }

    @Test
    void samplesAreGroupedByFamily() {
        books.samples.add(sample("sensor_temperature_celsius", "a", "in", "", 21.5));
        books.samples.add(sample("sensor_acceleration", "a", "imu", "x", Double.NaN));
        books.samples.add(sample("sensor_temperature_celsius", "b\"\\\n", "in", "", Double.POSITIVE_INFINITY));
        books.samples.add(sample("sensor_acceleration", "a", "imu", "y", -1));
        books.samples.add(new Sample("sensor_energy_joules", Shape.COUNTER, "Energy.", "a", "grid", "", 3.6e6));
        for (String accept : List.of("text/plain", OPENMETRICS)) {
            Scrape scrape = new Scrape(body(accept), accept.equals(OPENMETRICS));
            assertThat(scrape.series)
                    .containsEntry("sensor_temperature_celsius{channel=in, device=a}", 21.5)
                    .containsEntry(
                            "sensor_temperature_celsius{channel=in, device=b\\\"\\\\\\n}", Double.POSITIVE_INFINITY)
                    .containsEntry("sensor_acceleration{axis=y, channel=imu, device=a}", -1.0)
                    .containsEntry("sensor_energy_joules_total{channel=grid, device=a}", 3.6e6);
        }
    }

    @Test
    void theStatesOfAChannelAreOneStateSet() {
        for (String state : List.of("open", "shut", "a\"b")) {
            double value = state.equals("shut") ? 1 : 0;
            books.samples.add(new Sample("sensor_door", Shape.STATES, "State of door.", "a", "front", state, value));
        }
        for (String accept : List.of("text/plain", OPENMETRICS)) {
            boolean openMetrics = accept.equals(OPENMETRICS);
            Scrape scrape = new Scrape(body(accept), openMetrics);
            assertThat(scrape.types).containsEntry("sensor_door", openMetrics ? "stateset" : "gauge");
            assertThat(scrape.series)
                    .containsEntry("sensor_door{channel=front, device=a, sensor_door=open}", 0.0)
                    .containsEntry("sensor_door{channel=front, device=a, sensor_door=shut}", 1.0)
                    .containsEntry("sensor_door{channel=front, device=a, sensor_door=a\\\"b}", 0.0);
        }
    }

    @Test
    void refusedSeriesAndKernelDropsAreCounted() {
        assertThat(text().series)
                .containsEntry("baliza_series_refused_total{reason=unit}", 3.0)
                .containsEntry("baliza_series_refused_total{reason=reserved_name}", 0.0)
                .containsEntry("baliza_udp_kernel_drops_total{}", 9.0);
    }

    @Test
    void histogramsAreCumulative() {
        books.histograms.add(new HistogramView(
                "sensor_temperature_distribution", "temperature", List.of(0.0, 10.0), List.of(1L, 2L, 3L), 42));
        Scrape scrape = text();
        assertThat(scrape.series)
                .containsEntry("sensor_temperature_distribution_bucket{le=10.0}", 3.0)
                .containsEntry("sensor_temperature_distribution_bucket{le=+Inf}", 6.0)
                .containsEntry("sensor_temperature_distribution_count{}", 6.0)
                .containsEntry("sensor_temperature_distribution_sum{}", 42.0);
    }

    @Test
    void theSecondOfTwoEqualSeriesIsDroppedAndCounted() {
        books.samples.add(sample("sensor_x", "a", "c", "", 1));
        books.samples.add(sample("sensor_x", "a", "c", "", 2));
        assertThat(text().series)
                .containsEntry("sensor_x{channel=c, device=a}", 1.0)
                .containsEntry("baliza_events_total{event=duplicate_series}", 1.0);
    }

    @Test
    void theLaterFamilyIsDroppedWhenNamesClash() {
        Gauge.builder("other.stage", () -> 1).description("x").register(metrics.registry());
        books.samples.add(sample("sensor_x", "a", "c", "", 1));
        books.samples.add(new Sample("sensor_x", Shape.COUNTER, "Counter.", "a", "c", "", 2)); // other kind
        books.samples.add(sample("sensor_y_count", "a", "c", "", 1));
        books.histograms.add(new HistogramView("sensor_y", "y", List.of(), List.of(1L), 0)); // its _count is taken
        books.samples.add(sample("baliza_events_total", "a", "c", "", 1));
        books.samples.add(sample("baliza_ledger_missing", "a", "c", "", 1));
        books.samples.add(sample("jvm_memory_used_bytes", "a", "c", "", 1));
        books.samples.add(sample("other_stage", "a", "c", "", 1));
        books.gauges = Map.of("ledger_missing", 9L);
        double dropped = 0;
        for (String accept : List.of("text/plain", OPENMETRICS)) {
            Scrape scrape = new Scrape(body(accept), accept.equals(OPENMETRICS));
            assertThat(scrape.series)
                    .containsEntry("sensor_x{channel=c, device=a}", 1.0)
                    .containsEntry("sensor_y_count{channel=c, device=a}", 1.0)
                    .containsEntry("baliza_ledger_missing{}", 5.0)
                    .containsEntry("other_stage{}", 1.0)
                    .doesNotContainKey("sensor_x_total{channel=c, device=a}")
                    .doesNotContainKey("sensor_y_count{}");
            dropped += 7;
            assertThat(scrape.series).containsEntry("baliza_events_total{event=duplicate_series}", dropped);
        }
    }

    @Test
    void whatNoFormatCanCarryIsDroppedAndCounted() {
        books.samples.add(sample("sensor_ü", "a", "c", "", 1));
        books.samples.add(new Sample("sensor_n", Shape.COUNTER, "Counter.", "a", "c", "", -1));
        books.histograms.add(new HistogramView("sensor_h", "h", List.of(1.0, 1.0), List.of(1L, 1L, 1L), 0));
        books.histograms.add(new HistogramView("sensor_h", "h", List.of(1.0), List.of(1L), 0));
        books.gauges = Map.of("with space", 9L);
        Scrape scrape = text();
        assertThat(scrape.series).containsEntry("baliza_events_total{event=invalid_series}", 5.0);
        assertThat(scrape.helps.keySet()).noneMatch(name -> name.startsWith("sensor_"));
    }

    @Test
    void gzipHoldsTheSameText() throws Exception {
        Exposition exposition = metrics.render("text/plain", "gzip").get();
        assertThat(exposition.gzip()).isTrue();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes(exposition.body())))) {
            Scrape scrape = new Scrape(new String(in.readAllBytes(), UTF_8), false);
            assertThat(scrape.series).containsKey("baliza_ledger_missing{}");
        }
        assertThat(metrics.render("text/plain", "gzip;q=0").get().gzip()).isFalse();
    }

    @Test
    void scrapesOfTheSameMomentShareOneRendering() throws Exception {
        CompletableFuture<Snapshot> snapshot = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        books.answer = () -> {
            asked.incrementAndGet();
            return snapshot;
        };
        CompletableFuture<Exposition> first = metrics.render("text/plain", null);
        CompletableFuture<Exposition> given = metrics.render("text/plain", null);
        CompletableFuture<Exposition> second = metrics.render("text/plain", null);
        CompletableFuture<Exposition> other = metrics.render(OPENMETRICS, null);
        given.cancel(true);
        snapshot.complete(books.now());
        assertThat(first.get()).isSameAs(second.get());
        assertThat(other.get().contentType()).startsWith("application/openmetrics-text");
        assertThat(asked).hasValue(2);
        metrics.render("text/plain", null).get();
        assertThat(asked).hasValue(3);
    }

    @Test
    void aFailureOfTheBooksFailsTheScrapeAndNotTheNext() {
        books.answer = () -> {
            throw new IllegalStateException("closed");
        };
        assertThatThrownBy(() -> metrics.render(null, null).get()).hasRootCauseMessage("closed");
        books.answer = () -> CompletableFuture.completedFuture(books.now());
        assertThat(text().series).isNotEmpty();
    }

    @Test
    void promtoolFindsNothing() throws IOException, InterruptedException {
        samplesAreGroupedByFamily();
        histogramsAreCumulative();
        Process promtool;
        try {
            promtool = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            abort("promtool is not on the path");
            return;
        }
        try (OutputStream out = promtool.getOutputStream()) {
            out.write(body("text/plain").getBytes(UTF_8));
        }
        assertThat(new String(promtool.getInputStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(promtool.waitFor()).isZero();
    }

    private static String frames(String transport, String outcome) {
        return "baliza_frames_total{outcome=" + outcome + ", transport=" + transport + "}";
    }

    private static Sample sample(String metric, String device, String channel, String component, double value) {
        return new Sample(
                metric, component.isEmpty() ? Shape.GAUGE : Shape.AXES, "Help.", device, channel, component, value);
    }

    private Scrape text() {
        return new Scrape(body("text/plain"), false);
    }

    private String body(String accept) {
        return new String(bytes(metrics.render(accept, null).join().body()), UTF_8);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
