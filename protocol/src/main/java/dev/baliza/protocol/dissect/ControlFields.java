package dev.baliza.protocol.dissect;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.SensorType;
import java.nio.ByteBuffer;

/** Payloads of control messages. Spec: SPEC §6. */
final class ControlFields {
    private static final String[] RESET_REASONS = {
        "unknown", "power on", "software", "watchdog", "brown-out", "deep sleep", "fault"
    };
    private static final String[] GOODBYE_REASONS = {"end", "shutdown", "restart", "idle", "replaced"};
    private static final int NO_INDEX = 0xFFFF;

    private ControlFields() {}

    static void hello(Walk in) throws FaultException {
        in.section("6.1");
        nonce(in);
        in.field("uptimeMicros", Texts.seconds(in.i64()));
        in.field("lowestHeldEpoch", in.u32());
        in.field("maxFrameBytes", in.u32());
        in.field("resetReason", name(RESET_REASONS, in.u8()));
        in.reserved(3);
    }

    static void heartbeat(Walk in) throws FaultException {
        in.section("6.3");
        in.field("uptimeMicros", Texts.seconds(in.i64()));
        in.field("lowestHeldEpoch", in.u32());
        in.field("resetReason", name(RESET_REASONS, in.u8()));
        in.reserved(3);
        in.field("framesHeld", in.u32());
        in.field("framesDiscarded", in.u32());
        in.field("readingsTaken", Long.toUnsignedString(in.i64()));
    }

    static void welcome(Walk in) throws FaultException {
        in.section("6.2");
        nonce(in);
        in.field("epoch", in.u32());
        level(in, "highestLevel", "8.1");
        int flags = in.u8();
        in.field(
                "flags",
                ((flags & 1) != 0 ? "store enabled; " : "") + "unsealed devices "
                        + ((flags & 2) != 0 ? "accepted" : "refused"));
        if ((flags & ~3) != 0) {
            throw reservedFlags(in, flags);
        }
        in.field("window", in.u16());
        in.field("maxFrameBytes", in.u32());
        in.field("maxDatagramBytes", in.u32());
        in.i64();
        in.field("token", "to be echoed once over UDP");
        in.field("serverTimeMicros", Texts.date(in.i64()));
        in.field("heartbeatSeconds", in.u16());
        int count = in.u8();
        in.field("count", count);
        in.reserved(1);
        in.need(16L * count);
        for (int i = 0; i < count; i++) {
            in.field("known epoch", in.u32());
            in.field("next", in.u32());
            in.field("settled", bits(in.i64()));
        }
    }

    static void ack(Walk in) throws FaultException {
        in.section("6.4");
        in.field("epoch", in.u32());
        long next = in.u32();
        in.field("next", next + ": all below are settled");
        level(in, "level", "8.1");
        int rejected = in.u8();
        in.field("rejected", rejected);
        int bytes = in.u16();
        in.field("bitmapBytes", bytes);
        if (bytes % 8 != 0 || bytes > Limits.MAX_BITMAP_BYTES) {
            throw in.fault(ErrorCode.BAD_VALUE, "6.4", "expected a multiple of 8 up to 128, found " + bytes);
        }
        in.need(bytes + 6L * rejected);
        for (int i = 0; i < bytes / 8; i++) {
            in.field("bitmap from " + (next + 64L * i), bits(in.i64()));
        }
        for (int i = 0; i < rejected; i++) {
            in.field("rejected seq", in.u32());
            in.field("code", code(in.u16()));
        }
    }

    static void nack(Walk in) throws FaultException {
        in.section("6.5");
        in.field("epoch", in.u32());
        in.field("seq", in.u32());
        in.field("code", code(in.u16()));
        in.field("type", typeName(in.u8()));
        int flags = in.u8();
        in.field("flags", (flags & 1) != 0 ? "retriable" : "do not send it again");
        if ((flags & ~1) != 0) {
            throw reservedFlags(in, flags);
        }
        int index = in.u16();
        in.field("index", index == NO_INDEX ? "none" : Integer.toString(index));
        int retryAfter = in.u16();
        in.field("retryAfter", retryAfter == 0 ? "no advice" : retryAfter * 100L + " ms");
        long argument = in.u32();
        in.field("argument", "%d = 0x%08x".formatted(argument, argument));
        in.str8("text", ErrorCode.BAD_VALUE, -1);
    }

    static void ping(Walk in) throws FaultException {
        in.section("6.6");
        in.field("t1", in.i64());
        in.reserved(16);
        echo(in);
    }

    static void values(Walk in) throws FaultException {
        in.section("6.8.1");
        in.field("request", "%016x".formatted(in.i64()));
        int count = in.u16();
        in.field("count", count);
        in.need(2L * count); // a type and the shortest value
        for (int i = 0; i < count; i++) {
            int code = in.u8();
            SensorType type = SensorType.of(code);
            in.field("type", type == null ? "unknown" : type.name());
            if (type == null) {
                throw new FaultException(
                        in.lastField(), ErrorCode.BAD_VALUE, "6.8.1", i, "expected type 1 to 18, found " + code);
            }
            in.field("value " + i, ValueText.read(in, type, 0).text());
        }
    }

    static void pong(Walk in) throws FaultException {
        in.section("6.6");
        in.field("t1", in.i64());
        in.field("t2", Texts.date(in.i64()));
        in.field("t3", Texts.date(in.i64()));
        echo(in);
    }

    static void goodbye(Walk in) throws FaultException {
        in.section("6.7");
        in.field("reason", name(GOODBYE_REASONS, in.u8()));
        in.str8("text", ErrorCode.BAD_VALUE, -1);
    }

    private static void echo(Walk in) throws FaultException {
        ByteBuffer bytes = in.slice(in.remaining());
        in.field("echo", bytes.remaining() + " bytes");
    }

    private static void nonce(Walk in) throws FaultException {
        in.slice(Limits.NONCE_BYTES);
        in.field("bootNonce", "");
    }

    private static void level(Walk in, String field, String section) throws FaultException {
        int level = in.u8();
        boolean known = level <= AckLevel.FORWARDED.ordinal();
        in.field(field, known ? AckLevel.of(level).name() : Integer.toString(level));
        if (!known) {
            throw in.fault(ErrorCode.BAD_VALUE, section, "expected a level of 0 to 3, found " + level);
        }
    }

    static FaultException reservedFlags(Walk in, int flags) {
        return in.fault(
                ErrorCode.RESERVED_BITS,
                "1.5",
                "expected zero in the reserved bits, found flags 0x%02x".formatted(flags));
    }

    static String typeName(int code) {
        MessageType type = MessageType.of(code);
        return type == null ? "type 0x%02x".formatted(code) : type.name();
    }

    private static String code(int number) {
        ErrorCode code = ErrorCode.of(number);
        return code == null ? number + ", unknown here" : code.name();
    }

    private static String name(String[] names, int number) {
        return number < names.length ? names[number] : number + ", unknown here";
    }

    private static String bits(long word) {
        return Long.bitCount(word) + " of 64 settled";
    }
}
