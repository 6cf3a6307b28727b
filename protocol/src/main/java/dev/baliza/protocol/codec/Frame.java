package dev.baliza.protocol.codec;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One frame, read in place: a reusable view of bytes that belong to somebody else.
 *
 * <p>Spec: SPEC §3. Thread: confined to one. Ownership: the bytes are borrowed and valid until the caller that
 * {@linkplain #wrap wrapped} them takes them back; {@link #copy} makes a view that owns its bytes.
 */
public final class Frame {
    public static final int MAGIC = 0xBA17;
    public static final int VERSION = 1;

    public static final int VERSION_OFFSET = 2;
    public static final int TYPE_OFFSET = 3;
    public static final int FLAGS_OFFSET = 4;
    public static final int LENGTH_OFFSET = 6;
    public static final int DEVICE_OFFSET = 8;
    public static final int EPOCH_OFFSET = 16;
    public static final int SEQ_OFFSET = 20;
    public static final int PN_OFFSET = 24;
    public static final int BACK_OFFSET = 28;
    public static final int KEY_ID_OFFSET = 30;
    public static final int RESERVED_OFFSET = 31;

    public static final int LEVEL_MASK = 0x0003;
    public static final int ACK_NOW = 0x0004;
    public static final int EXTENSIONS = 0x0008;
    public static final int SEALED = 0x0010;
    public static final int FROM_SERVER = 0x0020;
    /** All flags that have a meaning. */
    public static final int DEFINED_FLAGS = LEVEL_MASK | ACK_NOW | EXTENSIONS | SEALED | FROM_SERVER;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final CRC32C crc = new CRC32C();
    private ByteBuffer bytes = NOTHING;
    private int start;
    private int length;
    private int payloadStart;
    private int unknownExtensions;
    private boolean hasToken;
    private long token;
    private @Nullable String name;

    /**
     * Points this view at a frame that {@link FrameCodec#frameLength} has delimited. Nothing is checked here.
     *
     * @param bytes big-endian; its limit must not be below the frame's end while this view is used
     */
    public Frame wrap(ByteBuffer bytes, int start, int length) {
        this.bytes = bytes;
        this.start = start;
        this.length = length;
        payloadStart = start + Limits.HEADER_BYTES;
        unknownExtensions = 0;
        hasToken = false;
        token = 0;
        name = null;
        return this;
    }

    /** A view of the same frame that owns a copy of its bytes and has read its extensions as far as this one. */
    public Frame copy() {
        ByteBuffer own = ByteBuffer.allocate(length);
        own.put(0, bytes, start, length);
        Frame frame = new Frame().wrap(own, 0, length);
        frame.payloadStart = payloadStart - start;
        frame.unknownExtensions = unknownExtensions;
        frame.hasToken = hasToken;
        frame.token = token;
        frame.name = name;
        return frame;
    }

    public int version() {
        return bytes.get(start + VERSION_OFFSET) & 0xFF;
    }

    /** The type byte, 0–255. */
    public int typeCode() {
        return bytes.get(start + TYPE_OFFSET) & 0xFF;
    }

    public @Nullable MessageType type() {
        return MessageType.of(typeCode());
    }

    public boolean sequenced() {
        return MessageType.isSequenced(typeCode());
    }

    public int flags() {
        return bytes.getShort(start + FLAGS_OFFSET) & 0xFFFF;
    }

    public boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    /** The level the sender asks for. */
    public AckLevel level() {
        return AckLevel.of(flags() & LEVEL_MASK);
    }

    public boolean reliable() {
        return (flags() & LEVEL_MASK) != 0;
    }

    /** Bytes of the whole frame. */
    public int length() {
        return length;
    }

    public long device() {
        return bytes.getLong(start + DEVICE_OFFSET);
    }

    public long epoch() {
        return bytes.getInt(start + EPOCH_OFFSET) & 0xFFFF_FFFFL;
    }

    public long seq() {
        return bytes.getInt(start + SEQ_OFFSET) & 0xFFFF_FFFFL;
    }

    public long pn() {
        return bytes.getInt(start + PN_OFFSET) & 0xFFFF_FFFFL;
    }

    /** seq − floor, or {@link Limits#BACK_UNSET}. */
    public int back() {
        return bytes.getShort(start + BACK_OFFSET) & 0xFFFF;
    }

    /** 0 in the open profile. */
    public int keyId() {
        return bytes.get(start + KEY_ID_OFFSET) & 0xFF;
    }

    /** Whether the CRC-32C at the end is that of the bytes before it (SPEC §3.1.4). */
    public boolean checksumMatches() {
        int end = start + length - Limits.CHECKSUM_BYTES;
        crc.reset();
        update(crc, bytes, start, end);
        return bytes.getInt(end) == (int) crc.getValue();
    }

    /** Refuses set reserved bits (SPEC §1.5, §3.1.5). */
    public void checkReserved() throws ProtocolException {
        if ((flags() & ~DEFINED_FLAGS) != 0) {
            throw new ProtocolException(ErrorCode.RESERVED_BITS, "reserved flags are set (byte 4)");
        }
        if (bytes.getShort(start + KEY_ID_OFFSET) != 0) {
            throw new ProtocolException(ErrorCode.RESERVED_BITS, "keyId and byte 31 must be 0 in the open profile");
        }
    }

    /** Reads the extension block, if there is one, and so finds the payload. Spec: SPEC §3.4. */
    public void readExtensions() throws ProtocolException {
        payloadStart = start + Limits.HEADER_BYTES;
        unknownExtensions = 0;
        hasToken = false;
        name = null;
        if (!has(EXTENSIONS)) {
            return;
        }
        int at = start + Limits.HEADER_BYTES;
        int limit = start + length - Limits.CHECKSUM_BYTES;
        if (limit - at < 2) {
            throw extension("no room for the extension block");
        }
        int end = at + 2 + (bytes.getShort(at) & 0xFFFF);
        if (end > limit) {
            throw extension("extension block is longer than the frame");
        }
        at += 2;
        while (at < end) {
            if (end - at < 2) {
                throw extension("extension without a length");
            }
            int type = bytes.get(at) & 0xFF;
            int size = bytes.get(at + 1) & 0xFF;
            at += 2;
            if (size > end - at) {
                throw extension("extension is longer than its block");
            }
            readExtension(type, at, size);
            at += size;
        }
        payloadStart = end;
    }

    private void readExtension(int type, int at, int size) throws ProtocolException {
        switch (type) {
            case Extensions.PAD -> {}
            case Extensions.TOKEN -> {
                if (size != Limits.TOKEN_BYTES || hasToken) {
                    throw extension("TOKEN must be 8 bytes, once");
                }
                hasToken = true;
                token = bytes.getLong(at);
            }
            case Extensions.NAME -> {
                if (name != null) {
                    throw extension("NAME stands twice");
                }
                name = PayloadReader.deviceName(bytes, at, size);
            }
            default -> {
                if ((type & Extensions.CRITICAL) != 0) {
                    throw new ProtocolException(
                            ErrorCode.CRITICAL_EXTENSION, "critical extension " + type + " is not known here");
                }
                unknownExtensions++;
            }
        }
    }

    private static ProtocolException extension(String detail) {
        return new ProtocolException(ErrorCode.BAD_EXTENSION, detail);
    }

    /** Extensions that were skipped because this version does not know them. */
    public int unknownExtensions() {
        return unknownExtensions;
    }

    public boolean hasToken() {
        return hasToken;
    }

    public long token() {
        return token;
    }

    /** The device's name, when the frame says it. */
    public @Nullable String name() {
        return name;
    }

    /** Bytes of the payload; right after {@link #readExtensions}. */
    public int payloadBytes() {
        return start + length - Limits.CHECKSUM_BYTES - payloadStart;
    }

    /** A view of the payload, position 0, valid as long as the frame's bytes. */
    public ByteBuffer payload() {
        return bytes.slice(payloadStart, payloadBytes());
    }

    /** A view of the whole frame, valid as long as its bytes. */
    public ByteBuffer whole() {
        return bytes.slice(start, length);
    }

    /** CRC-32C over type and payload: equal for equal content (SPEC §4.5). */
    public int contentHash() {
        crc.reset();
        crc.update(typeCode());
        update(crc, bytes, payloadStart, start + length - Limits.CHECKSUM_BYTES);
        return (int) crc.getValue();
    }

    /** The same for a type and a payload that are not in a frame. */
    public static int contentHash(int typeCode, ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(typeCode);
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }

    /** Feeds absolute positions without moving the buffer. */
    static void update(CRC32C crc, ByteBuffer bytes, int from, int to) {
        int position = bytes.position();
        int limit = bytes.limit();
        bytes.limit(to).position(from);
        crc.update(bytes);
        bytes.limit(limit).position(position);
    }

    @Override
    public String toString() {
        return length == 0
                ? "Frame[]"
                : "Frame[type=0x%02x device=%016x epoch=%d seq=%d pn=%d back=%d length=%d]"
                        .formatted(typeCode(), device(), epoch(), seq(), pn(), back(), length);
    }
}
