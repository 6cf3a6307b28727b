package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;

/** WELCOME, ACK and NACK. */
final class AnswerVectors {
    private static final int FROM_SERVER = 0x20;
    private static final long SERVER = 0x5EED_5EEDL;

    private AnswerVectors() {}

    static void addTo(VectorWriter to) {
        welcome(to);
        ack(to);
        badAck(to);
        nack(to);
    }

    private static VectorText answer(VectorText text, MessageType type) {
        return text.flags(FROM_SERVER).epoch(SERVER).seq(0, 0).header(type);
    }

    private static VectorText welcomeUpTo(VectorText text, int level, int flags, int count) {
        return answer(text, MessageType.WELCOME)
                .raw("000102030405060708090a0b0c0d0e0f", "bootNonce of the HELLO")
                .u32(VectorText.EPOCH, "epoch: the device's from now on")
                .u8(level, "highestLevel")
                .u8(flags, "flags")
                .u16(1024, "window")
                .u32(65_535, "maxFrameBytes")
                .u32(65_507, "maxDatagramBytes")
                .raw("0123456789abcdef", "token")
                .i64(1_800_000_000_000_000L, "serverTimeMicros")
                .u16(30, "heartbeatSeconds")
                .u8(count, "count");
    }

    private static VectorText known(VectorText text) {
        return text.u8(0, "reserved")
                .u32(VectorText.EPOCH, "epoch")
                .u32(8, "next: 0 to 7 are settled")
                .i64(0xA000_0000_0000_0000L, "settled: 8 and 10")
                .u32(VectorText.EPOCH - 1, "epoch, older")
                .u32(0xFFFF_FF00L, "next")
                .i64(0, "settled");
    }

    private static void welcome(VectorWriter to) {
        to.add(
                "welcome/first-contact",
                welcomeUpTo(ok("§6.2, §4.2.2", "WELCOME without entries, no store, 88 bytes"), 1, 2, 0)
                        .u8(0, "reserved")
                        .end());
        to.add(
                "welcome/two-epochs",
                known(welcomeUpTo(ok("§6.2, §6.2.1", "WELCOME with two open epochs"), 2, 3, 2))
                        .end());
        to.add(
                "welcome/entries-missing",
                known(welcomeUpTo(bad(ErrorCode.TRUNCATED, "§6.2", "two of three"), 2, 3, 3))
                        .end());
        to.add(
                "welcome/trailing",
                known(welcomeUpTo(bad(ErrorCode.TRAILING_BYTES, "§6.2", "two for one"), 2, 3, 1))
                        .end());
        to.add(
                "welcome/level-4",
                welcomeUpTo(bad(ErrorCode.BAD_VALUE, "§6.2, §8.1", "there is no level 4"), 4, 0, 0)
                        .u8(0, "reserved")
                        .end());
        to.add(
                "welcome/reserved-flags",
                welcomeUpTo(bad(ErrorCode.RESERVED_BITS, "§6.2, §1.5", "flag bit 2 is set"), 1, 4, 0)
                        .u8(0, "reserved")
                        .end());
        to.add(
                "welcome/reserved",
                welcomeUpTo(bad(ErrorCode.RESERVED_BITS, "§6.2, §1.5", "byte 51 is set"), 1, 0, 0)
                        .u8(1, "reserved")
                        .end());
    }

    private static VectorText ackHead(VectorText text, int level, int rejected, int bitmapBytes) {
        return answer(text, MessageType.ACK)
                .u32(VectorText.EPOCH, "epoch it speaks of")
                .u32(42, "next: 0 to 41 are settled")
                .u8(level, "level")
                .u8(rejected, "rejected")
                .u16(bitmapBytes, "bitmapBytes");
    }

    private static void ack(VectorWriter to) {
        to.add(
                "ack/short",
                ackHead(ok("§6.4, §13", "ACK of all below 42, 48 bytes"), 1, 0, 0)
                        .end());
        to.add(
                "ack/bitmap",
                ackHead(ok("§6.4, §6.4.3", "ACK of all below 42, and 43, 105 and 177"), 2, 0, 24)
                        .i64(0x4000_0000_0000_0001L, "bits: 43 and 105")
                        .i64(0, "bits")
                        .i64(0x0100_0000_0000_0000L, "bits: 177")
                        .end());
        to.add(
                "ack/rejected",
                ackHead(ok("§6.4, §6.4.3", "ACK that tells why 40 and 41 were rejected"), 1, 2, 8)
                        .i64(0x8000_0000_0000_0000L, "bits: 42")
                        .u32(40, "seq")
                        .u16(7, "code: UNKNOWN_TYPE")
                        .u32(41, "seq")
                        .u16(999, "code: of a later version")
                        .end());
        to.add(
                "ack/whole-window",
                ackHead(ok("§6.4, §5", "ACK with the longest bitmap"), 3, 0, 128)
                        .raw("ff".repeat(128), "bits: all of the window")
                        .end());
    }

