package dev.baliza.protocol.codec;

/** Told of the parts of columns while they are checked, for people. Spec: SPEC §7.4. */
public interface ColumnParts {
    /**
     * A part in words.
     *
     * @param channel position in the set, −1 for the times
     * @param end offset behind it, from the first byte of the columns on
     */
    void part(int channel, int end, String name, String meaning);
}
