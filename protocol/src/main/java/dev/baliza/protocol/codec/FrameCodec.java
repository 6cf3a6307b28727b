package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Delimits frames, and writes them. Spec: SPEC §2, §3. */
public final class FrameCodec {
    private static final int LENGTH_END = Frame.LENGTH_OFFSET + 2;

    private FrameCodec() {}

    /**
     * The length of the frame that starts at {@code start}, or 0 when fewer than 8 bytes are there to tell. Only magic and
     * length are looked at; the frame itself may not be there yet.
     *
     * @param available bytes from start on that may be looked at
     * @param maxBytes this receiver's limit for a frame
     */
    public static int frameLength(ByteBuffer bytes, int start, int available, int maxBytes) throws ProtocolException {
        if ((available >= 1 && bytes.get(start) != (byte) (Frame.MAGIC >> 8))
                || (available >= 2 && bytes.get(start + 1) != (byte) Frame.MAGIC)) {
            throw new ProtocolException(ErrorCode.BAD_MAGIC, "a frame starts with 0xBA17");
        }
        if (available < LENGTH_END) {
            return 0;
        }
        int length = bytes.getShort(start + Frame.LENGTH_OFFSET) & 0xFFFF;
        if (length < Limits.MIN_FRAME_BYTES) {
            throw new ProtocolException(ErrorCode.BAD_LENGTH, "length " + length + " is below 36");
        }
        if (length > maxBytes) {
            throw new ProtocolException(ErrorCode.TOO_LARGE, "length " + length + " is over the limit of " + maxBytes);
        }
        return length;
    }

    /** {@link #frameLength} for a datagram, where the whole frame must be there. */
    public static int frameLengthInDatagram(ByteBuffer bytes, int start, int available) throws ProtocolException {
        int length = frameLength(bytes, start, available, Limits.MAX_FRAME_BYTES);
        if (length == 0 || length > available) {
            throw new ProtocolException(
                    ErrorCode.BAD_LENGTH, "a frame of " + length + " bytes in " + available + " bytes of datagram");
        }
        return length;
    }

    /**
     * Writes a frame at the buffer's position and moves it behind the frame.
     *
     * @throws java.nio.BufferOverflowException when the buffer has too little room; its position is then undefined
     * @throws IllegalArgumentException when the frame would be longer than 65,535 bytes
     */
    public static void write(ByteBuffer out, FrameHeader header, Extensions extensions, Message message) {
        write(out, header, extensions, message.type().code(), body -> MessageCodec.write(body, message));
    }

    /** The same for a payload that was written before; {@code type} as on the wire. */
    public static void write(ByteBuffer out, FrameHeader header, Extensions extensions, int type, ByteBuffer payload) {
        write(out, header, extensions, type, body -> body.put(payload.duplicate()));
    }

    private static void write(
            ByteBuffer out, FrameHeader header, Extensions extensions, int type, Consumer<ByteBuffer> content) {
        int start = out.position();
        if (out.remaining() < Limits.MIN_FRAME_BYTES) {
            throw new BufferOverflowException(); // the jumps over header and block length would throw another
        }
        out.position(start + Limits.HEADER_BYTES);
        boolean extended = !extensions.isEmpty();
        int block = out.position();
        if (extended) {
            out.position(block + 2);
            extensions.writeTo(out);
        }
        int payload = out.position();
        content.accept(out);
        int missing = extensions.frameBytes() - (out.position() + Limits.CHECKSUM_BYTES - start);
        if (missing > 0) {
            int gap = Math.max(missing, extended ? 2 : 4);
            byte[] body = new byte[out.position() - payload];
            out.get(payload, body);
            out.position(extended ? payload : block + 2);
            Extensions.writePadding(out, payload + gap - out.position());
            payload += gap;
            out.put(body);
            extended = true;
        }
        if (extended) {
            out.putShort(block, (short) (payload - block - 2));
        }
        finish(out, start, header, type, extended);
    }

    private static void finish(ByteBuffer out, int start, FrameHeader header, int type, boolean extended) {
        int length = out.position() + Limits.CHECKSUM_BYTES - start;
        if (length > Limits.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("a frame of " + length + " bytes is over 65,535");
        }
        out.putShort(start, (short) Frame.MAGIC);
        out.put(start + Frame.VERSION_OFFSET, (byte) Frame.VERSION);
        out.put(start + Frame.TYPE_OFFSET, (byte) type);
        out.putShort(start + Frame.FLAGS_OFFSET, (short) (header.flags() | (extended ? Frame.EXTENSIONS : 0)));
        out.putShort(start + Frame.LENGTH_OFFSET, (short) length);
        out.putLong(start + Frame.DEVICE_OFFSET, header.device());
        out.putInt(start + Frame.EPOCH_OFFSET, (int) header.epoch());
        out.putInt(start + Frame.SEQ_OFFSET, (int) header.seq());
        out.putInt(start + Frame.PN_OFFSET, (int) header.pn());
        out.putShort(start + Frame.BACK_OFFSET, (short) header.back());
        out.putShort(start + Frame.KEY_ID_OFFSET, (short) 0);
        out.putInt(checksum(out, start, out.position()));
    }

    /** CRC-32C of the bytes between two absolute positions. */
    public static int checksum(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        Frame.update(crc, bytes, from, to);
        return (int) crc.getValue();
    }

    /** Gives a frame that was changed in place, or is sent again with another pn, its right checksum. */
    public static void writeChecksum(ByteBuffer bytes, int start, int length) {
        int end = start + length - Limits.CHECKSUM_BYTES;
        bytes.putInt(end, checksum(bytes, start, end));
    }
}
