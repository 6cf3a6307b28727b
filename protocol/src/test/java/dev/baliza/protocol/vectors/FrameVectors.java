package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ignored;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Frames whose header or extensions matter more than the message: PINGs of 60 bytes, where nothing else is said. */
final class FrameVectors {
    private static final int EXTENSIONS = 0x08;
    private static final byte[] TOKEN = HexFormat.of().parseHex("0123456789abcdef");
    private static final byte[] NAME = utf8(VectorText.DEVICE_NAME);

    private FrameVectors() {}

    static void addTo(VectorWriter to) {
        undelimited(to);
        versionsAndBits(to);
        types(to);
        goodExtensions(to);
        badExtensions(to);
        badNames(to);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static VectorText ping(VectorText text) {
        return pingPayload(text.header(MessageType.PING)).end();
    }

    private static VectorText pingPayload(VectorText text) {
        return text.i64(123_456_789, "t1").i64(0, "t2").i64(0, "t3");
    }

    private static void undelimited(VectorWriter to) {
        to.add(
                "frame/bad-magic",
                ping(bad(ErrorCode.BAD_MAGIC, "§3.1.1, §2.4", "a PING that starts with 0xBA18")
                        .magic(0xBA18)));
        to.add(
                "frame/not-baliza",
                bad(ErrorCode.BAD_MAGIC, "§3.1.1, §2.4", "the start of an HTTP request")
                        .raw(utf8("GET / HTTP/1.1\r\n"), "a request line"));
        to.add(
                "frame/length-35",
                ping(bad(ErrorCode.BAD_LENGTH, "§3.1.2, §2.5", "a PING that says 35 bytes")
                        .length(35)));
        to.add(
                "frame/length-beyond-datagram",
                ping(bad(
                                ErrorCode.BAD_LENGTH,
                                "§3.1.2, §2.2",
                                "a PING of 60 bytes that says 61; TCP waits for the last")
                        .note("transport: udp")
                        .length(61)));
        to.add(
                "frame/head-cut",
                bad(ErrorCode.BAD_LENGTH, "§3.1.2, §2.2", "seven bytes of a frame; TCP waits for more")
                        .note("transport: udp")
                        .raw("ba170106000000", "magic, version, type, flags, half a length"));
        to.add(
                "frame/too-large",
                ping(bad(ErrorCode.TOO_LARGE, "§3.1.2, §2.6", "1,201 bytes where 1,200 are the limit")
                        .note("transport: tcp")
                        .note("limit: 1200")
                        .length(1201)));
        to.add(
                "frame/bad-checksum",
                pingPayload(bad(ErrorCode.BAD_CHECKSUM, "§3.1.4, §2.4", "a PING with one bit of its checksum turned")
                                .header(MessageType.PING))
                        .end(1, "checksum, last bit turned"));
        to.add(
                "frame/bad-checksum-before-reserved-bits",
                pingPayload(bad(ErrorCode.BAD_CHECKSUM, "§3.1.4", "the checksum is verified before reserved flags are")
                                .flags(0x40)
                                .header(MessageType.PING))
                        .end(0x80000000, "checksum, first bit turned"));
    }

    private static void versionsAndBits(VectorWriter to) {
        to.add(
                "frame/version-2",
                ping(bad(ErrorCode.UNKNOWN_VERSION, "§3.1.3", "a PING of version 2")
                        .version(2)));
        to.add(
                "frame/version-2-of-another-form",
                bad(ErrorCode.UNKNOWN_VERSION, "§3.1.3", "a later version may have no checksum here, and other bits")
                        .version(2)
                        .flags(0xFFC0)
                        .key(9, 9)
                        .header(0xEE, "of a later version")
                        .raw("ffffffffffffffff", "of a later version")
                        .end(-1, "no checksum"));
        to.add(
                "frame/version-0",
                ping(bad(ErrorCode.UNKNOWN_VERSION, "§3.1.3", "a PING of version 0")
                        .version(0)));
        to.add(
                "frame/reserved-flag-6",
                ping(bad(ErrorCode.RESERVED_BITS, "§1.5, §3.2", "flag bit 6 is set")
                        .flags(0x40)));
        to.add(
                "frame/reserved-flag-15",
                ping(bad(ErrorCode.RESERVED_BITS, "§1.5, §3.2", "flag bit 15 is set")
                        .flags(0x8000)));
        to.add(
                "frame/key-in-open-profile",
                ping(bad(ErrorCode.RESERVED_BITS, "§3.1.5", "keyId 1 without SEALED")
                        .key(1, 0)));
        to.add(
                "frame/reserved-byte",
                ping(bad(ErrorCode.RESERVED_BITS, "§3.1.5, §1.5", "byte 31 is 1")
                        .key(0, 1)));
    }

    private static void types(VectorWriter to) {
        to.add(
                "frame/unknown-sequenced-type",
                bad(ErrorCode.UNKNOWN_TYPE, "§3.3.1", "type 0xEE: rejected and acknowledged")
                        .flags(1)
                        .header(0xEE, "unknown, sequenced")
                        .raw("01020304", "payload")
                        .end());
        to.add(
                "frame/unknown-control-type",
                ignored("§3.3.2", "type 0x7F: counted, else ignored")
                        .header(0x7F, "unknown, control")
                        .raw("01020304", "payload")
                        .end());
        to.add(
                "frame/sealed",
                ignored("§10.1", "a sealed frame; a receiver without keys counts and drops it")
                        .flags(0x10)
                        .key(1, 0)
                        .header(MessageType.READINGS)
                        .raw("3f1c9a5e77d2", "ciphertext")
                        .endSealed(HexFormat.of().parseHex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")));
    }

    private static VectorText extended(VectorText text) {
        return text.flags(EXTENSIONS).header(MessageType.PING).extensions();
    }

    private static VectorText pinged(VectorText text) {
        return pingPayload(text.payload()).end();
    }

    private static void goodExtensions(VectorWriter to) {
        to.add(
                "extensions/token",
                pinged(extended(ok("§3.4, §9.2", "PING that echoes the token of a WELCOME"))
                        .extension(1, "TOKEN", TOKEN)));
        to.add(
                "extensions/name",
                pinged(extended(ok("§3.4, §4.1.2", "PING that tells the device's name"))
                        .extension(2, "NAME", NAME)));
        to.add(
                "extensions/name-64",
                pinged(extended(ok("§3.4, §4.1.2", "a name of 64 bytes"))
                        .extension(2, "NAME", utf8("Zone.7_a:b-" + "9".repeat(53)))));
        to.add(
                "extensions/pad",
                pinged(extended(ok("§3.4", "PING padded to 100 bytes")).pad(100 - 60 - 2 - 2)));
        to.add(
                "extensions/pad-two",
                pinged(extended(ok("§3.4.3", "PING padded to 400 bytes: two PADs"))
                        .pad(255)
                        .pad(400 - 60 - 2 - 257 - 2)));
        to.add(
                "extensions/unknown",
                pinged(extended(ok("§3.4.1", "an unknown extension that is not critical"))
                        .extension(0x3C, "unknown", new byte[] {1, 2, 3})));
        to.add(
                "extensions/unknown-empty",
                pinged(extended(ok("§3.4.1", "unknown extensions without value"))
                        .extension(0x7F, "unknown", new byte[0])
                        .extension(0x7F, "unknown, again", new byte[0])));
        to.add(
                "extensions/all",
                pinged(extended(ok("§3.4", "token, name, an unknown one and padding to 120 bytes"))
                        .extension(1, "TOKEN", TOKEN)
                        .extension(2, "NAME", NAME)
                        .extension(0x3C, "unknown", new byte[] {1})
                        .pad(120 - 60 - 2 - 10 - 13 - 3 - 2)));
        to.add(
                "extensions/empty-block",
                pinged(extended(ok("§3.4.3", "a block without entries").note("canonical: no"))));
        to.add(
                "extensions/pad-first",
                pinged(extended(ok("§3.4.3", "PAD before and behind a name").note("canonical: no"))
                        .pad(1)
                        .extension(2, "NAME", NAME)
                        .pad(0)));
    }

    private static VectorText badBlock(String summary) {
        return extended(bad(ErrorCode.BAD_EXTENSION, "§3.4.3", summary));
    }

    private static void badExtensions(VectorWriter to) {
        to.add(
                "extensions/no-room",
                bad(ErrorCode.BAD_EXTENSION, "§3.4.3", "flag EXTENSIONS on a frame of 36 bytes")
                        .flags(EXTENSIONS)
                        .header(MessageType.PING)
                        .end());
        to.add(
                "extensions/block-beyond-frame",
                pingPayload(badBlock("a block of 27 bytes where 26 are left")
                                .pad(0)
                                .payloadAfterBlockOf(27))
                        .end());
        to.add(
                "extensions/entry-without-length",
                pingPayload(badBlock("a block of one byte")
                                .u8(0x3C, "extension without n")
                                .payload())
                        .end());
        to.add(
                "extensions/entry-beyond-block",
                pingPayload(badBlock("a NAME of 11 bytes in a block that has 10 for it")
                                .extension(2, "NAME", NAME)
                                .payloadAfterBlockOf(12))
                        .end());
        to.add("extensions/token-of-7", pinged(badBlock("a TOKEN of 7 bytes").extension(1, "TOKEN", new byte[7])));
        to.add(
                "extensions/token-twice",
                pinged(badBlock("two TOKENs").extension(1, "TOKEN", TOKEN).extension(1, "TOKEN", TOKEN)));
        to.add(
                "extensions/name-twice",
                pinged(badBlock("two NAMEs").extension(2, "NAME", NAME).extension(2, "NAME", NAME)));
        to.add(
                "extensions/critical",
                pinged(extended(bad(
                                ErrorCode.CRITICAL_EXTENSION,
                                "§3.4.2",
                                "an unknown critical extension on a control frame"))
                        .extension(0x80, "unknown, critical", new byte[] {1})));
        to.add(
                "extensions/critical-sequenced",
                bad(ErrorCode.CRITICAL_EXTENSION, "§3.4.2", "an unknown critical extension on READINGS: rejected")
                        .flags(EXTENSIONS | 1)
                        .header(MessageType.READINGS)
                        .extensions()
                        .extension(0xFF, "unknown, critical", new byte[0])
                        .payload()
                        .raw("0100", "never looked at")
                        .end());
    }

    private static VectorText badName(String summary, byte[] name) {
        return pinged(extended(bad(ErrorCode.BAD_NAME, "§4.1.2", summary)).extension(2, "NAME", name));
    }

    private static void badNames(VectorWriter to) {
        to.add("extensions/name-empty", badName("a NAME of 0 bytes", new byte[0]));
        to.add("extensions/name-65", badName("a NAME of 65 bytes", utf8("n".repeat(65))));
        to.add("extensions/name-with-space", badName("a NAME with a space", utf8("cold room")));
        to.add("extensions/name-starts-with-dot", badName("a NAME that starts with a dot", utf8(".cold")));
        to.add("extensions/name-of-letters-beyond-ascii", badName("UTF-8 but no ASCII", utf8("cámara")));
        to.add("extensions/name-not-utf8", badName("a NAME that is not UTF-8", new byte[] {'c', (byte) 0xC3}));
    }
}
