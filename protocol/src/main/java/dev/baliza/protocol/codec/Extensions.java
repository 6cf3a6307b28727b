package dev.baliza.protocol.codec;

import dev.baliza.protocol.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a sender puts between header and payload. Spec: SPEC §3.4.
 *
 * @param token from WELCOME; null for none
 * @param name of the device; null for none
 * @param unknown further entries, written as they are: how a simulator keeps receivers tolerant
 * @param frameBytes the frame is padded with PAD to at least this length; 0 for no padding
 */
public record Extensions(@Nullable Long token, @Nullable String name, List<Entry> unknown, int frameBytes) {
    public static final int PAD = 0x00;
    public static final int TOKEN = 0x01;
    public static final int NAME = 0x02;
    public static final int CRITICAL = 0x80;

    public static final Extensions NONE = new Extensions(null, null, List.of(), 0);

    private static final int MAX_VALUE_BYTES = 255;

    public Extensions {
        unknown = List.copyOf(unknown);
    }

    /** An extension as it stands on the wire; {@code value} has at most 255 bytes remaining. */
    public record Entry(int type, ByteBuffer value) {}

    public static Extensions named(@Nullable String name) {
        return new Extensions(null, name, List.of(), 0);
    }

    /** The same, padded so that the frame has at least so many bytes. */
    public Extensions padTo(int bytes) {
        return new Extensions(token, name, unknown, bytes);
    }

    /** The same with the token of WELCOME. */
    public Extensions withToken(@Nullable Long value) {
        return new Extensions(value, name, unknown, frameBytes);
    }

    /** The same with one more entry that this version does not define. */
    public Extensions with(Entry entry) {
        return new Extensions(
                token, name, Stream.concat(unknown.stream(), Stream.of(entry)).toList(), frameBytes);
    }

    boolean isEmpty() {
        return token == null && name == null && unknown.isEmpty();
    }

    /** Writes the entries that carry something, without the block's length. */
    void writeTo(ByteBuffer out) {
        if (token != null) {
            out.put((byte) TOKEN).put((byte) Limits.TOKEN_BYTES).putLong(token);
        }
        if (name != null) {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            out.put((byte) NAME).put((byte) text.length).put(text);
        }
        for (Entry entry : unknown) {
            out.put((byte) entry.type())
                    .put((byte) entry.value().remaining())
                    .put(entry.value().duplicate());
        }
    }

    /** Writes PAD entries of {@code bytes} in all (at least 2, their own headers included). */
    static void writePadding(ByteBuffer out, int bytes) {
        int left = bytes;
        while (left > 0) {
            int value = Math.min(left - 2, MAX_VALUE_BYTES);
            if (left - 2 - value == 1) {
                value--; // an entry takes at least two bytes
            }
            out.put((byte) PAD).put((byte) value).put(new byte[value]);
            left -= 2 + value;
        }
    }
}
