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
