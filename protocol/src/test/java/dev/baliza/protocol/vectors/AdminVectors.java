package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;

/** ADMIN and ADMIN_RESULT, as they are once opened: without seal. */
final class AdminVectors {
    private static final int FROM_SERVER = 0x20;
    private static final long REQUEST = 0x0BAD_CAFE_0BAD_CAFEL;

    private AdminVectors() {}

    static void addTo(VectorWriter to) {
        admin(to);
        badAdmin(to);
        result(to);
    }

    private static VectorText request(VectorText text, int part) {
        return text.header(MessageType.ADMIN)
                .i64(REQUEST, "request")
                .u16(part, part == 0 ? "part: from the beginning" : "part: all before it is there");
    }

    private static VectorText admin(VectorText text, int part, String operation, String arguments) {
        return request(text, part).str8(operation, "operation").str16(arguments, "arguments");
    }

    private static void admin(VectorWriter to) {
        to.add(
                "admin/whoami",
                admin(ok("§16.2, §16.4", "ADMIN without arguments").seq(0, 0), 0, "whoami", "{}")
                        .end());
        to.add(
                "admin/devices-from-part-3",
                admin(
                                ok("§16.2, §16.3.3", "ADMIN that asks for the rest of an answer")
                                        .seq(0, 0),
                                3,
                                "devices",
                                "{\"limit\":500}")
                        .end());
        to.add(
                "admin/loopback",
                admin(
                                ok("§16.1.4", "ADMIN without a key, of a user of the server's own host")
                                        .device(0)
                                        .epoch(0)
                                        .seq(0, 0xFFFF),
                                0,
                                "reset",
                                "{\"device\":\"habitación\"}")
                        .end());
        to.add(
                "admin/longest-operation",
                admin(ok("§16.2.1", "ADMIN with an operation of 32 letters").seq(0, 0), 0, "a".repeat(32), "{}")
                        .end());
    }

    private static void badAdmin(VectorWriter to) {
        to.add(
                "admin/operation-of-33",
                admin(
                                bad(ErrorCode.BAD_NAME, "§16.2.1", "an operation has at most 32")
                                        .seq(0, 0),
                                0,
                                "a".repeat(33),
                                "{}")
                        .end());
        to.add(
                "admin/operation-empty",
                admin(bad(ErrorCode.BAD_NAME, "§16.2.1", "no operation").seq(0, 0), 0, "", "{}")
                        .end());
        to.add(
                "admin/operation-with-slash",
                admin(
                                bad(ErrorCode.BAD_NAME, "§16.2.1", "an operation is no path")
                                        .seq(0, 0),
                                0,
                                "../exec",
                                "{}")
                        .end());
        to.add(
                "admin/arguments-not-utf8",
                request(
                                bad(ErrorCode.BAD_VALUE, "§16.2, §16.2.1, §1.2", "arguments are UTF-8")
                                        .seq(0, 0),
                                0)
                        .str8("whoami", "operation")
                        .raw("0002c328", "arguments: C3 begins what 28 does not end")
                        .end());
        to.add(
                "admin/arguments-beyond-payload",
                request(
                                bad(ErrorCode.TRUNCATED, "§16.2", "arguments of 3 bytes in 2")
                                        .seq(0, 0),
                                0)
                        .str8("whoami", "operation")
                        .raw("00037b7d", "arguments")
                        .end());
        to.add(
                "admin/trailing",
                admin(
                                bad(ErrorCode.TRAILING_BYTES, "§16.2", "str16 has no terminator")
                                        .seq(0, 0),
                                0,
                                "whoami",
                                "{}")
                        .u8(0, "a terminator")
                        .end());
    }

    private static VectorText result(VectorText text, int part, int parts, int status) {
        return text.flags(FROM_SERVER)
                .epoch(0x5EED_5EEDL)
                .seq(0, 0)
                .header(MessageType.ADMIN_RESULT)
                .i64(REQUEST, "request")
                .u16(part, "part")
                .u16(parts, "parts")
                .u8(status, "status");
    }

    private static void result(VectorWriter to) {
        to.add(
                "admin_result/whole",
                result(ok("§16.3", "ADMIN_RESULT: OK, in one part"), 0, 1, 0)
                        .raw("7b226e616d65223a22616e61222c22726f6c65223a2261646d696e227d", "json {\"name\":\"ana\",…}")
                        .end());
        to.add(
                "admin_result/cut-within-a-letter",
                result(ok("§16.3, §16.3.2", "ADMIN_RESULT: a part may end within a letter"), 0, 2, 0)
                        .raw("7b2261223a22c3", "json: C3, the first half of ñ")
                        .end());
        to.add(
                "admin_result/empty-part",
                result(ok("§16.3", "ADMIN_RESULT: REFUSED, without words"), 0, 1, 2)
                        .end());
        to.add(
                "admin_result/status-of-a-later-version",
                result(ok("§16.3, §16.3.5", "ADMIN_RESULT with a status that is not known"), 0, 1, 200)
                        .raw("7b7d", "json {}")
                        .end());
        to.add(
                "admin_result/part-beyond-parts",
                result(bad(ErrorCode.BAD_VALUE, "§16.3.1", "parts 0 and 1 are all"), 2, 2, 0)
                        .raw("7d", "json")
                        .end());
        to.add(
                "admin_result/no-parts",
                result(bad(ErrorCode.BAD_VALUE, "§16.3.1", "an answer has at least one part"), 0, 0, 0)
                        .end());
        to.add(
                "admin_result/truncated",
                bad(ErrorCode.TRUNCATED, "§16.3", "without a status")
                        .flags(FROM_SERVER)
                        .seq(0, 0)
                        .header(MessageType.ADMIN_RESULT)
                        .i64(REQUEST, "request")
                        .u16(0, "part")
                        .u16(1, "parts")
                        .end());
    }
}
