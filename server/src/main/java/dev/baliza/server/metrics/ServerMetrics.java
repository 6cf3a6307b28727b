package dev.baliza.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import dev.baliza.server.books.Books;
import dev.baliza.server.books.Snapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a scrape sees: JVM and process from Micrometer, books and sensor series from {@link Books}.
 *
 * <p>Thread: any. Rendering happens on one thread of its own; nothing blocks. Limits: scrapes that come while the same format
 * is being made share it, so at most four renderings are under way, and a snapshot that takes more than 5 s fails its scrape.
 */
public final class ServerMetrics implements AutoCloseable {
    private static final long SNAPSHOT_SECONDS = 5;

    private record Variant(Format format, boolean gzip) {}

    private final Books books;
    private final BooksFamilies booksFamilies;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BooksCollector collector = new BooksCollector();
    private final ConfigReloads configReloads;
    private final Admissions admissions;
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final ExecutorService scrape = Executors.newSingleThreadExecutor(ServerMetrics::scrapeThread);

    /** Guarded by itself. */
    private final Map<Variant, CompletableFuture<Exposition>> underWay = new HashMap<>();

    public ServerMetrics(Books books, BuildInfo build) {
        this.books = books;
        this.booksFamilies = new BooksFamilies(build);
        // promtool refuses their names; process_cpu_seconds_total stands in for the first.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        configReloads = new ConfigReloads(registry); // behind the filters, as Micrometer wants it
        admissions = new Admissions(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
            FunctionCounter.builder("process.cpu", os, bean -> bean.getProcessCpuTime() / 1e9)
                    .baseUnit("seconds")
                    .description("Total user and system CPU time spent.")
                    .register(registry);
        }
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        registry.getPrometheusRegistry().register(collector);
    }

    /** For meters of the server itself (event loops, buffers); never one per device. */
    public MeterRegistry registry() {
        return registry;
    }

    /** To be told when the configuration is loaded. */
    public ConfigReloads configReloads() {
        return configReloads;
    }

    /** To be told who is let in. */
    public Admissions admissions() {
        return admissions;
    }

    /**
     * Renders all metrics in the best format the headers ask for.
     *
     * @param accept value of the header of this name, or null
     * @param acceptEncoding likewise
     * @return completes on the scrape thread; do not block there. Fails when the books do not answer
     */
    public CompletableFuture<Exposition> render(@Nullable String accept, @Nullable String acceptEncoding) {
        Variant variant = new Variant(Negotiation.format(accept), Negotiation.gzip(acceptEncoding));
        CompletableFuture<Exposition> rendering;
        synchronized (underWay) {
            CompletableFuture<Exposition> other = underWay.get(variant);
            if (other != null) {
                return other.copy();
            }
            rendering = start(variant);
            underWay.put(variant, rendering);
        }
        CompletableFuture<Exposition> mine = rendering;
        return mine.whenComplete((exposition, failure) -> {
            synchronized (underWay) {
                underWay.remove(variant, mine);
            }
        });
    }

    private CompletableFuture<Exposition> start(Variant variant) {
        CompletableFuture<Snapshot> snapshot;
        try {
            // A copy, so that the time limit is ours and does not fail a future that others hold.
            snapshot = books.snapshot().copy().orTimeout(SNAPSHOT_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException e) {
            snapshot = CompletableFuture.failedFuture(e);
        }
        return snapshot.thenApplyAsync(s -> write(variant, s), scrape);
    }

    /** On the scrape thread. */
    private Exposition write(Variant variant, Snapshot snapshot) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        try (OutputStream out = variant.gzip() ? new GZIPOutputStream(bytes, 8192) : bytes) {
            // Twice, because a collector cannot see the others' names, and one name twice makes the registry throw.
            MetricSnapshots others = registry.getPrometheusRegistry().scrape();
            collector.show(booksFamilies.render(snapshot, others));
            registry.scrape(out, variant.format().contentType());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            collector.clear();
        }
        return new Exposition(variant.format().contentType(), variant.gzip(), ByteBuffer.wrap(bytes.toByteArray()));
    }

    private static Thread scrapeThread(Runnable task) {
        Thread thread = new Thread(task, "baliza-scrape");
        thread.setDaemon(true);
        return thread;
    }

    /** Scrapes fail from here on. */
    @Override
    public void close() {
        scrape.shutdownNow();
        gc.close();
        registry.close();
    }
}
