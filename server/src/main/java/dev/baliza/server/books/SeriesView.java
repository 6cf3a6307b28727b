package dev.baliza.server.books;

import dev.baliza.protocol.SensorType;
import org.jspecify.annotations.Nullable;

/**
 * One series of a device. Values are in the exported (base) unit unless said otherwise.
 *
 * @param channel label of the channel
 * @param component axis of a vector ("x"), part of a position ("latitude"), else ""
 * @param unit UCUM, as described
 * @param metric full name of the exported family, or null when the series is not exported
 * @param refusal why it is not exported and its readings are skipped, or null
 * @param count readings used
 * @param skipped readings counted but not used
 * @param rawSum sum of the raw integers modulo 2^64; meaningless for floats
 * @param sum of the values
 * @param lastMicros event time of the last value
 * @param expiresMicros when it leaves the scrape unless something arrives; 0 while nothing arrived
 * @param text last value of a TEXT, BYTES (hex) or ENUMERATION (label or number) series, else null
 */
public record SeriesView(
        String quantity,
        String channel,
        String component,
        String unit,
        SensorType type,
        @Nullable String metric,
        @Nullable SeriesRefusal refusal,
        long count,
        long skipped,
        long rawSum,
        double sum,
        double last,
        long lastMicros,
        long expiresMicros,
        @Nullable String text) {}
