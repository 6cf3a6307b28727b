package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;

/** COMMAND and RESULT. */
final class CommandVectors {
    private static final int RELIABLE = 1;
    private static final int FROM_SERVER = 0x20;
    private static final long SERVER = 0x5EED_5EEDL;
    private static final long ID = SERVER << 32 | 17;

    private CommandVectors() {}

    static void addTo(VectorWriter to) {
        command(to);
        badCommand(to);
        result(to);
    }

    private static VectorText commandOf(VectorText text, long id, String name, int count) {
        return text.flags(FROM_SERVER | RELIABLE)
                .epoch(SERVER)
                .seq(3, 0)
                .header(MessageType.COMMAND)
                .i64(id, "id")
                .u32(60, "deadlineSeconds")
                .str8(name, "name")
                .u8(count, "count");
    }

    private static void command(VectorWriter to) {
        to.add(
                "command/identify",
                commandOf(ok("§7.7, §7.9", "a command without arguments: the server's number 3"), ID, "identify", 0)
                        .end());
        to.add(
                "command/set-interval",
                commandOf(ok("§7.7", "a command with an argument"), ID, "set-interval", 1)
                        .str8("millis", "argument")
                        .u8(8, "type U32")
                        .u32(250, "250")
                        .end());
        to.add(
                "command/of-many-types",
                commandOf(ok("§7.7, §7.1", "arguments of several types"), ID, "calibrate", 4)
                        .str8("on", "argument")
                        .u8(1, "type BOOLEAN")
                        .u8(1, "true")
                        .str8("offset", "argument")
                        .u8(11, "type F64")
                        .f64(-0.25, "-0.25")
                        .str8("note", "argument")
                        .u8(12, "type TEXT")
                        .str16("after repair", "value")
                        .str8("axis", "argument")
                        .u8(16, "type VECTOR3")
                        .f32(0, "x")
                        .f32(0, "y")
                        .f32(1, "z")
                        .end());
    }

    private static void badCommand(VectorWriter to) {
        to.add(
                "command/id-0",
                commandOf(bad(ErrorCode.BAD_VALUE, "§7.7.1", "0 is no id"), 0, "identify", 0)
                        .end());
        to.add(
                "command/name-empty",
                commandOf(bad(ErrorCode.BAD_NAME, "§7.7.1", "a command without a name"), ID, "", 0)
                        .end());
        to.add(
                "command/name-with-slash",
                commandOf(bad(ErrorCode.BAD_NAME, "§7.7.1", "no path is a name"), ID, "bin/sh", 0)
                        .end());
        to.add(
                "command/argument-upper-case",
                commandOf(bad(ErrorCode.BAD_NAME, "§7.7.1", "names of arguments are small letters"), ID, "set", 1)
                        .str8("Millis", "argument")
                        .u8(6, "type U8")
                        .u8(1, "1")
                        .end());
        to.add(
                "command/argument-type-19",
                commandOf(bad(ErrorCode.BAD_VALUE, "§7.7.1", "there is no type 19"), ID, "set", 1)
                        .str8("millis", "argument")
                        .u8(19, "type unknown")
                        .u8(1, "1")
                        .end());
        to.add(
                "command/17-arguments",
                commandOf(bad(ErrorCode.BAD_VALUE, "§7.7.1", "one argument too many"), ID, "set", 17)
                        .end());
        to.add(
                "command/argument-missing",
                commandOf(bad(ErrorCode.TRUNCATED, "§7.7", "one argument of two"), ID, "set", 2)
                        .str8("a", "argument")
                        .u8(6, "type U8")
                        .u8(1, "1")
                        .end());
        to.add(
                "command/trailing",
                commandOf(bad(ErrorCode.TRAILING_BYTES, "§7.7", "an argument that was not counted"), ID, "set", 0)
                        .str8("a", "argument")
                        .end());
    }

    private static VectorText resultOf(VectorText text, int state, int exitStatus) {
        return text.flags(RELIABLE)
                .header(MessageType.RESULT)
                .i64(ID, "command")
                .u8(state, "state")
                .raw("000000", "reserved")
                .u32(exitStatus, "exitStatus " + exitStatus);
    }

    private static void result(VectorWriter to) {
        to.add(
                "result/acked",
                resultOf(ok("§7.8", "understood, not finished"), 0, 0)
                        .str16("", "output")
                        .end());
        to.add(
                "result/done",
                resultOf(ok("§7.8", "done"), 1, 0)
                        .str16("every 250 ms", "output")
                        .end());
        to.add(
                "result/failed",
                resultOf(ok("§7.8", "done, and it went wrong"), 1, -7)
                        .str16("sensor 2 does not answer", "output")
                        .end());
        to.add(
                "result/refused",
                resultOf(ok("§7.8, §7.7.3", "refused"), 2, 0)
                        .str16("no command fly here", "output")
                        .end());
        to.add(
                "result/expired",
                resultOf(ok("§7.8, §7.7.3", "its time was over"), 3, 0)
                        .str16("", "output")
                        .end());
        to.add(
                "result/state-4",
                resultOf(bad(ErrorCode.BAD_VALUE, "§7.8.1", "there is no state 4"), 4, 0)
                        .str16("", "output")
                        .end());
        to.add(
                "result/reserved",
                bad(ErrorCode.RESERVED_BITS, "§7.8, §1.5", "the last reserved byte is set")
                        .flags(RELIABLE)
                        .header(MessageType.RESULT)
                        .i64(ID, "command")
                        .u8(1, "state")
                        .raw("000001", "reserved")
                        .u32(0, "exitStatus")
                        .str16("", "output")
                        .end());
        to.add(
                "result/output-of-1001",
                resultOf(bad(ErrorCode.BAD_VALUE, "§7.8.1", "the output is a byte too long"), 1, 0)
                        .str16("x".repeat(1_001), "output")
                        .end());
    }
}
