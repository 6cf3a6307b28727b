package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.bad;
import static dev.baliza.protocol.vectors.VectorText.ok;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.MessageType;

/** FILE_OFFER, FILE_ACCEPT, FILE_CHUNK and FILE_DONE. */
final class FileVectors {
    private static final int FROM_SERVER = 0x20;
    private static final long OF_SERVER = 0x8000_0000_0000_0001L;
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private FileVectors() {}

    static void addTo(VectorWriter to) {
        offers(to);
        accepts(to);
        chunks(to);
        dones(to);
    }

    private static VectorText offer(VectorText text, long transfer, long size, String hash) {
        return text.header(MessageType.FILE_OFFER)
                .i64(transfer, "transfer")
                .i64(size, "size")
                .raw(hash, "sha256");
    }

    private static void offers(VectorWriter to) {
        to.add(
                "file-offer/hello",
                offer(ok("§14.1", "FILE_OFFER of the 5 bytes \"hello\""), 1, 5, HELLO)
                        .str8("hello.txt", "name")
                        .str8("text/plain", "mediaType")
                        .end());
        to.add(
                "file-offer/empty",
                offer(ok("§14.1", "FILE_OFFER of a file of no bytes, of no known type"), 2, 0, EMPTY)
                        .str8("vacío", "name")
                        .str8("", "mediaType")
                        .end());
        to.add(
                "file-offer/path",
                offer(ok("§14.1.2", "a name that looks like a path is data"), 3, 5, HELLO)
                        .str8("../../etc/passwd", "name")
                        .str8("", "mediaType")
                        .end());
        to.add(
                "file-offer/of-server",
                offer(
                                ok("§14.1.1", "FILE_OFFER of a server: bit 63 of the transfer")
                                        .flags(FROM_SERVER),
                                OF_SERVER,
                                5,
                                HELLO)
                        .str8("hello.txt", "name")
                        .str8("text/plain", "mediaType")
                        .end());
        to.add(
                "file-offer/negative-size",
                offer(bad(ErrorCode.BAD_VALUE, "§14.1", "a size of 2^63"), 1, Long.MIN_VALUE, HELLO)
                        .str8("hello.txt", "name")
                        .str8("", "mediaType")
                        .end());
        to.add(
                "file-offer/no-name",
                offer(bad(ErrorCode.BAD_NAME, "§14.1.2", "an empty name"), 1, 5, HELLO)
                        .str8("", "name")
                        .str8("", "mediaType")
                        .end());
        to.add(
                "file-offer/control-character",
                offer(bad(ErrorCode.BAD_NAME, "§14.1.2", "a line break in the name"), 1, 5, HELLO)
                        .str8("a\nb", "name")
                        .str8("", "mediaType")
                        .end());
        to.add(
                "file-offer/media-type-control-character",
                offer(bad(ErrorCode.BAD_NAME, "§14.1.2", "a NUL in the media type"), 1, 5, HELLO)
                        .str8("a", "name")
                        .str8("text\0", "mediaType")
                        .end());
        to.add(
                "file-offer/truncated",
                offer(bad(ErrorCode.TRUNCATED, "§14.1", "no media type"), 1, 5, HELLO)
                        .str8("hello.txt", "name")
                        .end());
        to.add(
                "file-offer/trailing",
                offer(bad(ErrorCode.TRAILING_BYTES, "§14.1", "one byte too many"), 1, 5, HELLO)
                        .str8("hello.txt", "name")
                        .str8("", "mediaType")
                        .u8(0, "too many")
                        .end());
    }

    private static VectorText accept(VectorText text, long horizon, int code, int count, int retryAfter) {
        return text.flags(FROM_SERVER)
                .header(MessageType.FILE_ACCEPT)
                .i64(1, "transfer")
                .i64(horizon, "horizon")
                .u32(65_536, "window")
                .u8(code, "code")
                .u8(count, "count")
                .u16(retryAfter, "retryAfter, 100 ms");
    }

