package dev.baliza.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A value of one of the wire's types, for code off the hot path. Spec: SPEC §7.1. */
public sealed interface Value {
    /** BOOLEAN (0, 1), I8 … U64 (u64 keeps its bits) and ENUMERATION. */
    record Whole(long raw) implements Value {}

    /** F32 and F64. */
    record Real(double value) implements Value {}

    /** VECTOR2–4 and POSITION; unused components are 0. */
    record Components(double a, double b, double c, double d) implements Value {}

    /** TEXT and BYTES; a read-only view of its own copy. */
    record Octets(ByteBuffer bytes) implements Value {
        public Octets {
            bytes = ByteBuffer.allocate(bytes.remaining())
                    .put(bytes.duplicate())
                    .flip()
                    .asReadOnlyBuffer();
        }

        public static Octets of(String text) {
            return new Octets(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        public String text() {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }
}
