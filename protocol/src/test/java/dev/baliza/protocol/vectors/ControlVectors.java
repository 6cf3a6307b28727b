package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import java.util.HexFormat;

/** HELLO, HEARTBEAT, PING, PONG and GOODBYE. */
final class ControlVectors {
    private static final int FROM_SERVER = 0x20;

    private ControlVectors() {}

    static void addTo(VectorWriter to) {
        hello(to);
        heartbeat(to);
        pingAndPong(to);
        goodbye(to);
        values(to);
    }

    private static VectorText list(VectorText text, MessageType type, int count) {
        return text.header(type).i64(0x0102030405060708L, "request").u16(count, "count");
    }

    /** The same list in both directions: one value of each type. */
    private static VectorText everyType(VectorText text, MessageType type) {
        return list(text, type, 18)
                .u8(1, "BOOLEAN")
                .u8(1, "true")
                .u8(2, "I8")
                .u8(0x80, "-128")
                .u8(3, "I16")
                .u16(0x8000, "-32768")
                .u8(4, "I32")
                .u32(0x8000_0000L, "-2147483648")
                .u8(5, "I64")
                .i64(Long.MIN_VALUE, "-9223372036854775808")
                .u8(6, "U8")
                .u8(255, "255")
                .u8(7, "U16")
                .u16(65_535, "65535")
                .u8(8, "U32")
                .u32(0xFFFF_FFFFL, "4294967295")
                .u8(9, "U64")
                .i64(-1, "18446744073709551615")
                .u8(10, "F32")
                .f32(1.5f, "1.5")
                .u8(11, "F64")
                .f64(Double.MIN_VALUE, "the smallest above 0")
                .u8(12, "TEXT")
                .raw("0005686f6c61e2", "not UTF-8: bytes all the same")
                .u8(13, "BYTES")
                .raw("0003ff0001", "3 bytes")
                .u8(14, "ENUMERATION")
                .u16(7, "7")
                .u8(15, "VECTOR2")
                .f32(1, "1")
                .f32(-0.0f, "-0")
                .u8(16, "VECTOR3")
                .f32(1, "1")
                .f32(2, "2")
                .f32(Float.POSITIVE_INFINITY, "infinite")
                .u8(17, "VECTOR4")
                .f32(1, "1")
                .f32(2, "2")
                .f32(3, "3")
                .f32(4, "4")
                .u8(18, "POSITION")
                .f64(-34.6, "latitude")
                .f64(-58.4, "longitude")
                .f32(25, "altitude")
                .end();
    }

    private static void values(VectorWriter to) {
        to.add("values/every-type", everyType(ok("§6.8, §6.8.1, §7.1", "a value of each type"), MessageType.VALUES));
        to.add(
                "values_back/every-type",
                everyType(
                        ok("§6.8, §6.8.1, §7.1", "the same, written by the server")
                                .flags(FROM_SERVER),
                        MessageType.VALUES_BACK));
        to.add(
                "values/none",
                list(ok("§6.8", "an empty list"), MessageType.VALUES, 0).end());
        to.add(
                "values/unknown-type",
                list(
                                bad(ErrorCode.BAD_VALUE, "§6.8.1", "the second value has type 19")
                                        .note("index: 1"),
                                MessageType.VALUES,
                                2)
                        .u8(6, "U8")
                        .u8(1, "1")
                        .u8(19, "no type")
                        .u8(0, "")
                        .end());
        to.add(
                "values/more-than-there-are",
                list(bad(ErrorCode.TRUNCATED, "§6.8.1", "says 65535 values"), MessageType.VALUES, 65_535)
                        .u8(6, "U8")
                        .u8(1, "1")
                        .end());
        to.add(
                "values/trailing",
                list(bad(ErrorCode.TRAILING_BYTES, "§6.8.1", "one byte too many"), MessageType.VALUES, 1)
                        .u8(6, "U8")
                        .u8(1, "1")
                        .u8(0, "too many")
                        .end());
    }

    private static VectorText helloPayload(VectorText text) {
        return text.raw("000102030405060708090a0b0c0d0e0f", "bootNonce")
                .i64(1_500_000, "uptimeMicros: 1.5 s")
                .u32(0, "lowestHeldEpoch: this one only")
                .u32(1200, "maxFrameBytes")
                .u8(1, "resetReason: power on");
    }

    private static VectorText padded(VectorText text) {
        int pad = 136 - 36 - 2 - 13 - 2 - 36;
        return text.flags(0x08)
                .header(MessageType.HELLO)
                .extensions()
                .extension(2, "NAME", FrameVectors.utf8(VectorText.DEVICE_NAME))
                .pad(pad)
                .payload();
    }

    private static void hello(VectorWriter to) {
        to.add(
                "hello/first-contact",
                helloPayload(padded(ok("§6.1, §6.1.1, §4.2.2, §13", "HELLO of a device without epoch, 136 bytes")
                                .epoch(0)
                                .seq(0, 0xFFFF)))
                        .raw("000000", "reserved")
                        .end());
        to.add(
                "hello/known-epoch",
                helloPayload(padded(ok("§6.1, §6.1.2", "HELLO in the device's own epoch, floor 3")
                                .seq(7, 4)))
                        .raw("000000", "reserved")
                        .end());
        to.add(
                "hello/reserved",
                helloPayload(padded(bad(ErrorCode.RESERVED_BITS, "§6.1, §1.5", "the last reserved byte is set")))
                        .raw("000001", "reserved")
                        .end());
        to.add(
                "hello/truncated",
                helloPayload(padded(bad(ErrorCode.TRUNCATED, "§6.1", "one reserved byte is missing")))
                        .raw("0000", "reserved")
                        .end());
        to.add(
                "hello/trailing",
                helloPayload(padded(bad(ErrorCode.TRAILING_BYTES, "§6.1", "one byte too many")))
                        .raw("000000", "reserved")
                        .u8(0, "too many")
                        .end());
    }

