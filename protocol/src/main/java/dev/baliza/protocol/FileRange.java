package dev.baliza.protocol;

/**
 * Bytes of a file from one offset to another, never empty. Spec: SPEC §14.2.
 *
 * @param to behind the last byte
 */
public record FileRange(long from, long to) {
    public FileRange {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("a range from " + from + " to " + to);
        }
    }

    /** How many bytes. */
    public long bytes() {
        return to - from;
    }
}