    private static void accepts(VectorWriter to) {
        to.add(
                "file-accept/two-ranges",
                accept(ok("§14.2", "FILE_ACCEPT: 1,100 to 2,200 and the last 10 bytes are missing"), 3_000, 0, 2, 0)
                        .i64(1_100, "from")
                        .i64(2_200, "to")
                        .i64(2_990, "from")
                        .i64(3_000, "to")
                        .end());
        to.add(
                "file-accept/nothing-missing",
                accept(ok("§14.2", "FILE_ACCEPT: all is held, FILE_DONE will follow"), 3_000, 0, 0, 0)
                        .end());
        to.add(
                "file-accept/refused",
                accept(ok("§14.2, §14.2.4", "FILE_ACCEPT: TOO_MANY, try again in 5 s"), 0, 2, 0, 50)
                        .end());
        to.add(
                "file-accept/unknown-refusal",
                accept(ok("§14.2.4", "FILE_ACCEPT with a refusal of a later version"), 0, 200, 0, 0)
                        .end());
        to.add(
                "file-accept/ranges-touch",
                accept(bad(ErrorCode.BAD_VALUE, "§14.2.3", "ranges that touch"), 3_000, 0, 2, 0)
                        .i64(0, "from")
                        .i64(10, "to")
                        .i64(10, "from")
                        .i64(20, "to")
                        .end());
        to.add(
                "file-accept/range-beyond-horizon",
                accept(bad(ErrorCode.BAD_VALUE, "§14.2.3", "a range beyond the horizon"), 3_000, 0, 1, 0)
                        .i64(0, "from")
                        .i64(3_001, "to")
                        .end());
        to.add(
                "file-accept/empty-range",
                accept(bad(ErrorCode.BAD_VALUE, "§14.2.3", "an empty range"), 3_000, 0, 1, 0)
                        .i64(10, "from")
                        .i64(10, "to")
                        .end());
        to.add(
                "file-accept/65-ranges",
                accept(bad(ErrorCode.BAD_VALUE, "§14.2", "more ranges than 64"), 3_000, 0, 65, 0)
                        .end());
        to.add(
                "file-accept/truncated",
                accept(bad(ErrorCode.TRUNCATED, "§14.2", "half a range"), 3_000, 0, 1, 0)
                        .i64(0, "from")
                        .end());
    }

    private static VectorText chunk(VectorText text, long offset) {
        return text.header(MessageType.FILE_CHUNK).i64(1, "transfer").i64(offset, "offset");
    }

    private static void chunks(VectorWriter to) {
        to.add(
                "file-chunk/hello",
                chunk(ok("§14.3", "FILE_CHUNK with the whole file \"hello\""), 0)
                        .raw("68656c6c6f", "bytes")
                        .end());
        to.add(
                "file-chunk/empty",
                chunk(bad(ErrorCode.BAD_VALUE, "§14.3", "a chunk without bytes"), 0)
                        .end());
        to.add(
                "file-chunk/offset-overflow",
                chunk(bad(ErrorCode.BAD_VALUE, "§14.3", "the last byte lies beyond 2^63"), Long.MAX_VALUE - 1)
                        .raw("6865", "bytes")
                        .end());
        to.add(
                "file-chunk/negative-offset",
                chunk(bad(ErrorCode.BAD_VALUE, "§14.3", "an offset of 2^63 or more"), -1)
                        .raw("68", "bytes")
                        .end());
        to.add(
                "file-chunk/truncated",
                bad(ErrorCode.TRUNCATED, "§14.3", "no offset")
                        .header(MessageType.FILE_CHUNK)
                        .i64(1, "transfer")
                        .end());
    }

    private static VectorText done(VectorText text, int state) {
        return text.flags(FROM_SERVER)
                .header(MessageType.FILE_DONE)
                .i64(1, "transfer")
                .u8(state, "state");
    }

    private static void dones(VectorWriter to) {
        to.add(
                "file-done/ok",
                done(ok("§14.4", "FILE_DONE: the file is there"), 0)
                        .str8("", "text")
                        .end());
        to.add(
                "file-done/bad-hash",
                done(ok("§14.4", "FILE_DONE: the bytes are others"), 1)
                        .str8("SHA-256 differs", "text")
                        .end());
        to.add(
                "file-done/unknown-state",
                done(ok("§14.4.3", "FILE_DONE with a state of a later version"), 99)
                        .str8("", "text")
                        .end());
        to.add(
                "file-done/text-not-utf8",
                done(bad(ErrorCode.BAD_VALUE, "§14.4, §1.2", "a text that is not UTF-8"), 4)
                        .raw("02c328", "text")
                        .end());
        to.add(
                "file-done/trailing",
                done(bad(ErrorCode.TRAILING_BYTES, "§14.4", "one byte too many"), 0)
                        .str8("", "text")
                        .u8(0, "too many")
                        .end());
    }
}
