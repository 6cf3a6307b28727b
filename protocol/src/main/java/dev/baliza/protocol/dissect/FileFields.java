package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Names;
import java.util.Locale;

/** Payloads of file transfers. Spec: SPEC §14. */
final class FileFields {
    private FileFields() {}

    static void offer(Walk in) throws FaultException {
        in.section("14.1");
        transfer(in);
        long size = in.i64();
        in.field("size", size + " bytes");
        if (size < 0) {
            throw in.fault(ErrorCode.BAD_VALUE, "14.1", "expected less than 2^63 bytes");
        }
        in.field("sha256", Texts.hex(in.slice(Limits.HASH_BYTES)).replace(" ", ""));
        String name = in.str8("name", ErrorCode.BAD_NAME, -1);
        if (!Names.isFile(name)) {
            throw in.fault(ErrorCode.BAD_NAME, "14.1.2", "expected 1 to 255 bytes without control characters");
        }
        String mediaType = in.str8("mediaType", ErrorCode.BAD_NAME, -1);
        if (!mediaType.isEmpty() && !Names.isFile(mediaType)) {
            throw in.fault(ErrorCode.BAD_NAME, "14.1.2", "expected no control characters");
        }
    }

    static void accept(Walk in) throws FaultException {
        in.section("14.2");
        transfer(in);
        long horizon = in.i64();
        in.field("horizon", horizon + ": nothing is said of the bytes from there on");
        in.field("window", in.u32() + " bytes");
        int code = in.u8();
        FileRefusal refusal = FileRefusal.of(code);
        in.field("code", refusal == null ? code + ", unknown here" : refusal.name());
        int count = in.u8();
        in.field("count", count);
        if (horizon < 0 || count > Limits.MAX_FILE_RANGES) {
            throw in.fault(ErrorCode.BAD_VALUE, "14.2", "expected a horizon below 2^63 and at most 64 ranges");
        }
        int retryAfter = in.u16();
        in.field("retryAfter", retryAfter == 0 ? "no advice" : retryAfter * 100L + " ms");
        in.need(16L * count);
        long behind = -1;
        for (int i = 0; i < count; i++) {
            long from = in.i64();
            long to = in.i64();
            in.field("missing", from + " to " + to);
            if (from <= behind || to <= from || to > horizon) {
                throw in.fault(
                        ErrorCode.BAD_VALUE,
                        "14.2.3",
                        "expected a range behind " + behind + ", below " + horizon + " and not empty");
            }
            behind = to;
        }
    }

    static void chunk(Walk in) throws FaultException {
        in.section("14.3");
        transfer(in);
        long offset = in.i64();
        in.field("offset", offset);
        if (offset < 0 || in.remaining() == 0 || offset > Long.MAX_VALUE - in.remaining()) {
            throw in.fault(ErrorCode.BAD_VALUE, "14.3", "expected one byte or more, all below 2^63");
        }
        int bytes = in.remaining();
        in.slice(bytes);
        in.field("bytes", Integer.toString(bytes));
    }

    static void done(Walk in) throws FaultException {
        in.section("14.4");
        transfer(in);
        int code = in.u8();
        FileState state = FileState.of(code);
        in.field("state", state == null ? code + ", unknown here" : words(state));
        in.str8("text", ErrorCode.BAD_VALUE, -1);
    }

    /** In small letters: a bad hash is no bad frame. */
    private static String words(FileState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void transfer(Walk in) throws FaultException {
        long number = in.i64();
        in.field("transfer", "0x%016x, a file of the %s".formatted(number, number < 0 ? "server" : "device"));
    }
}
