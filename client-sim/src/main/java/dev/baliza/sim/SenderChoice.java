package dev.baliza.sim;

import dev.baliza.protocol.Names;
import dev.baliza.protocol.seal.DeviceKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that ask as nobody in the clear, or as a device under its key. */
final class SenderChoice {
    @Mixin
    private KeyChoice keys = new KeyChoice();

    @Option(names = "--device", paramLabel = "NAME", description = "Whose key to use, with --keys.")
    private @Nullable String device;

    /**
     * Null for one that is no device: enough on the server's own host while devices have no keys.
     *
     * @throws IllegalArgumentException an option is wrong; the message says why
     */
    @Nullable
    String device() {
        if ((device == null) != (keys.keys == null)) {
            throw new IllegalArgumentException("--device and --keys belong together");
        }
        if (device != null && !Names.isDevice(device)) {
            throw new IllegalArgumentException("--device is no name of a device");
        }
        return device;
    }

    /** The device's key; null without one. */
    @Nullable
    DeviceKey key() {
        String as = device();
        return as == null ? null : keys.of(as);
    }
}
