package dev.baliza.sim;

import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.MessageCodec;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The bytes of a frame, one field a line, as in the vectors of SPEC.md. */
final class Hex {
    private static final HexFormat FORMAT = HexFormat.ofDelimiter(" ");
    private static final int BYTES_A_LINE = 16;

    private Hex() {}

    /** Writes out a frame that is well-formed. */
    static String annotate(Frame frame) {
        StringBuilder out = new StringBuilder();
        ByteBuffer bytes = frame.whole();
        try {
            frame.readExtensions();
            MessageType type = frame.type();
            int payload = bytes.limit() - 4 - frame.payloadBytes();
            line(out, bytes, 0, 2, "magic");
            line(out, bytes, 2, 1, "version");
            line(out, bytes, 3, 1, "type " + type);
            line(out, bytes, 4, 2, "flags, level " + frame.level());
            line(out, bytes, 6, 2, "length " + frame.length());
            line(out, bytes, 8, 8, "device");
            line(out, bytes, 16, 4, "epoch " + frame.epoch());
            line(out, bytes, 20, 4, "seq " + frame.seq());
            line(out, bytes, 24, 4, "pn " + frame.pn());
            line(out, bytes, 28, 2, "back");
            line(out, bytes, 30, 2, "keyId, reserved");
            line(out, bytes, 32, payload - 32, "extensions");
            String message = type == null
                    ? "payload"
                    : MessageCodec.read(type, frame.payload()).toString();
            line(out, bytes, payload, frame.payloadBytes(), message);
            line(out, bytes, bytes.limit() - 4, 4, "CRC-32C");
            return out.toString();
        } catch (ProtocolException e) {
            throw new IllegalStateException("our own frame is malformed", e);
        }
    }

    private static void line(StringBuilder out, ByteBuffer bytes, int from, int count, String what) {
        for (int at = 0; at < count; at += BYTES_A_LINE) {
            byte[] part = new byte[Math.min(BYTES_A_LINE, count - at)];
            bytes.get(from + at, part);
            out.append("%5d  %-48s%s%n".formatted(from + at, FORMAT.formatHex(part), at == 0 ? "# " + what : ""));
        }
    }
}
