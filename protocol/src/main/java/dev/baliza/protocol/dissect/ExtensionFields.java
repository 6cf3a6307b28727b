package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.codec.Extensions;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The extension block. Spec: SPEC §3.4. */
final class ExtensionFields {
    private static final String BLOCK = "3.4.3";

    private final Walk in;
    private @Nullable String name;
    private boolean hasToken;

    ExtensionFields(Walk in) {
        this.in = in;
    }

    /** The device's name, if the block says it. */
    @Nullable
    String name() {
        return name;
    }

    /** @param limit absolute position of the checksum */
    void read(int limit) throws FaultException {
        if (in.remaining() < 2) {
            throw bad(limit, "expected 2 bytes for the size of the extension block, found " + in.remaining());
        }
        int size = in.u16();
        in.field("extensions", size + " bytes of entries");
        int end = in.position() + size;
        if (end > limit) {
            throw bad(in.lastField(), "expected at most " + (limit - in.position()) + " bytes, found " + size);
        }
        while (in.position() < end) {
            if (end - in.position() < 2) {
                throw bad(in.position(), "expected an entry of 2 bytes or more, found 1 byte");
            }
            entry(end);
        }
    }

    private void entry(int end) throws FaultException {
        int type = in.u8();
        in.field("extension type", typeName(type));
        int typeAt = in.lastField();
        int size = in.u8();
        in.field("n", size);
        int sizeAt = in.lastField();
        if (size > end - in.position()) {
            throw bad(sizeAt, "expected at most " + (end - in.position()) + " bytes of value, found " + size);
        }
        ByteBuffer value = in.slice(size);
        switch (type) {
            case Extensions.PAD -> in.field("value", "padding");
            case Extensions.TOKEN -> {
                in.field("value", "token");
                if (size != Limits.TOKEN_BYTES || hasToken) {
                    throw bad(typeAt, hasToken ? "expected one TOKEN, found two" : "expected 8 bytes, found " + size);
                }
                hasToken = true;
            }
            case Extensions.NAME -> {
                in.field("value", Texts.quote(value));
                if (name != null) {
                    throw bad(typeAt, "expected one NAME, found two");
                }
                name = deviceName(value, sizeAt);
            }
            default -> {
                in.field("value", "");
                if ((type & Extensions.CRITICAL) != 0) {
                    throw new FaultException(
                            typeAt,
                            ErrorCode.CRITICAL_EXTENSION,
                            "3.4.2",
                            -1,
                            "expected a known extension, found critical type 0x%02x".formatted(type));
                }
            }
        }
    }

    private static String deviceName(ByteBuffer value, int sizeAt) throws FaultException {
        String rule = "expected a name [A-Za-z0-9][A-Za-z0-9._:-]{0,63}, found ";
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(value.duplicate())
                    .toString();
            if (Names.isDevice(text)) {
                return text;
            }
        } catch (CharacterCodingException e) {
            rule = "expected UTF-8, found ";
        }
        boolean empty = !value.hasRemaining();
        throw new FaultException(
                empty ? sizeAt : sizeAt + 1, ErrorCode.BAD_NAME, "4.1.2", -1, rule + Texts.quote(value));
    }

    private static String typeName(int type) {
        return switch (type) {
            case Extensions.PAD -> "PAD";
            case Extensions.TOKEN -> "TOKEN";
            case Extensions.NAME -> "NAME";
            default -> "0x%02x, unknown here".formatted(type) + ((type & Extensions.CRITICAL) != 0 ? ", critical" : "");
        };
    }

    private static FaultException bad(int at, String detail) {
        return new FaultException(at, ErrorCode.BAD_EXTENSION, BLOCK, -1, detail);
    }
}
