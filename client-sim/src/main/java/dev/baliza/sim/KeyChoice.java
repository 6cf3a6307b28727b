package dev.baliza.sim;

import dev.baliza.protocol.Names;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.KeyFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that makes a command seal its frames. */
final class KeyChoice {
    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "Device keys, as baliza keys writes them: frames are sealed with the device's newest.")
    @Nullable
    Path keys;

    /** The key of a device; null without a file. */
    @Nullable
    DeviceKey of(String device) {
        Path file = keys;
        if (file == null) {
            return null;
        }
        try {
            DeviceKey key = KeyFile.ring(file).newest(Names.deviceId(device));
            if (key == null) {
                throw new IllegalArgumentException(
                        file + " has no key of " + device + "; make one with: baliza keys new " + device);
            }
            return key;
        } catch (KeyFile.KeyFileException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }
}
