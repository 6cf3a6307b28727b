package dev.baliza.server.files;

import dev.baliza.protocol.Names;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of which file: what a device sent of it so far. The name on disk is made of it and of nothing else.
 *
 * @param sha256 64 hexadecimal digits
 */
record PartId(long device, String sha256, long size) {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{64})-([0-9]{1,18})");

    PartId {
        if (!NAME.matcher(name(device, sha256, size)).matches()) {
            throw new IllegalArgumentException("no name of a part");
        }
    }

    private static String name(long device, String sha256, long size) {
        return Names.hex(device) + "-" + sha256 + "-" + size;
    }

    String fileName() {
        return name(device, sha256, size);
    }

    static Optional<PartId> of(String fileName) {
        Matcher parts = NAME.matcher(fileName);
        return parts.matches()
                ? Optional.of(new PartId(
                        Long.parseUnsignedLong(parts.group(1), 16), parts.group(2), Long.parseLong(parts.group(3))))
                : Optional.empty();
    }
}
