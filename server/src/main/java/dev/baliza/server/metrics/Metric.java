package dev.baliza.server.metrics;

import java.util.List;

/**
 * Catalogue of the server's own metrics. Beside them stand one {@code baliza_<name>} gauge for each entry of
 * {@link dev.baliza.server.books.Snapshot#gauges}, the sensor series ({@code sensor_*}) and Micrometer's meters of JVM and
 * process.
 */
public enum Metric {
    FRAMES(
            Kind.COUNTER,
            "baliza_frames",
            "Frames by what became of them; the outcomes sum up to all frames delimited.",
            "transport",
            "outcome"),
    DATAGRAMS(
            Kind.COUNTER,
            "baliza_datagrams",
            "UDP datagrams by what became of them, whatever their frames said.",
            "outcome"),
    READINGS(
            Kind.COUNTER,
            "baliza_readings",
            "Readings of accepted and unaccounted frames, skipped ones included.",
            "transport"),
    READINGS_SKIPPED(
            Kind.COUNTER, "baliza_readings_skipped", "Readings that were counted but have no usable value.", "reason"),
    SERIES_REFUSED(Kind.COUNTER, "baliza_series_refused", "Descriptions of channels that are not exported.", "reason"),
    UDP_KERNEL_DROPS(
            Kind.COUNTER,
            "baliza_udp_kernel_drops",
            "Datagrams that the kernel threw away because a socket of the server was full."),
    FRAMES_REFUSED(
            Kind.COUNTER, "baliza_frames_refused", "Frames that cannot be judged now; they may come again.", "reason"),
    FRAMES_REJECTED(
            Kind.COUNTER, "baliza_frames_rejected", "Frames of wrong structure, by error code; settled.", "reason"),
    EVENTS(Kind.COUNTER, "baliza_events", "Other things that happened, by name.", "event"),
    LEDGER_EXPECTED(
            Kind.COUNTER,
            "baliza_ledger_expected",
            "Frames that devices numbered, as far as the server heard of them."),
    LEDGER_FRAMES(Kind.COUNTER, "baliza_ledger_frames", "Frames of devices by their state in the ledger.", "state"),
    LEDGER_LATE(Kind.COUNTER, "baliza_ledger_late", "Accepted frames that had been missing."),
    LEDGER_MISSING(
            Kind.GAUGE, "baliza_ledger_missing", "Frames below their device's floor that may still turn up late."),
    LEDGER_OUTSTANDING(
            Kind.GAUGE, "baliza_ledger_outstanding", "Frames that devices still hold, or that are on the way."),
    LEDGER_IMBALANCE(
            Kind.GAUGE,
            "baliza_ledger_imbalance",
            "Sum of the absolute residuals of all laws of the books; anything but 0 is a bug."),
    DEVICE_CLOCK_OFFSET(
            Kind.GAUGE,
            "baliza_device_clock_offset_seconds",
            "How far the clock of a device is ahead of the server's.",
            "device"),
    DEVICE_CLOCK_DRIFT(
            Kind.GAUGE,
            "baliza_device_clock_drift_ratio",
            "What the clock of a device gains on the server's, in seconds for each second.",
            "device"),
    TLS_HANDSHAKES(Kind.COUNTER, "baliza_tls_handshakes", "TLS handshakes by how they ended.", "port", "outcome"),
    HTTP_LOGINS(
            Kind.COUNTER,
            "baliza_http_logins",
            "HTTP requests that need a user, by what became of their credentials.",
            "outcome"),
    CONFIG_RELOAD_SUCCESSFUL(
            Kind.GAUGE,
            "baliza_config_last_reload_successful",
            "1 if the last attempt to load the configuration succeeded, 0 if the one before stays in force."),
    CONFIG_RELOAD_TIMESTAMP(
            Kind.GAUGE,
            "baliza_config_last_reload_success_timestamp_seconds",
            "When the configuration in force was loaded, seconds since 1970."),
    BUILD_INFO(
            Kind.INFO,
            "baliza_build",
            "Version of the server and how it runs.",
            "version",
            "transport",
            "java",
            "insecure");

    /** How a metric behaves. */
    public enum Kind {
        COUNTER("_total"),
        GAUGE(""),
        INFO("_info");

        private final String suffix;

        Kind(String suffix) {
            this.suffix = suffix;
        }
    }

    private final Kind kind;
    private final String family;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // a List.of
    private final List<String> labels;

    Metric(Kind kind, String family, String help, String... labels) {
        this.kind = kind;
        this.family = family;
        this.help = help;
        this.labels = List.of(labels);
    }

    public Kind kind() {
        return kind;
    }

    /** Name of the family in OpenMetrics, without the suffix of its kind. */
    String family() {
        return family;
    }

    /** Name of its samples, as in a query: with {@code _total} or {@code _info}. */
    public String sampleName() {
        return family + kind.suffix;
    }

    public String help() {
        return help;
    }

    /** Names of its labels, in the order of the documentation. */
    public List<String> labels() {
        return labels;
    }
}