    private static VectorText beat(VectorText text, int reserved) {
        return text.header(MessageType.HEARTBEAT)
                .i64(86_400_000_000L, "uptimeMicros: a day")
                .u32(VectorText.EPOCH - 1, "lowestHeldEpoch")
                .u8(3, "resetReason: watchdog")
                .raw(new byte[] {0, 0, (byte) reserved}, "reserved")
                .u32(12, "framesHeld")
                .u32(4_000_000_000L, "framesDiscarded");
    }

    private static void heartbeat(VectorWriter to) {
        to.add(
                "heartbeat/watchdog",
                beat(ok("§6.3", "HEARTBEAT after a watchdog reset, 12 frames held"), 0)
                        .i64(86_400, "readingsTaken")
                        .end());
        to.add(
                "heartbeat/reserved",
                beat(bad(ErrorCode.RESERVED_BITS, "§6.3, §1.5", "a reserved byte is set"), 0x80)
                        .i64(86_400, "readingsTaken")
                        .end());
        to.add(
                "heartbeat/truncated",
                beat(bad(ErrorCode.TRUNCATED, "§6.3", "readingsTaken has 4 bytes"), 0)
                        .u32(86_400, "half of readingsTaken")
                        .end());
    }

    private static VectorText ping(VectorText text) {
        return text.header(MessageType.PING).i64(-5, "t1: any clock, any unit");
    }

    private static VectorText pong(VectorText text) {
        return text.flags(FROM_SERVER)
                .header(MessageType.PONG)
                .i64(-5, "t1 of the PING")
                .i64(1_800_000_000_000_000L, "t2: receipt, microseconds")
                .i64(1_800_000_000_000_250L, "t3: sending, microseconds");
    }

    private static void pingAndPong(VectorWriter to) {
        to.add(
                "ping/bare",
                ping(ok("§6.6", "PING of 60 bytes")).i64(0, "t2").i64(0, "t3").end());
        to.add(
                "ping/with-echo",
                ping(ok("§6.6, §6.6.1", "PING of 64 bytes with 4 to come back"))
                        .i64(0, "t2")
                        .i64(0, "t3")
                        .raw("deadbeef", "comes back as it is")
                        .end());
        to.add(
                "ping/no-device",
                ping(ok("§6.6.2, §3.1", "PING of a sender that is no device")
                                .device(0)
                                .epoch(0)
                                .seq(0, 0))
                        .i64(0, "t2")
                        .i64(0, "t3")
                        .end());
        to.add(
                "ping/t3-set",
                ping(bad(ErrorCode.RESERVED_BITS, "§6.6, §1.5", "t3 of a PING is not 0"))
                        .i64(0, "t2")
                        .i64(1, "t3")
                        .end());
        to.add(
                "ping/truncated",
                ping(bad(ErrorCode.TRUNCATED, "§6.6", "PING without t3"))
                        .i64(0, "t2")
                        .end());
        to.add("pong/bare", pong(ok("§6.6", "PONG to ping/bare")).end());
        to.add(
                "pong/with-echo",
                pong(ok("§6.6, §6.6.1", "PONG to ping/with-echo: t1, the 4 bytes, the same length"))
                        .raw("deadbeef", "as they came")
                        .end());
        to.add(
                "pong/truncated",
                bad(ErrorCode.TRUNCATED, "§6.6", "PONG without t2 and t3")
                        .flags(FROM_SERVER)
                        .header(MessageType.PONG)
                        .i64(-5, "t1")
                        .end());
    }

    private static void goodbye(VectorWriter to) {
        to.add(
                "goodbye/shutdown",
                ok("§6.7", "GOODBYE of a server that shuts down")
                        .flags(FROM_SERVER)
                        .header(MessageType.GOODBYE)
                        .u8(1, "reason: shutdown")
                        .str8("mañana", "text")
                        .end());
        to.add(
                "goodbye/end",
                ok("§6.7", "GOODBYE of a device, without text")
                        .header(MessageType.GOODBYE)
                        .u8(0, "reason: end")
                        .str8("", "text")
                        .end());
        to.add(
                "goodbye/text-not-utf8",
                bad(ErrorCode.BAD_VALUE, "§6.7, §1.2", "a text that is not UTF-8 is no name")
                        .header(MessageType.GOODBYE)
                        .u8(0, "reason: end")
                        .raw(HexFormat.of().parseHex("02c328"), "text: C3 begins what 28 does not end")
                        .end());
        to.add(
                "goodbye/text-beyond-payload",
                bad(ErrorCode.TRUNCATED, "§6.7, §1.2", "a text of 5 bytes in 4")
                        .header(MessageType.GOODBYE)
                        .u8(0, "reason: end")
                        .raw("0561626364", "text")
                        .end());
        to.add(
                "goodbye/trailing",
                bad(ErrorCode.TRAILING_BYTES, "§6.7", "str8 has no terminator")
                        .header(MessageType.GOODBYE)
                        .u8(0, "reason: end")
                        .str8("bye", "text")
                        .u8(0, "a terminator")
                        .end());
        to.add(
                "goodbye/empty",
                bad(ErrorCode.TRUNCATED, "§6.7", "no payload at all")
                        .header(MessageType.GOODBYE)
                        .end());
    }
}
