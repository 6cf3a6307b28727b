package dev.baliza.protocol.dissect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One frame, or what should have been one.
 *
 * @param offset of its first byte in the input
 * @param length in bytes; the fields cover each of them exactly once
 * @param head null when the header cannot be read
 * @param fault the first rule it breaks; null unless it is bad
 * @param notes what a server will do with a frame that is well-formed, where that may surprise
 */
public record Dissection(
        int offset,
        int length,
        Status status,
        @Nullable Head head,
        List<Field> fields,
        @Nullable Fault fault,
        List<String> notes) {
    /** What a receiver makes of it. */
    public enum Status {
        /** A message. */
        OK,
        /** Counted, without a message and without an error. */
        IGNORED,
        /** Breaks a rule. */
        BAD,
        /** The stream ends inside it. */
        CUT
    }

    public Dissection {
        fields = List.copyOf(fields);
        notes = List.copyOf(notes);
    }
}
