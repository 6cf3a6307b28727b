package dev.baliza.protocol.vectors;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes one vector field by field, without the codec under test; length and checksum are filled in at the end. */
final class VectorText {
    static final String DEVICE_NAME = "cold-room-1";
    static final long DEVICE = Names.deviceId(DEVICE_NAME);
    static final long EPOCH = 1_700_000_000L;

    private static final int HEADER_BYTES = 32;
    private static final int LENGTH_OFFSET = 6;
    private static final int BYTES_PER_LINE = 16;
    private static final int COMMENT_COLUMN = 3 * BYTES_PER_LINE + 1;

    private record Field(int start, int end, String comment) {}

    private final List<String> head = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocate(70_000);
    private final String summary;
    private int magic = 0xBA17;
    private int version = 1;
    private int flags;
    private int length;
    private long device = DEVICE;
    private long epoch = EPOCH;
    private long seq = 7;
    private int back;
    private int keyId;
    private int reserved;
    private int payloadStart = HEADER_BYTES;
    private int blockStart;

    private VectorText(String expect, String sections, String summary) {
        head.add("SPEC " + sections);
        head.add("expect: " + expect);
        this.summary = summary;
    }

    static VectorText ok(String sections, String summary) {
        return new VectorText("ok", sections, summary);
    }

    /** A frame that is skipped without a message and without an error. */
    static VectorText ignored(String sections, String summary) {
        return new VectorText("ignored", sections, summary);
    }

    static VectorText bad(ErrorCode code, String sections, String summary) {
        VectorText text = new VectorText(code.name(), sections, summary);
        return code.scope() == ErrorCode.Scope.DATAGRAM ? text.note("scope: datagram") : text;
    }

    VectorText note(String line) {
        head.add(line);
        return this;
    }

    VectorText magic(int value) {
        magic = value;
        return this;
    }

    VectorText version(int value) {
        version = value;
        return this;
    }

    VectorText flags(int value) {
        flags = value;
        return this;
    }

    /** Says a length that is not the frame's. */
    VectorText length(int value) {
        length = value;
        return this;
    }

    VectorText device(long value) {
        device = value;
        return this;
    }

    VectorText epoch(long value) {
        epoch = value;
        return this;
    }

    VectorText seq(long value, int newBack) {
        seq = value;
        back = newBack;
        return this;
    }

    VectorText key(int newKeyId, int newReserved) {
        keyId = newKeyId;
        reserved = newReserved;
        return this;
    }

    VectorText header(MessageType type) {
        return header(type.code(), type.name());
    }

    VectorText header(int type, String typeName) {
        u16(magic, "magic").u8(version, "version").u8(type, "type " + typeName);
        u16(flags, "flags" + flagNames());
        u16(0, "length");
        i64(device, device == DEVICE ? "device: SHA-256(\"" + DEVICE_NAME + "\"), first 8 bytes" : "device");
        u32(epoch, "epoch " + epoch).u32(seq, "seq " + seq).u32(seq + 2, "pn " + (seq + 2));
        u16(back, back == 0xFFFF ? "back: says nothing about the floor" : "back " + back);
        u8(keyId, "keyId").u8(reserved, "reserved");
        return this;
    }

    private String flagNames() {
        StringBuilder names = new StringBuilder(": level " + (flags & 3));
        String[] bits = {"ACK_NOW", "EXTENSIONS", "SEALED", "FROM_SERVER"};
        for (int i = 0; i < bits.length; i++) {
            if ((flags & (4 << i)) != 0) {
                names.append(", ").append(bits[i]);
            }
        }
        return names.append((flags & 0xFFC0) != 0 ? ", reserved" : "").toString();
    }

    /** Starts the extension block; its length is filled in by {@link #payload}. */
    VectorText extensions() {
        blockStart = out.position();
        return u16(0, "extensions: bytes of all entries");
    }

    VectorText extension(int type, String comment, byte[] value) {
        u8(type, "extension " + comment).u8(value.length, "n");
        return value.length == 0 ? this : raw(value, "value");
    }

    VectorText pad(int valueBytes) {
        return extension(0, "PAD", new byte[valueBytes]);
    }

    /** Ends the extension block. */
    VectorText payload() {
        payloadStart = out.position();
        out.putShort(blockStart, (short) (payloadStart - blockStart - 2));
        return this;
    }

    /** Ends the extension block with a length that is not its own. */
    VectorText payloadAfterBlockOf(int bytes) {
        payload();
        out.putShort(blockStart, (short) bytes);
        return this;
    }

    VectorText u8(int value, String comment) {
        out.put((byte) value);
        return field(1, comment);
    }

    VectorText u16(int value, String comment) {
        out.putShort((short) value);
        return field(2, comment);
    }

    VectorText u32(long value, String comment) {
        out.putInt((int) value);
        return field(4, comment);
    }

    VectorText i64(long value, String comment) {
        out.putLong(value);
        return field(8, comment);
    }

    VectorText f32(float value, String comment) {
        out.putFloat(value);
        return field(4, comment);
    }

    VectorText f64(double value, String comment) {
        out.putDouble(value);
        return field(8, comment);
    }

    VectorText str8(String text, String name) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.put((byte) utf8.length).put(utf8);
        return field(1 + utf8.length, name + (text.isEmpty() ? ": none" : " \"" + printable(text) + '"'));
    }

    VectorText str16(String text, String name) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) utf8.length).put(utf8);
        return field(2 + utf8.length, name + " " + printable(text));
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    VectorText raw(byte[] bytes, String comment) {
        out.put(bytes);
        return field(bytes.length, comment);
    }

    VectorText raw(String hex, String comment) {
        return raw(HexFormat.of().parseHex(hex), comment);
    }

    private VectorText field(int bytes, String comment) {
        fields.add(new Field(out.position() - bytes, out.position(), comment));
        return this;
    }

    /** CRC-32C of the payload as it stands now: the hash of a DESCRIBE. */
    int payloadHash() {
        return crc(payloadStart, out.position());
    }

    private int crc(int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(out.array(), from, to - from);
        return (int) crc.getValue();
    }

    VectorText end() {
        return end(0, "checksum: CRC-32C");
    }

    /** Ends the frame with a checksum that some bits were turned in. */
    VectorText end(int turnedBits, String comment) {
        out.putShort(LENGTH_OFFSET, (short) (length == 0 ? out.position() + 4 : length));
        return u32(crc(0, out.position()) ^ turnedBits, comment);
    }

    /** Ends a sealed frame, whose tag stands in place of the checksum. */
    VectorText endSealed(byte[] tag) {
        raw(tag, "AEAD tag in place of the checksum");
        out.putShort(LENGTH_OFFSET, (short) out.position());
        return this;
    }

    /** The file's text. */
    String text() {
        StringBuilder text = new StringBuilder();
        head.forEach(line -> text.append("# ").append(line).append('\n'));
        text.append("# ").append(summary).append("\n\n");
        HexFormat hex = HexFormat.ofDelimiter(" ");
        for (Field field : fields) {
            String comment = "# " + field.comment;
            for (int at = field.start; at < field.end; at += BYTES_PER_LINE) {
                int end = Math.min(field.end, at + BYTES_PER_LINE);
                String line = hex.formatHex(out.array(), at, end);
                text.append(line);
                if (at == field.start) {
                    text.append(" ".repeat(COMMENT_COLUMN - line.length())).append(comment);
                }
                text.append('\n');
            }
        }
        return text.toString();
    }
}
