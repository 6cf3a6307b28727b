package dev.baliza.server.postfix;

import dev.baliza.protocol.Names;
import java.util.Optional;

/**
 * How people name a reading: {@code device/channel}, {@code device/quantity} or {@code device/quantity/channel}, and behind it {@code /x}
 * for one axis of a vector.
 *
 * @param device its label; {@value #SELF} in a derived channel: the device itself
 * @param reading what stands behind the first slash
 */
public record ReadingName(String device, String reading) {
    public static final String SELF = ".";

    /** Reads a name; empty when it is none. */
    public static Optional<ReadingName> of(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            return Optional.empty();
        }
        return Optional.of(new ReadingName(text.substring(0, slash), text.substring(slash + 1)));
    }

    public boolean isOwn() {
        return device.equals(SELF);
    }

    /** Whether a device may have that label. */
    boolean namesADevice() {
        return isOwn() || Names.isDevice(device);
    }

    /**
     * Whether this is one of the names of a series.
     *
     * @param component axis of a vector or part of a position, else ""
     */
    public boolean names(String quantity, String channel, String component) {
        String tail = component.isEmpty() ? "" : "/" + component;
        return reading.equals(channel + tail)
                || reading.equals(quantity + tail)
                || reading.equals(quantity + "/" + channel + tail);
    }
}
