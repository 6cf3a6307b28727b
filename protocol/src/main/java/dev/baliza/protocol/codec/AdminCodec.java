package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** ADMIN and ADMIN_RESULT. Spec: SPEC §16.2, §16.3. */
final class AdminCodec {
    private static final int MAX_STR16_BYTES = 65_535;

    private AdminCodec() {}

    static Message read(PayloadReader in) throws ProtocolException {
        long request = in.i64();
        int part = in.u16();
        String operation = in.name8(-1);
        if (!Names.isOperation(operation)) {
            throw new ProtocolException(
                    ErrorCode.BAD_NAME, "an operation is 1 to 32 of a-z 0-9 - and starts with a letter");
        }
        return new Message.Admin(request, part, operation, in.text16());
    }

    static void write(ByteBuffer out, Message.Admin admin) {
        byte[] arguments = admin.arguments().getBytes(StandardCharsets.UTF_8);
        if (arguments.length > MAX_STR16_BYTES) {
            throw new IllegalArgumentException("a str16 of " + arguments.length + " bytes");
        }
        out.putLong(admin.request()).putShort((short) admin.part());
        MessageCodec.writeStr8(out, admin.operation());
        out.putShort((short) arguments.length).put(arguments);
    }

    static Message readResult(PayloadReader in) throws ProtocolException {
        long request = in.i64();
        int part = in.u16();
        int parts = in.u16();
        if (part >= parts) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "part " + part + " of " + parts);
        }
        return new Message.AdminResult(request, part, parts, in.u8(), in.slice(in.remaining()));
    }

    static void writeResult(ByteBuffer out, Message.AdminResult result) {
        out.putLong(result.request()).putShort((short) result.part()).putShort((short) result.parts());
        out.put((byte) result.status()).put(result.json().duplicate());
    }
}
