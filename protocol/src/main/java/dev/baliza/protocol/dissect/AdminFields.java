package dev.baliza.protocol.dissect;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Names;
import java.nio.ByteBuffer;

/** ADMIN and ADMIN_RESULT. Spec: SPEC §16. */
final class AdminFields {
    private AdminFields() {}

    static void admin(Walk in) throws FaultException {
        in.section("16.2");
        request(in);
        int part = in.u16();
        in.field("part", part + (part == 0 ? ": from the beginning" : ": what lies before it is there"));
        String operation = in.str8("operation", ErrorCode.BAD_NAME, -1);
        if (!Names.isOperation(operation)) {
            throw in.fault(
                    ErrorCode.BAD_NAME,
                    "16.2.1",
                    "expected 1 to 32 of a-z 0-9 - and a letter first, found another text");
        }
        in.str16("arguments", ErrorCode.BAD_VALUE);
    }

    static void result(Walk in) throws FaultException {
        in.section("16.3");
        request(in);
        int part = in.u16();
        in.field("part", part);
        int parts = in.u16();
        in.field("parts", parts);
        if (part >= parts) {
            throw in.fault(ErrorCode.BAD_VALUE, "16.3.1", "expected a part below their number, found " + part);
        }
        int status = in.u8();
        AdminStatus known = AdminStatus.of(status);
        in.field("status", known.code() == status ? known.name() : status + ", unknown here");
        ByteBuffer json = in.slice(in.remaining());
        in.field("json", Texts.quote(json));
    }

    private static void request(Walk in) throws FaultException {
        in.field("request", "%016x".formatted(in.i64()));
    }
}
