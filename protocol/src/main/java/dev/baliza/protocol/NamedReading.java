package dev.baliza.protocol;

/**
 * A reading that says what it is. Spec: SPEC §7.3.
 *
 * @param time in the batch's time unit; 0 when the batch is stamped on arrival
 * @param quality {@link Quality}; GOOD when the batch carries none
 */
public record NamedReading(
        long time, String quantity, String name, String unit, SensorType type, int quality, Value value) {}
