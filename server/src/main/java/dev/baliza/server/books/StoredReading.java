package dev.baliza.server.books;

import dev.baliza.protocol.SensorType;
import org.jspecify.annotations.Nullable;

/**
 * A reading as the store has it; one for each component of a vector or a position.
 *
 * @param timeMicros event time by the server's clock, as its series has it
 * @param arrivalMicros when its frame came
 * @param channel label of the channel
 * @param component axis of a vector ("x"), part of a position ("latitude"), else ""
 * @param unit UCUM, as described; the value is in it
 * @param quality as in the frame; 0 is good
 * @param value a decimal number; {@code true} or {@code false}; a text, a label, or bytes in hexadecimal; null for a float that is no number
 */
public record StoredReading(
        long timeMicros,
        long arrivalMicros,
        long epoch,
        long seq,
        Transport transport,
        String quantity,
        String channel,
        String component,
        String unit,
        SensorType type,
        int quality,
        @Nullable String value) {
    /** Whether the value is a text rather than a number or a truth. */
    public boolean isText() {
        return type == SensorType.TEXT || type == SensorType.BYTES || type == SensorType.ENUMERATION;
    }
}
