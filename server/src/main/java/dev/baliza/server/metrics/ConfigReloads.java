package dev.baliza.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;

/** What became of the last attempt to load the configuration. Thread: any. */
public final class ConfigReloads {
    private volatile boolean successful;
    private volatile Instant lastSuccess = Instant.EPOCH;

    ConfigReloads(MeterRegistry registry) {
        Gauge.builder(Metric.CONFIG_RELOAD_SUCCESSFUL.sampleName(), this, state -> state.successful ? 1 : 0)
                .description(Metric.CONFIG_RELOAD_SUCCESSFUL.help())
                .register(registry);
        Gauge.builder(
                        Metric.CONFIG_RELOAD_TIMESTAMP.sampleName(),
                        this,
                        state -> state.lastSuccess.toEpochMilli() / 1e3)
                .description(Metric.CONFIG_RELOAD_TIMESTAMP.help())
                .register(registry);
    }

    /** A configuration came into force, at the start or later. */
    public void succeeded(Instant at) {
        lastSuccess = at;
        successful = true;
    }

    /** A configuration was refused; the one before stays. */
    public void failed() {
        successful = false;
    }
}
