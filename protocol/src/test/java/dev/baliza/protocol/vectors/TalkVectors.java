package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;

/** EVENT, TEXT, and the ACK of a device. */
final class TalkVectors {
    private static final int RELIABLE = 1;
    private static final int FROM_SERVER = 0x20;
    private static final long SERVER = 0x5EED_5EEDL;
    private static final long NOON = 1_800_014_400_000_000L;

    private TalkVectors() {}

    static void addTo(VectorWriter to) {
        event(to);
        badEvent(to);
        text(to);
        ack(to);
    }

    private static VectorText eventOf(VectorText text, int format, int severity, int mode, long time) {
        return text.flags(RELIABLE)
                .header(MessageType.EVENT)
                .u8(format, format == 0 ? "format: text" : format == 1 ? "format: JSON" : "format")
                .u8(severity, "severity")
                .u8(mode, "timeMode")
                .u8(0, "reserved")
                .i64(time, "time");
    }

    private static void event(VectorWriter to) {
        to.add(
                "event/text",
                eventOf(ok("§7.5", "a text, severity warning, stamped on arrival"), 0, 4, 0, 0)
                        .str16("door open", "body")
                        .end());
        to.add(
                "event/json",
                eventOf(ok("§7.5", "JSON with a time of its own"), 1, 6, 1, NOON)
                        .str16("{\"door\":\"open\",\"seconds\":31}", "body")
                        .end());
        to.add(
                "event/since-boot",
                eventOf(ok("§7.5", "90 s after boot, no words"), 0, 7, 2, 90_000_000)
                        .str16("", "body")
                        .end());
        to.add(
                "event/not-json",
                eventOf(ok("§7.5.1", "a body that is no JSON is still an event"), 1, 3, 0, 0)
                        .str16("{\"cut\":", "body")
                        .end());
        to.add(
                "event/escape-sequence",
                eventOf(ok("§7.5.2", "legal on the wire; whoever shows it takes the ESC out"), 0, 5, 0, 0)
                        .str16("\u001b[2Jgone", "body")
                        .end());
    }

    private static void badEvent(VectorWriter to) {
        to.add(
                "event/format-2",
                eventOf(bad(ErrorCode.BAD_VALUE, "§7.5.1", "there is no format 2"), 2, 4, 0, 0)
                        .str16("x", "body")
                        .end());
        to.add(
                "event/severity-8",
                eventOf(bad(ErrorCode.BAD_VALUE, "§7.5.1", "there is no severity 8"), 0, 8, 0, 0)
                        .str16("x", "body")
                        .end());
        to.add(
                "event/time-mode-3",
                eventOf(bad(ErrorCode.BAD_VALUE, "§7.5.1", "there is no time mode 3"), 0, 4, 3, 0)
                        .str16("x", "body")
                        .end());
        to.add(
                "event/time-on-arrival",
                eventOf(bad(ErrorCode.RESERVED_BITS, "§7.5, §1.5", "a time although it counts on arrival"), 0, 4, 0, 1)
                        .str16("x", "body")
                        .end());
        to.add(
                "event/body-of-4097",
                eventOf(bad(ErrorCode.BAD_VALUE, "§7.5.1", "the body is a byte too long"), 0, 4, 0, 0)
                        .str16("x".repeat(4_097), "body")
                        .end());
        to.add(
                "event/body-not-utf8",
                eventOf(bad(ErrorCode.BAD_VALUE, "§7.5.1, §1.2", "the body is not UTF-8"), 0, 4, 0, 0)
                        .raw("0002c328", "body")
                        .end());
        to.add(
                "event/body-cut",
                eventOf(bad(ErrorCode.TRUNCATED, "§7.5", "the body is shorter than it says"), 0, 4, 0, 0)
                        .raw("000461", "body")
                        .end());
        to.add(
                "event/trailing",
                eventOf(bad(ErrorCode.TRAILING_BYTES, "§7.5", "a terminator"), 0, 4, 0, 0)
                        .str16("x", "body")
                        .u8(0, "what does not belong here")
                        .end());
    }

    private static VectorText textOf(VectorText text, long id) {
        return text.flags(RELIABLE).header(MessageType.TEXT).i64(id, "id");
    }

    private static void text(VectorWriter to) {
        to.add(
                "text/from-device",
                textOf(ok("§7.6", "a device says something"), 3)
                        .str8("cold-room-1", "author")
                        .str16("dziękuję, 5 °C", "text")
                        .end());
        to.add(
                "text/from-server",
                ok("§7.6, §7.9", "an operator says something: the server's number 2 to this device")
                        .flags(FROM_SERVER | RELIABLE)
                        .epoch(SERVER)
                        .seq(2, 1)
                        .header(MessageType.TEXT)
                        .i64(SERVER << 32 | 5, "id")
                        .str8("ada", "author")
                        .str16("is the door shut?", "text")
                        .end());
        to.add(
                "text/longest",
                textOf(ok("§7.6", "the longest of all"), 4)
                        .str8("a".repeat(64), "author")
                        .str16("x".repeat(1_000), "text")
                        .end());
        to.add(
                "text/author-of-65",
                textOf(bad(ErrorCode.BAD_VALUE, "§7.6.1", "the author is a byte too long"), 4)
                        .str8("a".repeat(65), "author")
                        .str16("", "text")
                        .end());
        to.add(
                "text/text-of-1001",
                textOf(bad(ErrorCode.BAD_VALUE, "§7.6.1", "the text is a byte too long"), 4)
                        .str8("", "author")
                        .str16("x".repeat(1_001), "text")
                        .end());
        to.add(
                "text/not-utf8",
                textOf(bad(ErrorCode.BAD_VALUE, "§7.6.1, §1.2", "a lone byte of 0x80"), 4)
                        .str8("", "author")
                        .raw("000180", "text")
                        .end());
    }

    private static void ack(VectorWriter to) {
        to.add(
                "ack/from-device",
                ok("§6.4, §7.9.2", "a device has the server's numbers 0 to 2 and 4")
                        .seq(8, 0)
                        .header(MessageType.ACK)
                        .u32(SERVER, "epoch: the server's instance")
                        .u32(3, "next")
                        .u8(1, "level")
                        .u8(0, "rejected")
                        .u16(8, "bitmapBytes")
                        .i64(0x4000_0000_0000_0000L, "bit 62: number 4")
                        .end());
    }
}
