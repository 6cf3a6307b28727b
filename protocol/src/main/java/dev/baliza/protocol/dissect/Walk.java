package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A cursor over a frame that notes which bytes were which field. Confined to one thread. */
final class Walk {
    private final ByteBuffer bytes;
    private final List<Field> fields = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int position;
    private int limit;
    private int fieldStart;
    private String section = "3.1";

    /**
     * @param start absolute position of the first byte
     * @param limit absolute position behind the last byte that may be read
     */
    Walk(ByteBuffer bytes, int start, int limit) {
        this.bytes = bytes;
        this.limit = limit;
        position = start;
        fieldStart = start;
    }

    List<Field> fields() {
        return fields;
    }

    List<String> notes() {
        return notes;
    }

    void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    /** The paragraph that is broken when bytes are missing or left over from here on. */
    void section(String number) {
        section = number;
    }

    void limit(int end) {
        limit = end;
    }

    int position() {
        return position;
    }

    int remaining() {
        return limit - position;
    }

    /** Where the field that was noted last begins. */
    int lastField() {
        return fields.get(fields.size() - 1).offset();
    }

    /** Names the bytes that were read since the field before. */
    void field(String name, String meaning) {
        if (position > fieldStart) {
            fields.add(new Field(fieldStart, position - fieldStart, name, meaning));
            fieldStart = position;
        }
    }

    void field(String name, long number) {
        field(name, Long.toString(number));
    }

    /** Names all bytes up to the limit that have no name yet. */
    void rest(String name, String meaning) {
        position = limit;
        field(name, meaning);
    }

    FaultException fault(ErrorCode code, String paragraph, String detail) {
        return new FaultException(lastField(), code, paragraph, -1, detail);
    }

    void need(long count) throws FaultException {
        need(count, -1);
    }

    private void need(long count, int index) throws FaultException {
        if (count > remaining()) {
            throw new FaultException(
                    limit,
                    ErrorCode.TRUNCATED,
                    section,
                    index,
                    "expected " + count + " bytes from byte " + position + " on, found " + remaining());
        }
    }

    void end() throws FaultException {
        if (remaining() > 0) {
            throw new FaultException(
                    position,
                    ErrorCode.TRAILING_BYTES,
                    section,
                    -1,
                    "expected the end of the payload, found " + remaining() + " more bytes");
        }
    }

    int u8() throws FaultException {
        need(1);
        return bytes.get(position++) & 0xFF;
    }

    int u16() throws FaultException {
        need(2);
        position += 2;
        return bytes.getShort(position - 2) & 0xFFFF;
    }

    int i32() throws FaultException {
        need(4);
        position += 4;
        return bytes.getInt(position - 4);
    }

    long u32() throws FaultException {
        return i32() & 0xFFFF_FFFFL;
    }

    long i64() throws FaultException {
        need(8);
        position += 8;
        return bytes.getLong(position - 8);
    }

    float f32() throws FaultException {
        return Float.intBitsToFloat(i32());
    }

    double f64() throws FaultException {
        return Double.longBitsToDouble(i64());
    }

    /** All bytes up to the limit, which are still to be read. */
    ByteBuffer ahead() {
        return bytes.slice(position, remaining());
    }

    ByteBuffer slice(int count) throws FaultException {
        need(count);
        position += count;
        return bytes.slice(position - count, count);
    }

    /** Reads and names so many reserved bytes. */
    void reserved(int count) throws FaultException {
        for (int i = 0; i < count; i++) {
            int value = u8();
            if (value != 0) {
                int at = position - 1;
                field("reserved", "must be 0");
                throw new FaultException(at, ErrorCode.RESERVED_BITS, "1.5", -1, "expected 0, found " + value);
            }
        }
        field("reserved", "");
    }

    /** Reads and names a str8. */
    String str8(String name, ErrorCode otherwise, int index) throws FaultException {
        return string(name, slice(u8()), 1, otherwise, index);
    }

    /** Reads and names a str16. */
    String str16(String name, ErrorCode otherwise) throws FaultException {
        return string(name, slice(u16()), 2, otherwise, -1);
    }

    /** Reads and names a counted text for people that has at most so many bytes. */
    String text(String name, int countBytes, int maxBytes, String paragraph) throws FaultException {
        int count = countBytes == 1 ? u8() : u16();
        ByteBuffer text = slice(count);
        if (count > maxBytes) {
            field(name, "too long");
            throw fault(ErrorCode.BAD_VALUE, paragraph, "expected at most " + maxBytes + " bytes, found " + count);
        }
        return string(name, text, countBytes, ErrorCode.BAD_VALUE, -1);
    }

    private String string(String name, ByteBuffer text, int countBytes, ErrorCode otherwise, int index)
            throws FaultException {
        field(name, Texts.quote(text));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new FaultException(
                    lastField() + countBytes,
                    otherwise,
                    "1.2",
                    index,
                    "expected UTF-8, found " + Texts.hex(text.rewind()));
        }
    }
}
