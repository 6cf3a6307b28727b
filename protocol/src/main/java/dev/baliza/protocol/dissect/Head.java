package dev.baliza.protocol.dissect;

import dev.baliza.protocol.AckLevel;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a frame, and which it is.
 *
 * @param type its name, or {@code type 0x7f} for one this version does not know
 * @param name of the device when the frame carries it
 */
public record Head(
        String type, long device, @Nullable String name, long epoch, long seq, long pn, AckLevel level, int flags) {
    Head named(String deviceName) {
        return new Head(type, device, deviceName, epoch, seq, pn, level, flags);
    }
}
