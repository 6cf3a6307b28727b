package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A bounded cursor over a payload: every read past the end is a TRUNCATED. Confined to one thread. */
final class PayloadReader {
    private final ByteBuffer bytes;

    /** @param bytes read from position to limit; its position moves */
    PayloadReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    int remaining() {
        return bytes.remaining();
    }

    /** Asserts that so many bytes are left. */
    void need(long count) throws ProtocolException {
        if (count > bytes.remaining()) {
            throw new ProtocolException(
                    ErrorCode.TRUNCATED,
                    "payload needs " + count + " bytes at offset " + bytes.position() + ", has " + bytes.remaining());
        }
    }

    int u8() throws ProtocolException {
        need(1);
        return bytes.get() & 0xFF;
    }

    int i8() throws ProtocolException {
        need(1);
        return bytes.get();
    }

    int u16() throws ProtocolException {
        need(2);
        return bytes.getShort() & 0xFFFF;
    }

    long u32() throws ProtocolException {
        return i32() & 0xFFFF_FFFFL;
    }

    int i32() throws ProtocolException {
        need(4);
        return bytes.getInt();
    }

    long i64() throws ProtocolException {
        need(8);
        return bytes.getLong();
    }

    float f32() throws ProtocolException {
        need(4);
        return bytes.getFloat();
    }

    double f64() throws ProtocolException {
        need(8);
        return bytes.getDouble();
    }

    /** Reads so many reserved bytes, which must be zero (SPEC §1.5). */
    void reserved(int count) throws ProtocolException {
        for (int i = 0; i < count; i++) {
            if (u8() != 0) {
                throw new ProtocolException(
                        ErrorCode.RESERVED_BITS, "reserved byte at offset " + (bytes.position() - 1) + " is set");
            }
        }
    }

    /** A view of the next bytes. */
    ByteBuffer slice(int count) throws ProtocolException {
        need(count);
        ByteBuffer slice = bytes.slice(bytes.position(), count);
        bytes.position(bytes.position() + count);
        return slice;
    }

    /** A str8 that is text for people. */
    String text8() throws ProtocolException {
        return utf8(slice(u8()), ErrorCode.BAD_VALUE, -1);
    }

    /** A str8 that is text for people, of at most so many bytes. */
    String text8(int maxBytes) throws ProtocolException {
        return limited(u8(), maxBytes);
    }

    /** A str16 that is text for people, of at most so many bytes. */
    String text16(int maxBytes) throws ProtocolException {
        return limited(u16(), maxBytes);
    }

    private String limited(int count, int maxBytes) throws ProtocolException {
        ByteBuffer text = slice(count);
        if (count > maxBytes) {
            throw new ProtocolException(
                    ErrorCode.BAD_VALUE, "a text of " + count + " bytes, at most " + maxBytes + " here");
        }
        return utf8(text, ErrorCode.BAD_VALUE, -1);
    }

    /** A str16 that is text. */
    String text16() throws ProtocolException {
        return utf8(slice(u16()), ErrorCode.BAD_VALUE, -1);
    }

    /**
     * A str8 that is a name (SPEC §1.2).
     *
     * @param index of the reading or channel it belongs to
     */
    String name8(int index) throws ProtocolException {
        return utf8(slice(u8()), ErrorCode.BAD_NAME, index);
    }

    void end() throws ProtocolException {
        if (bytes.hasRemaining()) {
            throw new ProtocolException(ErrorCode.TRAILING_BYTES, bytes.remaining() + " bytes behind the message");
        }
    }

    private static String utf8(ByteBuffer slice, ErrorCode otherwise, int index) throws ProtocolException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException(otherwise, index, "text is not UTF-8");
        }
    }

    /** The value of the extension NAME (SPEC §4.1.2). */
    static String deviceName(ByteBuffer bytes, int at, int size) throws ProtocolException {
        String name = utf8(bytes.slice(at, size), ErrorCode.BAD_NAME, -1);
        if (size > Limits.MAX_NAME_BYTES || !Names.isDevice(name)) {
            throw new ProtocolException(
                    ErrorCode.BAD_NAME,
                    "a device name is 1 to 64 of A-Z a-z 0-9 . _ : - and starts with a letter or digit");
        }
        return name;
    }
}
