package dev.baliza.server.store;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Name of a segment's file, which says again what its header says. Spec: STORE §1.
 *
 * @param first position of its first record; in the segments before it nothing counts from there on
 * @param salt of its checksums
 */
record SegmentName(long number, long first, int salt) {
    private static final Pattern FORM = Pattern.compile("journal-(\\d{10})-(\\d{19})-([0-9a-f]{8})\\.seg");

    static @Nullable SegmentName parse(String file) {
        Matcher parts = FORM.matcher(file);
        if (!parts.matches()) {
            return null;
        }
        try {
            return new SegmentName(
                    Long.parseLong(parts.group(1)),
                    Long.parseLong(parts.group(2)),
                    Integer.parseUnsignedInt(parts.group(3), 16));
        } catch (NumberFormatException e) {
            return null; // 19 digits can be too many
        }
    }

    /** All segments in the order in which they were written. */
    static List<SegmentName> listed(Disk disk) throws IOException {
        return disk.list().stream()
                .map(SegmentName::parse)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .sorted(Comparator.comparingLong(SegmentName::number))
                .toList();
    }

    String file() {
        return "journal-%010d-%019d-%08x.seg".formatted(number, first, salt);
    }
}