    private static void badAck(VectorWriter to) {
        to.add(
                "ack/bitmap-of-4",
                ackHead(bad(ErrorCode.BAD_VALUE, "§6.4", "bitmapBytes is no multiple of 8"), 1, 0, 4)
                        .u32(0, "bits")
                        .end());
        to.add(
                "ack/bitmap-of-136",
                ackHead(bad(ErrorCode.BAD_VALUE, "§6.4", "bitmapBytes is over 128"), 1, 0, 136)
                        .raw(new byte[136], "bits")
                        .end());
        to.add(
                "ack/level-4",
                ackHead(bad(ErrorCode.BAD_VALUE, "§6.4, §8.1", "there is no level 4"), 4, 0, 0)
                        .end());
        to.add(
                "ack/rejected-missing",
                ackHead(bad(ErrorCode.TRUNCATED, "§6.4", "one entry of two"), 1, 2, 0)
                        .u32(40, "seq")
                        .u16(7, "code")
                        .end());
        to.add(
                "ack/trailing",
                ackHead(bad(ErrorCode.TRAILING_BYTES, "§6.4", "a bitmap that was not announced"), 1, 0, 0)
                        .i64(0, "bits")
                        .end());
    }

    private static VectorText nackOf(VectorText text, ErrorCode code, int flags, int index, int retryAfter, long arg) {
        return nackOf(text, code.number(), code.name(), flags, index, retryAfter, arg);
    }

    private static VectorText nackOf(
            VectorText text, int code, String name, int flags, int index, int retryAfter, long argument) {
        return answer(text, MessageType.NACK)
                .u32(VectorText.EPOCH, "epoch of the frame answered")
                .u32(7, "seq of the frame answered")
                .u16(code, "code: " + name)
                .u8(0x82, "type: READINGS")
                .u8(flags, "flags" + ((flags & 1) != 0 ? ": retriable" : ""))
                .u16(index, index == 0xFFFF ? "index: none" : "index")
                .u16(retryAfter, "retryAfter × 100 ms")
                .u32(argument, "argument");
    }

    private static void nack(VectorWriter to) {
        to.add(
                "nack/unknown-schema",
                nackOf(
                                ok("§6.5, §7.3.2", "NACK: describe the set with this hash first"),
                                ErrorCode.UNKNOWN_SCHEMA,
                                1,
                                0xFFFF,
                                10,
                                0xCAFE_F00DL)
                        .str8("", "text")
                        .end());
        to.add(
                "nack/stale-epoch",
                nackOf(
                                ok("§6.5, §4.2.5", "NACK: the epoch is closed, the argument is the current one"),
                                ErrorCode.STALE_EPOCH,
                                0,
                                0xFFFF,
                                0,
                                VectorText.EPOCH + 60)
                        .str8("epoch closed", "text")
                        .end());
        to.add(
                "nack/of-a-later-version",
                nackOf(ok("§6.5, §11.1", "NACK with a code that is not known"), 999, "unknown", 1, 3, 0xFFFF, 0)
                        .str8("¿?", "text")
                        .end());
        to.add(
                "nack/reserved-flags",
                nackOf(bad(ErrorCode.RESERVED_BITS, "§6.5, §1.5", "flag bit 1 is set"), ErrorCode.NO_ROOM, 2, 0, 0, 0)
                        .str8("", "text")
                        .end());
        to.add(
                "nack/text-missing",
                nackOf(bad(ErrorCode.TRUNCATED, "§6.5", "an empty text has its count"), ErrorCode.NO_ROOM, 1, 0, 0, 0)
                        .end());
        to.add(
                "nack/text-not-utf8",
                nackOf(bad(ErrorCode.BAD_VALUE, "§6.5, §1.2", "text that is not UTF-8"), ErrorCode.NO_ROOM, 1, 0, 0, 0)
                        .raw("01ff", "text")
                        .end());
    }
}
